// The risk index on its scale, and how far it could rise if everything that was not assessed had failed.
#include <algorithm>

#include "report/charts/charts.h"
#include "report/charts/svg.h"
#include "report/format.h"

namespace ihc::report {

namespace {

constexpr double kLeft = 14;
constexpr double kTop = 46;
constexpr double kBarHeight = 26;
constexpr double kScaleWidth = kFigureWidth - 2 * kLeft;

double x_of(double index) { return kLeft + kScaleWidth * std::clamp(index, 0.0, 100.0) / 100; }

void draw_scale(Svg& svg) {
  for (int tick = 0; tick <= 100; tick += 20) {
    const Anchor anchor = tick == 0 ? Anchor::start : tick == 100 ? Anchor::end : Anchor::middle;
    svg.line(x_of(tick), kTop + kBarHeight, x_of(tick), kTop + kBarHeight + 4, {.color = ink::kLine});
    svg.text(x_of(tick), kTop + kBarHeight + 16, std::to_string(tick),
             {.size = 9.5, .color = ink::kMuted, .anchor = anchor});
  }
}

void draw_mark(Svg& svg, double index, const std::string& label) {
  svg.line(x_of(index), kTop - 6, x_of(index), kTop + kBarHeight + 6,
           {.color = ink::kText, .width = 1, .dashes = "3 2"});
  svg.text(x_of(index), kTop - 10, label, {.size = 9.5, .color = ink::kMuted, .anchor = Anchor::middle});
}

}  // namespace

std::string risk_bar_svg(const RiskBar& risk, const Words& words) {
  Svg svg(kFigureWidth, 108);
  const std::string index = decimal_text(risk.index, 1);
  const std::string upper = decimal_text(risk.index_upper, 1);
  svg.text(kLeft, 16, words.text("figures.risk_index") + " " + index, {.size = 12.5, .bold = true});
  svg.text(kFigureWidth - kLeft, 16, words.text("figures.risk_upper") + " " + upper,
           {.size = 11, .color = ink::kMuted, .anchor = Anchor::end});
  svg.rectangle({kLeft, kTop, kScaleWidth, kBarHeight}, ink::kTrack);
  const Box open{x_of(risk.index), kTop, x_of(risk.index_upper) - x_of(risk.index), kBarHeight};
  if (open.width > 0) {
    svg.rectangle(open, ink::kWhite, {.color = ink::kAccent});
    svg.hatch(open, ink::kAccent);
  }
  svg.rectangle({kLeft, kTop, x_of(risk.index) - kLeft, kBarHeight}, ink::kAccent);
  if (risk.marks) {
    draw_mark(svg, risk.marks->medium_index, words.text("figures.from_medium"));
    draw_mark(svg, risk.marks->high_index, words.text("figures.from_high"));
  }
  draw_scale(svg);
  svg.rectangle({kLeft, 98, 10, 8}, ink::kAccent);
  svg.text(kLeft + 15, 106, words.text("figures.failed"), {.size = 9.5, .color = ink::kMuted});
  const double second = kLeft + 30 + text_width(words.text("figures.failed"), 9.5);
  svg.rectangle({second, 98, 10, 8}, ink::kWhite, {.color = ink::kAccent});
  svg.hatch({second, 98, 10, 8}, ink::kAccent, 4);
  svg.text(second + 15, 106, words.text("figures.open"), {.size = 9.5, .color = ink::kMuted});
  return svg.finish(words.text("figures.risk_title") + ": " + risk.level + ", " + index + " – " + upper);
}

}  // namespace ihc::report
