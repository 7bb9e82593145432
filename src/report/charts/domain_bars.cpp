// One bar for each domain: what failed, and how far it could rise.
#include <algorithm>

#include "report/charts/charts.h"
#include "report/charts/svg.h"
#include "report/format.h"

namespace ihc::report {

namespace {

constexpr double kLabelWidth = 176;
constexpr double kBarLeft = 184;
constexpr double kBarWidth = 262;
constexpr double kLevelLeft = 522;
constexpr double kRowHeight = 27;
constexpr double kTop = 30;

void draw_row(Svg& svg, const DomainBar& domain, double y) {
  const double filled = kBarWidth * std::clamp(domain.index, 0.0, 100.0) / 100;
  const double upper = kBarWidth * std::clamp(domain.index_upper, 0.0, 100.0) / 100;
  svg.text(kLabelWidth, y + 12, fit_text(domain.label, kLabelWidth - 4, 10.5), {.size = 10.5, .anchor = Anchor::end});
  svg.rectangle({kBarLeft, y, kBarWidth, 16}, ink::kTrack);
  if (upper > filled) {
    svg.rectangle({kBarLeft + filled, y, upper - filled, 16}, ink::kWhite, {.color = ink::kAccent});
    svg.hatch({kBarLeft + filled, y, upper - filled, 16}, ink::kAccent);
  }
  svg.rectangle({kBarLeft, y, filled, 16}, ink::kAccent);
  const std::string range = decimal_text(domain.index, 0) + " – " + decimal_text(domain.index_upper, 0);
  svg.text(kBarLeft + kBarWidth + 8, y + 12, range, {.size = 10, .color = ink::kText});
  svg.text(kLevelLeft, y + 12, domain.level, {.size = 10.5, .bold = true});
  svg.text(kFigureWidth - 2, y + 12, domain.coverage, {.size = 10, .color = ink::kMuted, .anchor = Anchor::end});
}

}  // namespace

std::string domain_bars_svg(const std::vector<DomainBar>& domains, const Words& words) {
  Svg svg(kFigureWidth, kTop + kRowHeight * static_cast<double>(domains.size()) + 4);
  const TextStyle head{.size = 9.5, .color = ink::kMuted};
  svg.text(kBarLeft, 14, words.text("figures.index_scale"), head);
  svg.text(kLevelLeft, 14, words.text("figures.level"), head);
  svg.text(kFigureWidth - 2, 14, words.text("figures.coverage"),
           {.size = head.size, .color = head.color, .anchor = Anchor::end});
  svg.line(0, 20, kFigureWidth, 20, {.color = ink::kLine, .width = 0.7});
  double y = kTop;
  for (const DomainBar& domain : domains) {
    draw_row(svg, domain, y);
    y += kRowHeight;
  }
  return svg.finish(words.text("figures.domains_title"));
}

}  // namespace ihc::report
