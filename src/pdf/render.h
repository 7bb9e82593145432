// HTML → PDF through libwkhtmltox, as raw as this WebKit leaves it: pages of a scaled size, links as URIs, no metadata.
#pragma once

#include <string>

#include "base/result.h"
#include "pdf/protocol.h"

namespace ihc {

/// The paper that is asked of WebKit. Its own unit is not the reader's: see kPaperPerCss in render.cpp.
struct RenderPaper {
  double width_mm = 0;
  double height_mm = 0;
  PdfMargins margins;
};

inline constexpr double kA4WidthMm = 210;
inline constexpr double kA4HeightMm = 297;

/// WebKit, for the life of this process: it starts once, on the main thread, and can't start again.
class HtmlRenderer {
 public:
  HtmlRenderer();
  ~HtmlRenderer();
  HtmlRenderer(const HtmlRenderer&) = delete;
  HtmlRenderer& operator=(const HtmlRenderer&) = delete;

  /// One document, laid out as if on `paper`, on pages that are scale() times as large. Scripts, plug-ins and local
  /// files are off.
  Result<std::string> render(const std::string& html, const RenderPaper& paper) const;

  /// Length on a page that render() returns ÷ the same length in CSS.
  double scale() const { return scale_; }

 private:
  double scale_ = 1;
};

}  // namespace ihc
