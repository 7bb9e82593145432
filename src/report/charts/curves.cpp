#include "report/charts/curves.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "report/charts/svg.h"
#include "report/format.h"

namespace ihc::report {

namespace {

constexpr double kLeft = 44;
constexpr double kRight = kFigureWidth - 16;
constexpr double kTop = 34;
constexpr double kBottom = 226;
constexpr double kWideSpan = 10;  ///< a largest value of so many times the least asks for powers of ten

constexpr Stroke kBefore{.color = ink::kMuted, .width = 1.6, .dashes = "5 3"};
constexpr Stroke kAfter{.color = ink::kAccent, .width = 2};

std::string value_text(double value) { return decimal_text(value, value < 10 ? 2 : value < 1000 ? 1 : 0); }

struct Span {
  double least = 0;
  double most = 0;
};

// Nothing where no step has a value above 0: a time is above 0.
std::optional<Span> span_of(const std::vector<CurveStep>& steps) {
  std::optional<Span> span;
  for (const CurveStep& step : steps) {
    for (const auto& value : {step.before, step.after}) {
      if (!value || !(*value > 0)) continue;
      if (!span) span = Span{*value, *value};
      span->least = std::min(span->least, *value);
      span->most = std::max(span->most, *value);
    }
  }
  return span;
}

// Round numbers that hold the span: 1, 2 or 5 of a power of ten.
double round_step(double least_step) {
  const double power = std::pow(10, std::floor(std::log10(least_step)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= least_step) return factor * power;
  }
  return 10 * power;
}

class TimeAxis {
 public:
  explicit TimeAxis(const Span& span) : is_log_(span.most > kWideSpan * span.least) {
    if (is_log_) {
      for (double power = std::floor(std::log10(span.least)); power <= std::ceil(std::log10(span.most)); ++power)
        ticks_.push_back(std::pow(10, power));
      from_ = span.least;
      to_ = span.most;
    } else {
      const double step = round_step(std::max(span.most - span.least, span.most * 0.02) / 6);
      from_ = std::floor(span.least / step) * step;
      to_ = std::max(std::ceil(span.most / step), span.least / step + 1) * step;
      for (double tick = from_; tick <= to_ + step / 2; tick += step) ticks_.push_back(tick);
    }
    std::erase_if(ticks_, [this](double tick) { return tick < from_ * 0.999 || tick > to_ * 1.001; });
    if (is_log_) add_ends();
  }

  double x(double value) const {
    const double share = is_log_ ? std::log(value / from_) / std::log(to_ / from_) : (value - from_) / (to_ - from_);
    return kLeft + std::clamp(share, 0.0, 1.0) * (kRight - kLeft);
  }
  const std::vector<double>& ticks() const { return ticks_; }
  bool is_log() const { return is_log_; }

 private:
  // The least and the most, where no power of ten stands near enough to be written over.
  void add_ends() {
    for (const double end : {from_, to_}) {
      const bool has_room =
          std::none_of(ticks_.begin(), ticks_.end(), [&](double tick) { return std::abs(x(tick) - x(end)) < 50; });
      if (has_room) ticks_.push_back(end);
    }
  }

