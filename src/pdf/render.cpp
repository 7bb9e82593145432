#include "pdf/render.h"

#include <cstddef>
#include <memory>
#include <string>

#include <wkhtmltox/pdf.h>

#include "base/json.h"
#include "base/limits.h"

namespace ihc {
namespace {

// Qt without wkhtmltopdf's patches prints a document in WebKit's own print mode, which lays it out on 1.25 times the
// page's width (PrintContext's least shrink factor) and takes 100 units for an inch: 1 CSS mm comes out as 96/125 mm,
// give or take a thousandth for rounding, whatever zoom, dpi and paper size are set. So it gets paper of that size, and
// the finished pages are enlarged to A4.
constexpr double kUnpatchedScale = 96.0 / 125.0;

// Positions come out in whole units of this: the finest that Qt's PDF printer uses by itself.
constexpr const char* kDotsPerInch = "1200";

using GlobalSettings = wkhtmltopdf_global_settings;
using ObjectSettings = wkhtmltopdf_object_settings;

void set_global(GlobalSettings* settings, const char* name, const std::string& value) {
  wkhtmltopdf_set_global_setting(settings, name, value.c_str());
}

std::string millimetres(double length) { return number_to_text(length) + "mm"; }

/// Owned by the converter that it is given to.
GlobalSettings* page_settings(const RenderPaper& paper, double scale) {
  GlobalSettings* settings = wkhtmltopdf_create_global_settings();
  set_global(settings, "out", "");
  set_global(settings, "outline", "false");
  set_global(settings, "dpi", kDotsPerInch);
  set_global(settings, "size.width", millimetres(paper.width_mm * scale));
  set_global(settings, "size.height", millimetres(paper.height_mm * scale));
  for (const char* margin : {"margin.top", "margin.right", "margin.bottom", "margin.left"})
    set_global(settings, margin, "0mm");
  return settings;
}

/// Owned by the converter that it is given to.
ObjectSettings* document_settings() {
  ObjectSettings* settings = wkhtmltopdf_create_object_settings();
  constexpr const char* kSettings[][2] = {
      {"web.enableJavascript", "false"},
      {"web.enablePlugins", "false"},
      {"web.defaultEncoding", "utf-8"},
      {"web.background", "true"},
      {"web.loadImages", "true"},
      {"web.printMediaType", "true"},
      {"web.enableIntelligentShrinking", "false"},
      {"load.blockLocalFileAccess", "true"},
      {"load.jsdelay", "0"},
      {"load.loadErrorHandling", "ignore"},
      {"load.mediaLoadErrorHandling", "ignore"},
  };
  for (const auto& [name, value] : kSettings) wkhtmltopdf_set_object_setting(settings, name, value);
  return settings;
}

struct DestroyConverter {
  void operator()(wkhtmltopdf_converter* converter) const { wkhtmltopdf_destroy_converter(converter); }
};

}  // namespace

HtmlRenderer::HtmlRenderer() {
  wkhtmltopdf_init(0);
  if (wkhtmltopdf_extended_qt() == 0) assumed_scale_ = kUnpatchedScale;
}

HtmlRenderer::~HtmlRenderer() { wkhtmltopdf_deinit(); }

Result<std::string> HtmlRenderer::render(const std::string& html, const RenderPaper& paper) const {
  const std::unique_ptr<wkhtmltopdf_converter, DestroyConverter> converter(
      wkhtmltopdf_create_converter(page_settings(paper, assumed_scale_)));
  wkhtmltopdf_add_object(converter.get(), document_settings(), html.c_str());
  // The return value also tells of a picture that was refused; what counts is whether there is a PDF.
  wkhtmltopdf_convert(converter.get());
  const unsigned char* bytes = nullptr;
  const long size = wkhtmltopdf_get_output(converter.get(), &bytes);
  if (bytes == nullptr || size <= 0) return fail(ErrorCode::io, "webkit made no pdf of this html");
  const auto length = static_cast<std::size_t>(size);
  if (length > limits::kMaxPdfBytes) return fail(ErrorCode::too_large, "the pdf passes its limit");
  return std::string(reinterpret_cast<const char*>(bytes), length);
}

}  // namespace ihc
