// The ways through a PDF: named destinations, the outline, and links that lead to a destination instead of to a file on
// our disk.
#pragma once

#include <string>
#include <vector>

#include <qpdf/QPDF.hh>

#include "pdf/layout.h"

namespace ihc {

/// Takes out the marker links, the ruler, and every link of a scheme that a report has no use for; links within the
/// document become jumps to its markers. Returns the targets of the links that were taken out, sorted, each once.
std::vector<std::string> mend_links(QPDF& document, const std::vector<PlacedMarker>& markers);

/// /Names /Dests: each marker's id. `markers` are in points of the finished pages, here and below.
void add_destinations(QPDF& document, const std::vector<PlacedMarker>& markers);

/// /Outlines from the markers of level 1 and deeper, in reading order, and shown when the file is opened.
void add_outline(QPDF& document, const std::vector<PlacedMarker>& markers);

}  // namespace ihc