  bool is_log_;
  double from_ = 0;
  double to_ = 1;
  std::vector<double> ticks_;
};

double y_of(double probability) { return kBottom - std::clamp(probability, 0.0, 1.0) * (kBottom - kTop); }

void draw_axes(Svg& svg, const TimeAxis& axis, const ArmCurves& curves, const Words& words) {
  static constexpr std::array<double, 5> kShares{0, 0.25, 0.5, 0.75, 1};
  const TextStyle small{.size = 9.5, .color = ink::kMuted};
  for (const double share : kShares) {
    svg.line(kLeft, y_of(share), kRight, y_of(share), {.color = ink::kTrack, .width = 1});
    svg.text(kLeft - 5, y_of(share) + 3, percent_text(100 * share, words),
             {.size = small.size, .color = small.color, .anchor = Anchor::end});
  }
  for (const double tick : axis.ticks()) {
    svg.line(axis.x(tick), kTop, axis.x(tick), kBottom, {.color = ink::kTrack, .width = 1});
    svg.text(axis.x(tick), kBottom + 14, value_text(tick),
             {.size = small.size, .color = small.color, .anchor = Anchor::middle});
  }
  svg.line(kLeft, kBottom, kRight, kBottom, {.color = ink::kLine, .width = 1});
  svg.line(kLeft, kTop, kLeft, kBottom, {.color = ink::kLine, .width = 1});
  const std::string scale = axis.is_log() ? ", " + words.text("figures.log_scale") : "";
  svg.text((kLeft + kRight) / 2, kBottom + 30, curves.title + ", " + curves.unit + scale,
           {.size = 10, .anchor = Anchor::middle});
}

void draw_curve(Svg& svg, const TimeAxis& axis, const std::vector<CurveStep>& steps,
                std::optional<double> CurveStep::*arm, const Stroke& stroke) {
  std::vector<Point> points;
  for (const CurveStep& step : steps) {
    const auto& value = step.*arm;
    if (value && *value > 0) points.push_back({axis.x(*value), y_of(step.probability)});
  }
  svg.polyline(points, stroke);
}

void draw_legend(Svg& svg, const ArmCurves& curves) {
  constexpr double kY = 12;
  constexpr double kWidth = 250;
  svg.line(kLeft, kY - 3, kLeft + 28, kY - 3, kBefore);
  svg.text(kLeft + 34, kY, fit_text(curves.before, kWidth, 10.5), {.size = 10.5});
  svg.line(kLeft + 300, kY - 3, kLeft + 328, kY - 3, kAfter);
  svg.text(kLeft + 334, kY, fit_text(curves.after, kWidth, 10.5), {.size = 10.5});
}

std::string percentile_name(double probability) { return "p" + decimal_text(100 * probability, 2); }

void draw_bar(Svg& svg, double y, const std::optional<double>& value, double scale, bool is_after, const Words& words) {
  constexpr double kHeight = 11;
  const double width = value ? std::max(1.0, *value * scale) : 0;
  const Box box{kLeft + 12, y, width, kHeight};
  if (value) svg.rectangle(box, is_after ? ink::kAccent : ink::kWhite, {.color = ink::kAccent, .width = 1});
  if (value && !is_after) svg.hatch(box, ink::kAccent, 5);
  svg.text(kLeft + 18 + width, y + 9, value ? value_text(*value) : words.text("figures.too_few_requests"),
           {.size = 9.5, .color = value ? ink::kText : ink::kMuted});
}

}  // namespace

std::string distribution_svg(const ArmCurves& curves, const Words& words) {
  Svg svg(kFigureWidth, kBottom + 38);
  draw_legend(svg, curves);
  if (const auto span = span_of(curves.steps)) {
    const TimeAxis axis(*span);
    draw_axes(svg, axis, curves, words);
    draw_curve(svg, axis, curves.steps, &CurveStep::before, kBefore);
    draw_curve(svg, axis, curves.steps, &CurveStep::after, kAfter);
  }
  return svg.finish(words.text("figures.distribution_title") + ": " + curves.title);
}

std::string percentiles_svg(const ArmCurves& curves, const Words& words) {
  constexpr double kRow = 34;
  constexpr double kFirst = 28;
  Svg svg(kFigureWidth, kFirst + kRow * static_cast<double>(curves.steps.size()) + 18);
  const Box before{kLeft + 12, 3, 28, 10};
  svg.rectangle(before, ink::kWhite, {.color = ink::kAccent, .width = 1});
  svg.hatch(before, ink::kAccent, 5);
  svg.text(kLeft + 46, 12, fit_text(curves.before, 230, 10.5), {.size = 10.5});
  svg.rectangle({kLeft + 312, 3, 28, 10}, ink::kAccent);
  svg.text(kLeft + 346, 12, fit_text(curves.after, 230, 10.5), {.size = 10.5});
  const auto span = span_of(curves.steps);
  const double scale = (kRight - kLeft - 90) / (span ? span->most : 1);
  double y = kFirst;
  for (const CurveStep& step : curves.steps) {
    svg.text(kLeft + 4, y + 16, percentile_name(step.probability), {.size = 10.5, .anchor = Anchor::end, .bold = true});
    draw_bar(svg, y, step.before, scale, false, words);
    draw_bar(svg, y + 13, step.after, scale, true, words);
    y += kRow;
  }
  svg.text(kLeft + 12, y + 8, curves.title + ", " + curves.unit, {.size = 10, .color = ink::kMuted});
  return svg.finish(words.text("figures.percentiles_title") + ": " + curves.title);
}

}  // namespace ihc::report
