// Running header and footer lines, as HTML of their own: rendered by the same WebKit, so that any script's letters come
// out and every font is embedded, and laid under the document's pages afterwards.
#pragma once

#include <cstddef>
#include <string>

#include "pdf/protocol.h"

namespace ihc {

/// Whether this request asks for running lines on a document of that many pages.
bool wants_bands(const PdfRequest& request, std::size_t page_count);

/// One A4 page for each page of the document from first_band_page to its last.
std::string bands_html(const PdfRequest& request, std::size_t page_count);

}  // namespace ihc
