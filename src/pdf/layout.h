// What a rendered document says about itself: where its marker links came to stand, how many pages it has, and its true
// scale.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pdf/protocol.h"

namespace ihc {

/// A marker and where it stands, in points of the rendered page, from its lower left corner.
struct PlacedMarker {
  PdfMarker marker;
  std::size_t page = 0;  ///< counted from 1
  double left_pt = 0;
  double top_pt = 0;
};

struct DocumentLayout {
  std::size_t page_count = 0;
  std::vector<PlacedMarker> markers;  ///< in reading order; each href once, where it first stands
  std::optional<double> ruler_pt;     ///< width of the ruler that prepare_html() put in
};

/// What kRulerMm of CSS is long on paper can only be measured, so a document gets a link of that width that shows
/// nowhere.
inline constexpr double kRulerMm = 100;
inline constexpr std::string_view kRulerHref = "ihc-ruler:";

/// The HTML as it is given to WebKit: a policy that forbids loading anything but inline styles and `data:` pictures
/// behind its doctype, and the ruler at its end. The process can't reach the network anyway; but an attempt at ftp:
/// would wait until the deadline.
std::string prepare_html(std::string_view html);

/// Reads the annotations of a PDF as libwkhtmltox makes it. Fails (malformed) when it is not a PDF.
Result<DocumentLayout> read_layout(const std::string& pdf);

/// id → page of the first marker with that id.
std::map<std::string, std::size_t> pages_by_id(const DocumentLayout& layout);

/// Page numbers in place of the comments that ask for them; `kUnknown` (a number of usual width) for every id when
/// `pages` is null, as in the first rendering. Fails (malformed) for an id that `pages` lacks.
Result<std::string> fill_page_numbers(std::string_view html, const std::map<std::string, std::size_t>* pages);

}  // namespace ihc
