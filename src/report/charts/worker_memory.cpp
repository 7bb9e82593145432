// Where each worker's resident memory lies. Nodes are told apart by lightness and hatching, and named in their segment.
#include <algorithm>
#include <array>
#include <vector>

#include "base/cpu_set.h"
#include "base/json_read.h"
#include "base/text.h"
#include "report/charts/charts.h"
#include "report/charts/svg.h"
#include "report/format.h"

namespace ihc::report {

namespace {

constexpr std::size_t kMaxBars = 16;
constexpr double kBarHeight = 18;
constexpr double kRowHeight = 46;

struct Segment {
  std::string node;
  double bytes = 0;
};

struct Bar {
  std::string key;
  std::string gpu_nodes;
  std::vector<Segment> segments;
  double total = 0;
};

std::vector<Bar> read_bars(const Json& facts) {
  std::vector<Bar> bars;
  for (const Json& worker : list_at(facts, "workers")) {
    const Json& bytes = at(worker, "bytes_by_node");
    if (!bytes.is_object() || bytes.empty() || bars.size() == kMaxBars) continue;
    Bar bar{.key = string_at(worker, "key"), .gpu_nodes = string_at(worker, "gpu_nodes")};
    for (const auto& [node, value] : bytes.items()) {
      if (!value.is_number()) continue;
      bar.segments.push_back({node, std::max(0.0, value.get<double>())});
      bar.total += bar.segments.back().bytes;
    }
    std::sort(bar.segments.begin(), bar.segments.end(),
              [](const Segment& a, const Segment& b) { return natural_less(a.node, b.node); });
    bars.push_back(std::move(bar));
  }
  return bars;
}

struct Fill {
  std::string_view color;
  std::string_view text;
  bool is_hatched = false;
};

// Neighbouring nodes never look alike, in colour or in grey.
Fill fill_of(std::size_t index) {
  static constexpr std::array<Fill, 4> kFills{{{ink::kAccent, ink::kWhite, false},
                                               {"#d5e0ea", ink::kText, false},
                                               {"#6f8ba5", ink::kWhite, false},
                                               {ink::kWhite, ink::kText, true}}};
  return kFills[index % kFills.size()];
}

void draw_bar(Svg& svg, const Bar& bar, double y, double scale, const Words& words) {
  std::string title = bar.key + " · " + bytes_text(static_cast<std::int64_t>(bar.total), words);
  if (!bar.gpu_nodes.empty()) title += " · " + words.text("figures.gpu_nodes") + " " + bar.gpu_nodes;
  double x = 0.5;
  for (std::size_t i = 0; i < bar.segments.size(); ++i) {
    const Segment& segment = bar.segments[i];
    const double width = segment.bytes * scale;
    if (width <= 0) continue;
    const Fill fill = fill_of(i);
    const Box box{x, y + 16, width, kBarHeight};
    svg.rectangle(box, fill.color, {.color = ink::kText, .width = 0.7});
    const std::string label = words.text("states.node") + " " + segment.node + ": " +
                              bytes_text(static_cast<std::int64_t>(segment.bytes), words);
    const bool fits = text_width(label, 9.5) + 8 < width;
    if (fill.is_hatched && !fits) svg.hatch(box, ink::kMuted);
    if (fits) svg.text(x + 6, y + 16 + 12.5, label, {.size = 9.5, .color = fill.text});
    if (!fits) title += " · " + label;
    x += width;
  }
  svg.text(0, y + 11, fit_text(title, kFigureWidth, 10.5), {.size = 10.5});
}

}  // namespace

std::string worker_memory_svg(const Json& facts, const Words& words) {
  const std::vector<Bar> bars = read_bars(facts);
  double largest = 1;
  for (const Bar& bar : bars) largest = std::max(largest, bar.total);
  Svg svg(kFigureWidth, kRowHeight * static_cast<double>(bars.size()) + 2);
  double y = 0;
  for (const Bar& bar : bars) {
    draw_bar(svg, bar, y, (kFigureWidth - 1) / largest, words);
    y += kRowHeight;
  }
  return svg.finish(words.text("figures.memory_title"));
}

}  // namespace ihc::report
