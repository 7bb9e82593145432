// What `ihc` and `ihc-pdf` say to each other. `ihc-pdf` is run without arguments: the request goes to its standard
// input, the PDF comes from its standard output, and on failure one sentence comes from standard error with one of the
// exit codes below.
//
//   ihc-pdf-request/1\n
//   {"title":"…","author":"…",…}\n        one line of JSON, see PdfRequest
//   <!DOCTYPE html>…                      the HTML, UTF-8, to the end of the input
//
// The HTML. Lengths are true on paper: 1 mm of CSS prints as 1 mm, and 1 px as 1/96 inch. The body's width is the
// paper's less the margins of the request (A4, so 210 mm less both); a body without margins of its own fills it.
// `@media print` rules apply, `@page` rules do not. Nothing is fetched and no script runs: pictures are inline SVG or
// `data:` URLs. Content that is wider than the page makes this WebKit shrink the whole document, so long words need
// `overflow-wrap` and tables `table-layout: fixed`.
//
// Places. Whatever is to be found again (a heading in the outline, the target of a link) holds a marker link around its
// text:
//
//   <h2 id="numa"><a href="ihc-dest:2:numa:NUMA%20placement">NUMA placement</a></h2>       pdf_marker_href(2, "numa",
//   "NUMA placement")
//
// Level 1 to 6 makes an entry in the outline, level 0 only a target. The marker itself is taken out of the PDF; style
// `a[href^="ihc-dest:"]` like plain text. Links to `#numa` then work. A link to a place without a marker is taken out
// (its text stays) and standard error has a line that begins with "note: ". Links to http:, https: and mailto: stay;
// links of any other kind are taken out.
//
// Page numbers in the text, as in a table of contents: <!--ihc-page:numa--> becomes the number of the page of that
// marker, in a second rendering. Give it a box of fixed width so that filling it in moves nothing. A number for a place
// that has no marker is a malformed request.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/limits.h"
#include "base/result.h"
#include "base/text.h"

