#include "report/charts/svg.h"

#include <algorithm>

#include "report/escape.h"
#include "report/format.h"

namespace ihc::report {

namespace {

std::string n(double value) { return decimal_text(value, 1); }

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + escape_html(value) + "\"";
}

std::string stroke_attributes(const Stroke& stroke) {
  if (stroke.color == "none") return {};
  std::string out = attribute("stroke", stroke.color) + attribute("stroke-width", n(stroke.width));
  if (!stroke.dashes.empty()) out += attribute("stroke-dasharray", stroke.dashes);
  return out;
}

std::string_view to_word(Anchor anchor) {
  switch (anchor) {
    case Anchor::start:
      return "start";
    case Anchor::middle:
      return "middle";
    case Anchor::end:
      return "end";
  }
  return "start";
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::size_t character_count(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

// Byte offset of the nth character.
std::size_t offset_of(std::string_view text, std::size_t character) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (is_continuation(text[at])) continue;
    if (character == 0) break;
    --character;
  }
  return at;
}

}  // namespace

Svg::Svg(double width, double height) : width_(width), height_(height) {}

void Svg::rectangle(const Box& box, std::string_view fill, const Stroke& stroke, double radius) {
  body_ += "<rect" + attribute("x", n(box.x)) + attribute("y", n(box.y)) + attribute("width", n(box.width)) +
           attribute("height", n(box.height));
  if (radius > 0) body_ += attribute("rx", n(radius));
  body_ += attribute("fill", fill) + stroke_attributes(stroke) + "/>\n";
}

void Svg::line(double x1, double y1, double x2, double y2, const Stroke& stroke) {
  body_ += "<line" + attribute("x1", n(x1)) + attribute("y1", n(y1)) + attribute("x2", n(x2)) + attribute("y2", n(y2)) +
           stroke_attributes(stroke) + "/>\n";
}

void Svg::polyline(const std::vector<Point>& points, const Stroke& stroke) {
  if (points.size() < 2) return;
  std::string places;
  for (const Point& point : points) places += (places.empty() ? "" : " ") + n(point.x) + "," + n(point.y);
  body_ += "<polyline" + attribute("points", places) + attribute("fill", "none") + stroke_attributes(stroke) + "/>\n";
}

// Each diagonal is cut at the box by hand, because clip paths would need ids.
void Svg::hatch(const Box& box, std::string_view color, double step) {
  for (double offset = step; offset < box.width + box.height; offset += step) {
    const double from = std::max(0.0, offset - box.width);
    const double to = std::min(offset, box.height);
    line(box.x + offset - from, box.y + from, box.x + offset - to, box.y + to, {.color = color, .width = 1});
  }
}

void Svg::triangle(double x, double y, double half_width, double height, std::string_view fill) {
  body_ += "<polygon" +
           attribute("points", n(x) + "," + n(y) + " " + n(x - half_width) + "," + n(y - height) + " " +
                                   n(x + half_width) + "," + n(y - height)) +
           attribute("fill", fill) + "/>\n";
}

void Svg::text(double x, double y, std::string_view content, const TextStyle& style) {
  body_ += "<text" + attribute("x", n(x)) + attribute("y", n(y)) + attribute("font-size", n(style.size)) +
           attribute("fill", style.color) + attribute("text-anchor", to_word(style.anchor));
  if (style.bold) body_ += attribute("font-weight", "bold");
  body_ += ">" + escape_html(printable(content)) + "</text>\n";
}

std::string Svg::finish(std::string_view description) const {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\"" + attribute("width", n(width_)) +
         attribute("height", n(height_)) + attribute("viewBox", "0 0 " + n(width_) + " " + n(height_)) +
         attribute("font-family", "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif") + attribute("role", "img") +
         ">\n<title>" + escape_html(printable(description)) + "</title>\n" + body_ + "</svg>\n";
}

double text_width(std::string_view text, double size) {
  // DejaVu Sans, the widest of the fonts named: about 0.62 em for a character on average.
  return 0.62 * size * static_cast<double>(character_count(text));
}

std::string fit_text(std::string_view text, double width, double size) {
  const std::string shown = printable(text);
  const std::size_t count = character_count(shown);
  const auto room = static_cast<std::size_t>(std::max(1.0, width / (0.62 * size)));
  if (count <= room) return shown;
  if (room < 5) return shown.substr(0, offset_of(shown, room - 1)) + "…";
  const std::size_t head = (room - 1) / 2;
  const std::size_t tail = room - 1 - head;
  return shown.substr(0, offset_of(shown, head)) + "…" + shown.substr(offset_of(shown, count - tail));
}

}  // namespace ihc::report
