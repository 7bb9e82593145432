#include "collectors/runtime_metrics/roles.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"

namespace ihc {

namespace {

constexpr std::size_t kMaxRoleSeries = 1000;
constexpr double kMaxCount = 9e15;

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

struct Bucket {
  double bound = 0;
  std::string printed;
  double count = 0;
};

struct RawHistogram {
  std::vector<Bucket> buckets;
  std::optional<double> count;
  std::optional<double> sum;
};

// "0.005", "+Inf"; nothing for what is no bound.
std::optional<double> bound_of(const std::string& le) {
  if (to_lower(le) == "+inf" || to_lower(le) == "inf") return std::numeric_limits<double>::infinity();
  return parse_decimal(le);
}

using HistogramsByLabels = std::map<MetricLabels, RawHistogram>;

HistogramsByLabels raw_histograms(const Exposition& exposition, const MetricChoice& choice) {
  HistogramsByLabels histograms;
  const auto found = exposition.samples.find(choice.name + "_bucket");
  if (found != exposition.samples.end()) {
    for (const MetricSample& sample : found->second) {
      if (!has_labels(sample, choice.labels)) continue;
      MetricLabels labels = sample.labels;
      const auto le = labels.find("le");
      const auto bound = le == labels.end() ? std::nullopt : bound_of(le->second);
      if (!bound) continue;
      const std::string text = le->second;
      labels.erase(le);
      if (histograms.size() < kMaxRoleSeries || histograms.contains(labels)) {
        histograms[labels].buckets.push_back({*bound, text, sample.value});
      }
    }
  }
  for (auto& [labels, histogram] : histograms) {
    std::stable_sort(histogram.buckets.begin(), histogram.buckets.end(),
                     [](const Bucket& left, const Bucket& right) { return left.bound < right.bound; });
  }
  const auto add = [&](const std::string& suffix, std::optional<double> RawHistogram::*member) {
    for (const MetricSample* sample : series_of(exposition, choice.name + suffix, choice.labels)) {
      const auto histogram = histograms.find(sample->labels);
      if (histogram != histograms.end()) histogram->second.*member = sample->value;
    }
  };
  add("_count", &RawHistogram::count);
  add("_sum", &RawHistogram::sum);
  return histograms;
}

// A text that was cut has no last bucket; one that was mangled does not add up. Neither has quantiles.
bool is_sound(const RawHistogram& histogram) {
  if (histogram.buckets.empty() || !std::isinf(histogram.buckets.back().bound)) return false;
  double before = 0;
  for (const Bucket& bucket : histogram.buckets) {
    if (!std::isfinite(bucket.count) || bucket.count < before || bucket.count > kMaxCount) return false;
    before = bucket.count;
  }
  return !histogram.count || *histogram.count == before;
}

std::optional<MetricQuantile> quantile(const RawHistogram& histogram, double share, double scale) {
  const double all = histogram.buckets.back().count;
  if (all <= 0) return std::nullopt;
  MetricQuantile found;
  for (const Bucket& bucket : histogram.buckets) {
    if (bucket.count >= share * all) {
      if (std::isfinite(bucket.bound)) found.at_most = bucket.bound * scale;
      return found;
    }
    found.above = bucket.bound * scale;
  }
  return std::nullopt;
}

MetricHistogram histogram_fact(const RawHistogram& raw, double scale) {
  MetricHistogram fact{.count = static_cast<std::int64_t>(raw.buckets.back().count)};
  if (raw.sum && std::isfinite(*raw.sum)) {
    fact.sum = *raw.sum * scale;
    if (fact.count > 0) fact.mean = *fact.sum / static_cast<double>(fact.count);
  }
  for (const Bucket& bucket : raw.buckets) fact.cumulative[bucket.printed] = bucket.count;
  fact.p50 = quantile(raw, 0.5, scale);
  fact.p90 = quantile(raw, 0.9, scale);
  fact.p95 = quantile(raw, 0.95, scale);
  fact.p99 = quantile(raw, 0.99, scale);
  return fact;
}

// Series with the same bounds add up bucket by bucket.
std::optional<RawHistogram> together(const HistogramsByLabels& histograms) {
  RawHistogram all = histograms.begin()->second;
  for (auto next = std::next(histograms.begin()); next != histograms.end(); ++next) {
    const RawHistogram& one = next->second;
    if (one.buckets.size() != all.buckets.size()) return std::nullopt;
    for (std::size_t index = 0; index < one.buckets.size(); ++index) {
      if (one.buckets[index].bound != all.buckets[index].bound) return std::nullopt;
      all.buckets[index].count += one.buckets[index].count;
    }
    all.sum = all.sum && one.sum ? std::optional(*all.sum + *one.sum) : std::nullopt;
  }
  all.count.reset();
  return is_sound(all) ? std::optional(std::move(all)) : std::nullopt;
}

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

std::optional<double> value_of(const std::map<std::string, RoleMetric>& roles, const std::string& role) {
  const auto found = roles.find(role);
  return found == roles.end() ? std::nullopt : found->second.value;
}

std::string basis_of(const RoleMetric& metric) { return metric.type == "counter" ? "since_start" : "last_interval"; }

}  // namespace

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
  constexpr double kPercent = 100;
  const auto polls = value_of(roles, "polls");
  for (const auto& [role, definition] : {std::pair("steal_operations", "steal_operations_per_poll"),
                                         std::pair("stolen_tasks", "stolen_tasks_per_poll")}) {
    const auto steals = value_of(roles, role);
    if (!steals || !polls || *polls <= 0 || *steals < 0) continue;
    const RoleMetric& numerator = roles.at(role);
    const RoleMetric& denominator = roles.at("polls");
    // A counter by a gauge would divide two different times.
    if (basis_of(numerator) != basis_of(denominator)) continue;
    rates.push_back({.definition = definition,
                     .rate_pct = *steals / *polls * kPercent,
                     .basis = basis_of(numerator),
                     .numerator = numerator.metric,
                     .denominator = denominator.metric});
  }
  const auto reported = roles.find("reported_steal_rate");
  if (reported == roles.end()) return rates;
  const RoleMetric& metric = reported->second;
  if (metric.value) {
    rates.push_back({.definition = "reported_steal_rate",
                     .rate_pct = *metric.value * kPercent,
                     .basis = basis_of(metric),
                     .numerator = metric.metric});
  } else if (metric.histogram && metric.histogram->mean) {
    rates.push_back({.definition = "reported_steal_rate",
                     .rate_pct = *metric.histogram->mean * kPercent,
                     .basis = "since_start",
                     .numerator = metric.metric});
  }
  return rates;
}

}  // namespace ihc
