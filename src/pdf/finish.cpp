#include "pdf/finish.h"

#include <cstdint>
#include <exception>
#include <memory>
#include <utility>

#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFPageObjectHelper.hh>
#include <qpdf/QPDFWriter.hh>

#include "base/version.h"
#include "pdf/links.h"
#include "pdf/metadata.h"
#include "pdf/navigation.h"
#include "pdf/render.h"

namespace ihc {
namespace {

constexpr double kPointsPerMm = 72 / 25.4;
constexpr int kDecimals = 4;

QPDFObjectHandle real(double value) { return QPDFObjectHandle::newReal(value, kDecimals); }

/// Where a rendered page comes to lie on the A4 page: enlarged, then moved.
struct Placement {
  double enlarge = 1;
  double left_pt = 0;
  double bottom_pt = 0;

  PageBox operator()(const PageBox& box) const {
    return {left_pt + enlarge * box.left, bottom_pt + enlarge * box.bottom, left_pt + enlarge * box.right,
            bottom_pt + enlarge * box.top};
  }
  /// "k 0 0 k x y cm", the operator that does the same to a content stream.
  std::string matrix() const {
    const std::string k = real(enlarge).unparse();
    return k + " 0 0 " + k + " " + real(left_pt).unparse() + " " + real(bottom_pt).unparse() + " cm\n";
  }
};

/// A rendered page hangs from the upper left corner of its box, which stands `left_mm` and `top_mm` from the paper's
/// edges.
Placement hang_page(QPDFObjectHandle page, double scale, double left_mm, double top_mm) {
  const auto box = page.getKey("/MediaBox").getArrayAsRectangle();
  const double height_pt = (box.ury - box.lly) / scale;
  return {1 / scale, left_mm * kPointsPerMm, (kA4HeightMm - top_mm) * kPointsPerMm - height_pt};
}

QPDFObjectHandle box_array(const PageBox& box) {
  return QPDFObjectHandle::newArray({real(box.left), real(box.bottom), real(box.right), real(box.top)});
}

void enlarge_to_a4(QPDF& document, QPDFPageObjectHelper& page, const Placement& placement) {
  QPDFObjectHandle dictionary = page.getObjectHandle();
  for (const PageLink& link : links_of(dictionary)) {
    QPDFObjectHandle annotation = link.annotation;
    annotation.replaceKey("/Rect", box_array(placement(link.box)));
  }
  page.addPageContents(QPDFObjectHandle::newStream(&document, "q\n" + placement.matrix()), true);
  page.addPageContents(QPDFObjectHandle::newStream(&document, "\nQ\n"), false);
  dictionary.replaceKey("/MediaBox", box_array({0, 0, kA4WidthMm * kPointsPerMm, kA4HeightMm * kPointsPerMm}));
}

/// Under the body, because WebKit paints every page white first; the body's box leaves the margins, where these lines
/// are, free. Running lines are no part of the text: a reader that reflows or reads aloud leaves artifacts out.
void lay_under(QPDF& document, QPDFPageObjectHelper& page, QPDFPageObjectHelper& line_page, double scale) {
  const Placement placement = hang_page(line_page.getObjectHandle(), scale, 0, 0);
  QPDFObjectHandle form = document.copyForeignObject(line_page.getFormXObjectForPage());
  QPDFObjectHandle resources = page.getAttribute("/Resources", true);
  QPDFObjectHandle forms = resources.getKey("/XObject");
  forms = forms.isDictionary() ? forms.shallowCopy() : QPDFObjectHandle::newDictionary();
  forms.replaceKey("/IhcLines", form);
  resources.replaceKey("/XObject", forms);
  page.addPageContents(QPDFObjectHandle::newStream(&document, "/Artifact <</Type /Pagination>> BDC\nq\n" +
                                                                  placement.matrix() + "/IhcLines Do\nQ\nEMC\n"),
                       true);
}

Result<void> lay_bands_under(QPDF& document, QPDF& bands, const FinishInput& input) {
  auto pages = QPDFPageDocumentHelper(document).getAllPages();
  auto line_pages = QPDFPageDocumentHelper(bands).getAllPages();
  const std::size_t first = input.request.first_band_page - 1;
  if (first + line_pages.size() != pages.size())
    return fail(ErrorCode::io, "the running lines don't come to one a page");
  for (std::size_t at = 0; at < line_pages.size(); ++at)
    lay_under(document, pages[first + at], line_pages[at], input.scale);
  return {};
}

std::string write(QPDF& document) {
  QPDFWriter writer(document);
  writer.setOutputMemory();
  writer.setStaticID(false);
  writer.setDeterministicID(true);
  writer.setObjectStreamMode(qpdf_o_generate);
  writer.setMinimumPDFVersion("1.7");
  writer.write();
  const std::unique_ptr<Buffer> buffer(writer.getBuffer());
  return {reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize()};
}

Result<FinishedPdf> finish(const FinishInput& input) {
  QPDF document;
  document.setSuppressWarnings(true);
  document.processMemoryFile("body", input.body.data(), input.body.size());
  std::vector<PlacedMarker> markers = input.layout.markers;
  std::size_t number = 0;
  for (auto& page : QPDFPageDocumentHelper(document).getAllPages()) {
    const Placement placement =
        hang_page(page.getObjectHandle(), input.scale, input.request.margins.left_mm, input.request.margins.top_mm);
    ++number;
    for (PlacedMarker& placed : markers) {
      if (placed.page != number) continue;
      const PageBox at = placement({placed.left_pt, 0, placed.left_pt, placed.top_pt});
      placed.left_pt = at.left;
      placed.top_pt = at.top;
    }
    enlarge_to_a4(document, page, placement);
  }
  // Foreign objects are copied when the file is written, so the running lines' document must live until then.
  QPDF bands;
  bands.setSuppressWarnings(true);
  if (!input.bands.empty()) {
    bands.processMemoryFile("lines", input.bands.data(), input.bands.size());
    if (const auto laid = lay_bands_under(document, bands, input); !laid) return fail(laid.error());
  }
  FinishedPdf out;
  out.dropped_links = mend_links(document, markers);
  add_destinations(document, markers);
  add_outline(document, markers);
  set_metadata(document, input.request);
  out.bytes = write(document);
  return out;
}

}  // namespace

Result<FinishedPdf> finish_pdf(const FinishInput& input) {
  try {
    return finish(input);
  } catch (const std::exception&) {
    return fail(ErrorCode::io, "webkit's pdf can't be finished");
  }
}

}  // namespace ihc