namespace ihc {

/// Exit codes of `ihc-pdf`. On every code but `done` standard output is empty.
enum class PdfExit : int {
  done = 0,
  usage = 2,          ///< it was given arguments that it does not know
  bad_request = 3,    ///< empty, cut, not UTF-8, or not as this page says
  too_large = 4,      ///< past limits::kMaxHtmlBytes or limits::kMaxPdfBytes
  timed_out = 5,      ///< past limits::kPdfTimeout
  render_failed = 6,  ///< WebKit gave no PDF, crashed, or ran out of memory
  not_confined = 7,   ///< this kernel refused the confinement, so nothing was rendered
  internal = 70,
};

/// A running line: text at the left and at the right end. "{page}" and "{pages}" become numbers. Both empty: no line.
struct PdfBand {
  std::string left;
  std::string right;
  friend bool operator==(const PdfBand&, const PdfBand&) = default;
};

struct PdfMargins {
  double top_mm = 22;
  double right_mm = 18;
  double bottom_mm = 20;
  double left_mm = 18;
  friend bool operator==(const PdfMargins&, const PdfMargins&) = default;
};

/// One document. All texts are UTF-8.
struct PdfRequest {
  std::string title;
  std::string author;
  std::string subject;
  std::string language = "en";       ///< BCP 47, the PDF's /Lang
  std::int64_t created_epoch_s = 0;  ///< the PDF's creation and modification date; `ihc-pdf` asks no clock
  PdfBand header;
  PdfBand footer;
  std::uint32_t first_band_page =
      2;  ///< running lines begin here: 2 leaves the cover without, 1 gives them to every page
  std::string band_style =
      "font: 7.5pt 'DejaVu Sans', sans-serif; color: #5a6570";  ///< CSS declarations of both running lines
  PdfMargins margins;
  std::string html;
  friend bool operator==(const PdfRequest&, const PdfRequest&) = default;
};

inline constexpr std::string_view kPdfRequestMagic = "ihc-pdf-request/1\n";
inline constexpr std::size_t kMaxPdfHeaderBytes = 64 * limits::kKiB;
inline constexpr std::string_view kPdfMarkerScheme = "ihc-dest:";
inline constexpr std::string_view kPdfPageOpen = "<!--ihc-page:";
inline constexpr std::string_view kPdfPageClose = "-->";
inline constexpr int kMaxPdfOutlineLevel = 6;

// ---- places
// ------------------------------------------------------------------------------------------------------------

/// Where a marker link leads from: the parts of its href.
struct PdfMarker {
  int level = 0;
  std::string id;
  std::string title;
  friend bool operator==(const PdfMarker&, const PdfMarker&) = default;
};

/// RFC 3986 percent-encoding: letters, digits and "-._~" stand for themselves.
inline std::string percent_encode_url(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (kPlain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
  }
  return out;
}

/// The href of a marker link; `level` 0 to 6. It needs no further escaping inside an attribute.
inline std::string pdf_marker_href(int level, std::string_view id, std::string_view title) {
  std::string href(kPdfMarkerScheme);
  href += std::to_string(level) + ":" + percent_encode_url(id) + ":" + percent_encode_url(title);
  return href;
}

/// Reads what pdf_marker_href() wrote; nothing for any other text.
inline std::optional<PdfMarker> parse_pdf_marker(std::string_view href) {
  if (href.substr(0, kPdfMarkerScheme.size()) != kPdfMarkerScheme) return std::nullopt;
  const auto parts = split(href.substr(kPdfMarkerScheme.size()), ':');
  if (parts.size() != 3) return std::nullopt;
  const auto level = parse_number<std::uint8_t>(parts[0]);
  auto id = percent_decode(parts[1]);
  auto title = percent_decode(parts[2]);
  if (!level || *level > kMaxPdfOutlineLevel || !id || id->empty() || !title) return std::nullopt;
  return PdfMarker{*level, std::move(*id), to_valid_utf8(*title)};
}

/// What stands in the HTML for the page number of a place.
inline std::string pdf_page_number_of(std::string_view id) {
  std::string mark(kPdfPageOpen);
  mark += percent_encode_url(id);
  mark += kPdfPageClose;
  return mark;
}

// ---- requests
// ----------------------------------------------------------------------------------------------------------

inline std::string encode_pdf_request(const PdfRequest& request) {
  const auto band = [](const PdfBand& line) { return Json{{"left", line.left}, {"right", line.right}}; };
  const Json header = {
      {"title", request.title},
      {"author", request.author},
      {"subject", request.subject},
      {"language", request.language},
      {"created_epoch_s", request.created_epoch_s},
      {"header", band(request.header)},
      {"footer", band(request.footer)},
      {"first_band_page", request.first_band_page},
      {"band_style", request.band_style},
      {"margins_mm", Json::array({request.margins.top_mm, request.margins.right_mm, request.margins.bottom_mm,
                                  request.margins.left_mm})},
  };
  std::string bytes(kPdfRequestMagic);
  bytes += to_compact_text(header) + "\n" + request.html;
  return bytes;
}

namespace pdf_protocol_detail {

inline tl::unexpected<Error> refuse(std::string what) {
  return fail(ErrorCode::malformed, std::move(what), "the request on standard input");
}

inline bool read_text(const Json& object, const char* name, std::string& out) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return false;
  out = found->get<std::string>();
  return true;
}

inline bool read_band(const Json& header, const char* name, PdfBand& out) {
  const auto found = header.find(name);
  return found != header.end() && found->is_object() && read_text(*found, "left", out.left) &&
         read_text(*found, "right", out.right);
}

/// Half of A4's short side less a strip to print on: a margin past it leaves no page.
inline constexpr double kMaxMarginMm = 95;

inline bool read_margins(const Json& header, PdfMargins& out) {
  const auto found = header.find("margins_mm");
  const std::array<double*, 4> sides{&out.top_mm, &out.right_mm, &out.bottom_mm, &out.left_mm};
  if (found == header.end() || !found->is_array() || found->size() != sides.size()) return false;
  for (std::size_t side = 0; side < sides.size(); ++side) {
    const Json& value = (*found)[side];
    if (!value.is_number()) return false;
    const auto margin = value.get<double>();
    if (!std::isfinite(margin) || margin < 0 || margin > kMaxMarginMm) return false;
    *sides[side] = margin;
  }
  return true;
}

/// Dates from 1970 to the end of 9999, which is what a PDF date can say.
inline constexpr std::int64_t kMaxEpochS = 253402300799;

inline bool read_numbers(const Json& header, PdfRequest& out) {
  const auto created = header.find("created_epoch_s");
  const auto first = header.find("first_band_page");
  if (created == header.end() || !created->is_number_integer()) return false;
  if (first == header.end() || !first->is_number_unsigned()) return false;
  out.created_epoch_s = created->get<std::int64_t>();
  const auto page = first->get<std::uint64_t>();
  if (out.created_epoch_s < 0 || out.created_epoch_s > kMaxEpochS || page < 1 || page > 1000000) return false;
  out.first_band_page = static_cast<std::uint32_t>(page);
  return true;
}

}  // namespace pdf_protocol_detail

/// Reads a whole request. Fails (malformed, too_large) in words that fit on one line.
inline Result<PdfRequest> decode_pdf_request(std::string_view bytes) {
  using namespace pdf_protocol_detail;
  if (bytes.empty()) return refuse("it is empty");
  if (bytes.substr(0, kPdfRequestMagic.size()) != kPdfRequestMagic)
    return refuse("it does not begin with \"ihc-pdf-request/1\"");
  bytes.remove_prefix(kPdfRequestMagic.size());
  const std::size_t end = bytes.find('\n');
  if (end == std::string_view::npos) return refuse("its header line is cut");
  if (end > kMaxPdfHeaderBytes)
    return fail(ErrorCode::too_large, "its header line is too long", "the request on standard input");
  auto header = parse_json(bytes.substr(0, end), "the request's header line");
  if (!header) return fail(header.error());
  if (!header->is_object()) return refuse("its header line is not a JSON object");

  PdfRequest request;
  const bool complete = read_text(*header, "title", request.title) && read_text(*header, "author", request.author) &&
                        read_text(*header, "subject", request.subject) &&
                        read_text(*header, "language", request.language) &&
                        read_text(*header, "band_style", request.band_style) &&
                        read_band(*header, "header", request.header) && read_band(*header, "footer", request.footer) &&
                        read_margins(*header, request.margins) && read_numbers(*header, request);
  if (!complete) return refuse("its header line lacks a field, or has one of the wrong type or range");

  const std::string_view html = bytes.substr(end + 1);
  if (html.size() > limits::kMaxHtmlBytes)
    return fail(ErrorCode::too_large, "its HTML passes the limit", "the request on standard input");
  if (trim(html).empty()) return refuse("it has no HTML behind its header line");
  request.html = html;
  if (to_valid_utf8(html) != html) return refuse("its HTML is not UTF-8");
  return request;
}

}  // namespace ihc
