#include "pdf/document.h"

#include <map>
#include <utility>

#include "pdf/bands.h"
#include "pdf/layout.h"
#include "pdf/render.h"

namespace ihc {
namespace {

// Filling in page numbers moves nothing when they stand in boxes of fixed width, so the second rendering is the last.
// One that does move something gets two more.
constexpr int kMaxPasses = 4;

// Below this part of its true size a document was shrunk by WebKit because something in it is wider than the page.
constexpr double kShrunk = 0.99;

constexpr double kPointsPerMm = 72 / 25.4;

struct RenderedBody {
  std::string pdf;
  DocumentLayout layout;
};

/// The paper that the text is laid out on: A4 without its margins, so that no margin is rounded to whole points.
RenderPaper content_box(const PdfMargins& margins) {
  return {kA4WidthMm - margins.left_mm - margins.right_mm, kA4HeightMm - margins.top_mm - margins.bottom_mm};
}

Result<RenderedBody> render_body(const HtmlRenderer& renderer, const std::string& html, const RenderPaper& paper) {
  auto pdf = renderer.render(prepare_html(html), paper);
  if (!pdf) return fail(pdf.error());
  auto layout = read_layout(*pdf);
  if (!layout) return fail(layout.error());
  return RenderedBody{std::move(*pdf), std::move(*layout)};
}

/// Length on the rendered page ÷ length in CSS, as this WebKit has it on this paper.
Result<double> measure_scale(const HtmlRenderer& renderer, const RenderPaper& paper) {
  auto body = render_body(renderer, "<!DOCTYPE html><html><body></body></html>", paper);
  if (!body) return fail(body.error());
  if (!body->layout.ruler_pt || *body->layout.ruler_pt <= 0)
    return fail(ErrorCode::io, "webkit's scale can't be measured");
  return *body->layout.ruler_pt / (kRulerMm * kPointsPerMm);
}

Result<RenderedBody> render_until_settled(const HtmlRenderer& renderer, const PdfRequest& request,
                                          const RenderPaper& paper) {
  auto html = fill_page_numbers(request.html, nullptr);
  if (!html) return fail(html.error());
  const bool has_numbers = *html != request.html;
  for (int pass = 1; pass <= kMaxPasses; ++pass) {
    auto body = render_body(renderer, *html, paper);
    if (!body || !has_numbers) return body;
    const auto pages = pages_by_id(body->layout);
    auto filled = fill_page_numbers(request.html, &pages);
    if (!filled) return fail(filled.error());
    if (*filled == *html) return body;
    html = std::move(filled);
  }
  return fail(ErrorCode::malformed, "filling in page numbers keeps moving them", "the request's HTML",
              "give each page number a box of fixed width");
}

Result<std::string> render_bands(const HtmlRenderer& renderer, const PdfRequest& request, std::size_t page_count) {
  if (!wants_bands(request, page_count)) return std::string{};
  return renderer.render(bands_html(request, page_count), {kA4WidthMm, kA4HeightMm});
}

std::vector<std::string> notes_on(const RenderedBody& body, double scale,
                                  const std::vector<std::string>& dropped_links) {
  std::vector<std::string> notes;
  const double nominal_pt = scale * kRulerMm * kPointsPerMm;
  if (body.layout.ruler_pt && *body.layout.ruler_pt < nominal_pt * kShrunk) {
    const auto percent = static_cast<int>(100 * *body.layout.ruler_pt / nominal_pt);
    notes.push_back("something is wider than the page: the document was shrunk to " + std::to_string(percent) + " %");
  }
  for (const std::string& link : dropped_links) notes.push_back("a link was taken out: " + link);
  return notes;
}

}  // namespace

Result<MadePdf> make_pdf(const PdfRequest& request) {
  const HtmlRenderer renderer;
  const RenderPaper paper = content_box(request.margins);
  const auto scale = measure_scale(renderer, paper);
  if (!scale) return fail(scale.error());
  const auto body = render_until_settled(renderer, request, paper);
  if (!body) return fail(body.error());
  const auto bands = render_bands(renderer, request, body->layout.page_count);
  if (!bands) return fail(bands.error());
  auto finished = finish_pdf({request, body->layout, body->pdf, *bands, *scale});
  if (!finished) return fail(finished.error());
  if (finished->bytes.size() > limits::kMaxPdfBytes) return fail(ErrorCode::too_large, "the pdf passes its limit");
  return MadePdf{std::move(finished->bytes), notes_on(*body, *scale, finished->dropped_links)};
}

}  // namespace ihc
