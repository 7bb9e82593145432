#include "collectors/runtime_metrics/roles.h"

#include <algorithm>
#include <cmath>

#include "collectors/runtime_metrics/histograms.h"

namespace ihc {

namespace {

// OpenMetrics names the type of a counter without its _total.
std::string type_of_metric(const Exposition& exposition, const std::string& name) {
  std::string family = name;
  if (family.ends_with("_total")) family.resize(family.size() - std::string_view("_total").size());
  for (const std::string& spelled : {name, family}) {
    const auto found = exposition.types.find(spelled);
    if (found != exposition.types.end()) return found->second;
  }
  return "untyped";
}

// ---- histograms ----------------------------------------------------------------------------------------------------

std::optional<RoleMetric> read_histogram(const Exposition& exposition, const std::string& name,
                                         const MetricChoice& choice, const MetricRole& role,
                                         std::vector<RoleGap>& gaps) {
  HistogramsByLabels histograms = raw_histograms(exposition, choice);
  if (histograms.empty()) return std::nullopt;
  const std::size_t read = histograms.size();
  std::erase_if(histograms, [](const auto& entry) { return !is_sound(entry.second); });
  if (histograms.size() < read) {
    gaps.push_back({name, "parse_error", choice.name + ": buckets are missing, or do not add up: the text is partial"});
  }
  if (histograms.empty()) return std::nullopt;
  RoleMetric metric{.metric = choice.name, .type = "histogram"};
  for (const auto& [labels, raw] : histograms) {
    metric.series.push_back({.labels = labels, .histogram = histogram_fact(raw, role.scale)});
  }
  if (const auto all = together(histograms)) metric.histogram = histogram_fact(*all, role.scale);
  return metric;
}

// ---- plain values --------------------------------------------------------------------------------------------------

std::optional<RoleMetric> read_values(const Exposition& exposition, const std::string& name, const MetricChoice& choice,
                                      const MetricRole& role, std::vector<RoleGap>& gaps) {
  const auto series = series_of(exposition, choice.name, choice.labels);
  if (series.empty()) return std::nullopt;
  RoleMetric metric{.metric = choice.name, .type = type_of_metric(exposition, choice.name)};
  double sum = 0;
  bool all_known = true;
  for (const MetricSample* sample : series) {
    MetricSeries fact{.labels = sample->labels};
    if (std::isfinite(sample->value)) {
      fact.value = sample->value * role.scale;
      sum += *fact.value;
      metric.min = std::min(metric.min.value_or(*fact.value), *fact.value);
      metric.max = std::max(metric.max.value_or(*fact.value), *fact.value);
    } else {
      all_known = false;
    }
    metric.series.push_back(std::move(fact));
  }
  if (all_known && (role.is_sum || series.size() == 1) && std::isfinite(sum)) metric.value = sum;
  if (!all_known) gaps.push_back({name, "structural", choice.name + " is NaN or infinite: nothing was observed yet"});
  return metric;
}

std::string basis_of(const RoleMetric& metric) { return metric.type == "counter" ? "since_start" : "last_interval"; }

constexpr double kPercent = 100;

StealRate rate_of(const char* definition, double share, std::string basis, const RoleMetric& numerator) {
  return {
      .definition = definition, .rate_pct = share * kPercent, .basis = std::move(basis), .numerator = numerator.metric};
}

/// Of two counters over the window, where they were read twice; and over all the time that one text tells of.
void add_ratios(const char* definition, const RoleMetric& steals, const RoleMetric& polls,
                std::vector<StealRate>& rates) {
  const auto add = [&](std::optional<double> numerator, std::optional<double> denominator, std::string basis) {
    if (!numerator || !denominator || *denominator <= 0 || *numerator < 0) return;
    rates.push_back(rate_of(definition, *numerator / *denominator, std::move(basis), steals));
    rates.back().denominator = polls.metric;
  };
  add(steals.delta, polls.delta, "window");
  // A counter by a gauge would divide two different times.
  if (basis_of(steals) == basis_of(polls)) add(steals.value, polls.value, basis_of(steals));
}

}  // namespace

bool has_labels(const MetricSample& sample, const MetricLabels& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& label) {
    const auto found = sample.labels.find(label.first);
    return found != sample.labels.end() && found->second == label.second;
  });
}

std::vector<const MetricSample*> series_of(const Exposition& exposition, const std::string& name,
                                           const MetricLabels& labels) {
  std::vector<const MetricSample*> series;
  const auto found = exposition.samples.find(name);
  if (found == exposition.samples.end()) return series;
  for (const MetricSample& sample : found->second) {
    if (has_labels(sample, labels) && series.size() < kMaxRoleSeries) series.push_back(&sample);
  }
  return series;
}

std::optional<RoleMetric> read_role(const Exposition& exposition, const std::string& name, const MetricRole& role,
                                    std::vector<RoleGap>& gaps) {
  for (const MetricChoice& choice : role.metrics) {
    auto metric = read_histogram(exposition, name, choice, role, gaps);
    if (!metric) metric = read_values(exposition, name, choice, role, gaps);
    if (!metric) continue;
    if (!role.unit.empty()) metric->unit = role.unit;
    return metric;
  }
  return std::nullopt;
}

std::vector<StealRate> steal_rates(const std::map<std::string, RoleMetric>& roles) {
  std::vector<StealRate> rates;
  const auto polls = roles.find("polls");
  for (const auto& [role, definition] : {std::pair("steal_operations", "steal_operations_per_poll"),
                                         std::pair("stolen_tasks", "stolen_tasks_per_poll")}) {
    const auto steals = roles.find(role);
    if (steals != roles.end() && polls != roles.end()) add_ratios(definition, steals->second, polls->second, rates);
  }
  const auto reported = roles.find("reported_steal_rate");
  if (reported == roles.end()) return rates;
  constexpr const char* kReported = "reported_steal_rate";
  const RoleMetric& metric = reported->second;
  if (metric.value) {
    rates.push_back(rate_of(kReported, *metric.value, basis_of(metric), metric));
  } else if (metric.window_histogram && metric.window_histogram->mean) {
    rates.push_back(rate_of(kReported, *metric.window_histogram->mean, "window", metric));
  } else if (metric.histogram && metric.histogram->mean) {
    rates.push_back(rate_of(kReported, *metric.histogram->mean, "since_start", metric));
  }
  return rates;
}

}  // namespace ihc
