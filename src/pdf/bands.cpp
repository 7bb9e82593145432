#include "pdf/bands.h"

#include <string_view>

#include "pdf/render.h"

namespace ihc {
namespace {

// A running line stands nearer to the text than to the paper's edge, which printers can't reach.
constexpr double kLineOffset = 0.45;  ///< of the margin, from the edge of the paper

// One page of the running lines is a little lower than the paper, so that rounding never makes two pages of it.
constexpr double kPageHeightMm = kA4HeightMm - 2;

constexpr std::string_view kHead =
    "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><style>"
    "html,body{margin:0;padding:0}"
    ".page{position:relative;overflow:hidden;page-break-inside:avoid}"
    ".page+.page{page-break-before:always}"
    ".line{position:absolute;white-space:nowrap}"
    ".right{float:right;padding-left:6mm}"
    ".left{display:block;overflow:hidden;text-overflow:ellipsis}"
    "</style></head><body>";

bool is_empty(const PdfBand& band) { return band.left.empty() && band.right.empty(); }

std::string html_escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

void replace_all(std::string& text, std::string_view from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

std::string line_text(std::string text, std::size_t page, std::size_t page_count) {
  replace_all(text, "{page}", std::to_string(page));
  replace_all(text, "{pages}", std::to_string(page_count));
  return html_escape(text);
}

std::string millimetres(double length) { return number_to_text(length) + "mm"; }

struct LinePlace {
  std::string_view edge;  ///< "top" or "bottom" of the page box
  double offset_mm = 0;   ///< from that edge
};

std::string line_html(const PdfBand& band, const PdfRequest& request, const LinePlace& place, std::size_t page,
                      std::size_t page_count) {
  if (is_empty(band)) return {};
  std::string out = "<div class=\"line\" style=\"";
  out += html_escape(request.band_style) + ";" + std::string(place.edge) + ":" + millimetres(place.offset_mm);
  out += ";left:" + millimetres(request.margins.left_mm) + ";right:" + millimetres(request.margins.right_mm) + "\">";
  out += "<span class=\"right\">" + line_text(band.right, page, page_count) + "</span>";
  out += "<span class=\"left\">" + line_text(band.left, page, page_count) + "</span></div>";
  return out;
}

}  // namespace

bool wants_bands(const PdfRequest& request, std::size_t page_count) {
  return (!is_empty(request.header) || !is_empty(request.footer)) && request.first_band_page <= page_count;
}

std::string bands_html(const PdfRequest& request, std::size_t page_count) {
  const LinePlace header{"top", request.margins.top_mm * kLineOffset};
  const LinePlace footer{"bottom", request.margins.bottom_mm * kLineOffset - (kA4HeightMm - kPageHeightMm)};
  std::string out(kHead);
  for (std::size_t page = request.first_band_page; page <= page_count; ++page) {
    out += "<div class=\"page\" style=\"height:" + millimetres(kPageHeightMm) + "\">";
    out += line_html(request.header, request, header, page, page_count);
    out += line_html(request.footer, request, footer, page, page_count) + "</div>";
  }
  return out + "</body></html>";
}

}  // namespace ihc
