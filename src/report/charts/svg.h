// Writing SVG that QtWebKit 5.212 and a current browser draw alike: absolute coordinates, presentation attributes, no
// style sheet, no script, no ids, generic fonts. Every text is made printable and escaped here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ihc::report {

struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

struct Point {
  double x = 0;
  double y = 0;
};

struct Stroke {
  std::string_view color = "none";
  double width = 1;
  std::string_view dashes;  ///< "4 3"; empty: solid
};

enum class Anchor { start, middle, end };

struct TextStyle {
  double size = 11;
  std::string_view color = "#1c2733";
  Anchor anchor = Anchor::start;
  bool bold = false;
};

class Svg {
 public:
  Svg(double width, double height);

  void rectangle(const Box& box, std::string_view fill, const Stroke& stroke = {}, double radius = 0);
  void line(double x1, double y1, double x2, double y2, const Stroke& stroke);
  /// A line through all of them; nothing for fewer than two.
  void polyline(const std::vector<Point>& points, const Stroke& stroke);
  /// Diagonal lines within the box: "this may be", distinguishable without colour.
  void hatch(const Box& box, std::string_view color, double step = 6);
  void triangle(double x, double y, double half_width, double height, std::string_view fill);
  void text(double x, double y, std::string_view content, const TextStyle& style);

  /// The whole document; `description` becomes <title>.
  std::string finish(std::string_view description) const;

 private:
  double width_;
  double height_;
  std::string body_;
};

/// About how wide a text of this size is, in the same units: enough to decide what fits.
double text_width(std::string_view text, double size);

/// The text, shortened in its middle to fit a width.
std::string fit_text(std::string_view text, double width, double size);

inline constexpr double kFigureWidth = 640;

/// One ink for lines and text, greys by lightness, one accent that is also the darkest fill.
namespace ink {
inline constexpr std::string_view kText = "#1c2733";
inline constexpr std::string_view kMuted = "#5a6570";
inline constexpr std::string_view kLine = "#8b96a1";
inline constexpr std::string_view kTrack = "#e9edf1";
inline constexpr std::string_view kPanel = "#f6f8fa";
inline constexpr std::string_view kAccent = "#1f4e79";
inline constexpr std::string_view kSoft = "#9db7cf";
inline constexpr std::string_view kWhite = "#ffffff";
}  // namespace ink

}  // namespace ihc::report
