#include "pdf/layout.h"

#include <algorithm>
#include <exception>
#include <set>
#include <utility>

#include <qpdf/QPDF.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>

#include "pdf/links.h"

namespace ihc {
namespace {

/// Stands for numbers that are not known yet: as wide as most of them.
constexpr std::string_view kUnknown = "00";

constexpr std::string_view kPolicy =
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src "
    "data:\">";

/// Length of a doctype at the beginning: what stands before it would put WebKit into quirks mode.
std::size_t doctype_length(std::string_view html) {
  constexpr std::string_view kDoctype = "<!doctype";
  if (to_lower(html.substr(0, kDoctype.size())) != kDoctype) return 0;
  const std::size_t end = html.find('>');
  return end == std::string_view::npos ? 0 : end + 1;
}

/// WebKit writes a page's annotations in the order of a hash map; a reader goes down the page, then right.
bool in_reading_order(const PlacedMarker& left, const PlacedMarker& right) {
  if (left.page != right.page) return left.page < right.page;
  if (left.top_pt != right.top_pt) return left.top_pt > right.top_pt;
  return left.left_pt < right.left_pt;
}

void read_page(const QPDFObjectHandle& page, std::size_t number, DocumentLayout& layout) {
  for (const PageLink& link : links_of(page)) {
    if (link.uri == kRulerHref) layout.ruler_pt = link.box.right - link.box.left;
    auto marker = parse_pdf_marker(link.uri);
    if (marker) layout.markers.push_back({std::move(*marker), number, link.box.left, link.box.top});
  }
}

/// A heading of several lines has a link on each: the first one is the place.
void keep_first_of_each(std::vector<PlacedMarker>& markers) {
  std::set<std::string> seen;
  const auto repeated = [&seen](const PlacedMarker& placed) {
    return !seen.insert(pdf_marker_href(placed.marker.level, placed.marker.id, placed.marker.title)).second;
  };
  std::stable_sort(markers.begin(), markers.end(), in_reading_order);
  markers.erase(std::remove_if(markers.begin(), markers.end(), repeated), markers.end());
}

}  // namespace

std::string prepare_html(std::string_view html) {
  html = trim(html);
  const std::size_t head = doctype_length(html);
  std::string out(html.substr(0, head));
  out += kPolicy;
  out += html.substr(head);
  out += "<a href=\"" + std::string(kRulerHref) +
         "\" style=\"position:absolute;top:0;left:0;width:" + number_to_text(kRulerMm) +
         "mm;height:1mm;margin:0;padding:0;border:0\"></a>";
  return out;
}

Result<DocumentLayout> read_layout(const std::string& pdf) {
  try {
    QPDF document;
    document.setSuppressWarnings(true);
    document.processMemoryFile("rendered", pdf.data(), pdf.size());
    DocumentLayout layout;
    for (auto& page : QPDFPageDocumentHelper(document).getAllPages()) {
      read_page(page.getObjectHandle(), ++layout.page_count, layout);
    }
    keep_first_of_each(layout.markers);
    return layout;
  } catch (const std::exception&) {
    return fail(ErrorCode::io, "webkit's pdf can't be read back");
  }
}

std::map<std::string, std::size_t> pages_by_id(const DocumentLayout& layout) {
  std::map<std::string, std::size_t> pages;
  for (const PlacedMarker& placed : layout.markers) pages.emplace(placed.marker.id, placed.page);
  return pages;
}

Result<std::string> fill_page_numbers(std::string_view html, const std::map<std::string, std::size_t>* pages) {
  std::string out;
  while (true) {
    const std::size_t open = html.find(kPdfPageOpen);
    out += html.substr(0, open);
    if (open == std::string_view::npos) return out;
    html.remove_prefix(open + kPdfPageOpen.size());
    const std::size_t close = html.find(kPdfPageClose);
    const auto id = percent_decode(html.substr(0, close));
    if (close == std::string_view::npos || !id)
      return fail(ErrorCode::malformed, "a page number comment is cut", "the request's HTML");
    html.remove_prefix(close + kPdfPageClose.size());
    if (pages == nullptr) {
      out += kUnknown;
      continue;
    }
    const auto page = pages->find(*id);
    if (page == pages->end()) {
      return fail(ErrorCode::malformed,
                  "the page number of \"" + to_valid_utf8(*id) + "\" is asked for, and no marker has this id",
                  "the request's HTML");
    }
    out += std::to_string(page->second);
  }
}

}  // namespace ihc
