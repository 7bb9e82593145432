#include "collectors/runtime_metrics/growth.h"

#include <algorithm>
#include <cmath>

#include "collectors/runtime_metrics/histograms.h"

namespace ihc {

namespace {

using ValuesByLabels = std::map<MetricLabels, double>;

/// A name may have as many series as a text has lines: looked up, not searched.
ValuesByLabels values_of(const Exposition& exposition, const std::string& name) {
  ValuesByLabels values;
  const auto found = exposition.samples.find(name);
  if (found == exposition.samples.end()) return values;
  for (const MetricSample& sample : found->second) values.emplace(sample.labels, sample.value);
  return values;
}

bool is_start_time(const std::string& name) {
  return name == "process_start_time_seconds" || name.ends_with("_created");
}

bool is_counter(const Exposition& exposition, const std::string& name) {
  std::string family = name;
  if (family.ends_with("_total")) family.resize(family.size() - std::string_view("_total").size());
  return std::ranges::any_of(std::initializer_list<std::string>{name, family}, [&](const std::string& spelled) {
    const auto found = exposition.types.find(spelled);
    return found != exposition.types.end() && found->second == "counter";
  });
}

constexpr const char* kBackwards = "a counter went backwards between the two readings";

void add_counter_growth(const Exposition& first, const Exposition& last, const std::string& name,
                        const MetricChoice& choice, const MetricRole& role, RoleMetric& metric,
                        std::vector<RoleGap>& gaps) {
  const auto series = series_of(last, choice.name, choice.labels);
  const ValuesByLabels before = values_of(first, choice.name);
  const ValuesByLabels after = values_of(last, choice.name);
  // A series that is gone took its count with it.
  bool all_known = series.size() == metric.series.size() &&
                   std::ranges::all_of(before, [&](const auto& entry) { return after.contains(entry.first); });
  double sum = 0;
  for (std::size_t index = 0; index < metric.series.size() && all_known; ++index) {
    const auto earlier = before.find(series[index]->labels);
    const double delta = (series[index]->value - (earlier == before.end() ? 0 : earlier->second)) * role.scale;
    all_known = std::isfinite(delta) && delta >= 0;
    if (!all_known) break;
    metric.series[index].delta = delta;
    sum += delta;
  }
  if (!all_known) return gaps.push_back({name, "conflicting_evidence", choice.name + ": " + kBackwards, "delta"});
  if (role.is_sum || series.size() == 1) metric.delta = sum;
}

void add_histogram_growth(const Exposition& first, const Exposition& last, const std::string& name,
                          const MetricChoice& choice, const MetricRole& role, RoleMetric& metric,
                          std::vector<RoleGap>& gaps) {
  const HistogramsByLabels before = raw_histograms(first, choice);
  const HistogramsByLabels after = raw_histograms(last, choice);
  const bool is_any_gone = std::ranges::any_of(before, [&](const auto& entry) { return !after.contains(entry.first); });
  HistogramsByLabels growth;
  for (const auto& [labels, histogram] : after) {
    const auto earlier = before.find(labels);
    const auto grown = earlier == before.end() ? std::optional(histogram) : growth_of(earlier->second, histogram);
    if (!grown || is_any_gone) {
      return gaps.push_back({name, "conflicting_evidence", choice.name + ": " + kBackwards, "window_histogram"});
    }
    growth.emplace(labels, *grown);
  }
  const auto all = together(growth);
  if (!all) return;  // the role itself has no histogram either, and its gap is noted
  if (all->buckets.back().count <= 0) {
    return gaps.push_back(
        {name, "needs_load", choice.name + ": nothing was observed between the two readings", "window_histogram"});
  }
  metric.window_histogram = histogram_fact(*all, role.scale);
}

}  // namespace

SameProcess same_process(const Exposition& one, const Exposition& other) {
  SameProcess answer = SameProcess::unknown;
  for (const auto& [name, samples] : one.samples) {
    if (!is_start_time(name)) continue;
    const ValuesByLabels others = values_of(other, name);
    for (const MetricSample& sample : samples) {
      const auto same = others.find(sample.labels);
      if (same == others.end()) continue;
      if (same->second != sample.value) return SameProcess::no;
      answer = SameProcess::yes;
    }
  }
  return answer;
}

bool grows_into(const Exposition& earlier, const Exposition& later) {
  return std::ranges::all_of(earlier.samples, [&](const auto& entry) {
    if (!is_counter(earlier, entry.first)) return true;
    const ValuesByLabels after = values_of(later, entry.first);
    return std::ranges::all_of(entry.second, [&](const MetricSample& sample) {
      const auto same = after.find(sample.labels);
      return same != after.end() && !(same->second < sample.value);
    });
  });
}

void add_growth(const Exposition& first, const Exposition& last, const std::string& name, const MetricRole& role,
                RoleMetric& metric, std::vector<RoleGap>& gaps) {
  const auto choice = std::ranges::find(role.metrics, metric.metric, &MetricChoice::name);
  if (choice == role.metrics.end()) return;
  if (metric.type == "histogram") return add_histogram_growth(first, last, name, *choice, role, metric, gaps);
  if (metric.type == "counter") add_counter_growth(first, last, name, *choice, role, metric, gaps);
}

void explain_no_growth(const std::string& name, const RoleMetric& metric, const std::string& reason,
                       const std::string& hint, std::vector<RoleGap>& gaps) {
  if (metric.type == "histogram") gaps.push_back({name, reason, hint, "window_histogram"});
  if (metric.type == "counter") gaps.push_back({name, reason, hint, "delta"});
}

}  // namespace ihc
