// HTML → PDF through libwkhtmltox, as raw as this WebKit leaves it: pages of a scaled size, links as URIs, no metadata.
#pragma once

#include <string>

#include "base/result.h"

namespace ihc {

/// The box that a document is laid out in: a sheet without margins.
struct RenderPaper {
  double width_mm = 0;
  double height_mm = 0;
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

  /// One document, laid out as if on `paper`, on pages that are smaller than that by a factor that only measuring can
  /// tell (see prepare_html() in layout.h). Scripts, plug-ins and local files are off.
  Result<std::string> render(const std::string& html, const RenderPaper& paper) const;

 private:
  double assumed_scale_ = 1;
};

}  // namespace ihc
