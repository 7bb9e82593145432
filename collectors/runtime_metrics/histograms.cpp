#include "collectors/runtime_metrics/histograms.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "collectors/runtime_metrics/roles.h"

namespace ihc {

namespace {

constexpr double kMaxCount = 9e15;

// "0.005", "+Inf"; nothing for what is no bound.
std::optional<double> bound_of(const std::string& le) {
  if (to_lower(le) == "+inf" || to_lower(le) == "inf") return std::numeric_limits<double>::infinity();
  return parse_decimal(le);
}

std::optional<MetricQuantile> quantile(const RawHistogram& histogram, double share, double scale) {
  const double all = histogram.buckets.back().count;
  if (all <= 0) return std::nullopt;
  MetricQuantile found;
  for (const HistogramBucket& bucket : histogram.buckets) {
    if (bucket.count >= share * all) {
      if (std::isfinite(bucket.bound)) found.at_most = bucket.bound * scale;
      return found;
    }
    found.above = bucket.bound * scale;
  }
  return std::nullopt;
}

bool has_same_bounds(const RawHistogram& left, const RawHistogram& right) {
  return std::ranges::equal(left.buckets, right.buckets, {}, &HistogramBucket::bound, &HistogramBucket::bound);
}

}  // namespace

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
    std::stable_sort(
        histogram.buckets.begin(), histogram.buckets.end(),
        [](const HistogramBucket& left, const HistogramBucket& right) { return left.bound < right.bound; });
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

bool is_sound(const RawHistogram& histogram) {
  if (histogram.buckets.empty() || !std::isinf(histogram.buckets.back().bound)) return false;
  double before = 0;
  for (const HistogramBucket& bucket : histogram.buckets) {
    if (!std::isfinite(bucket.count) || bucket.count < before || bucket.count > kMaxCount) return false;
    before = bucket.count;
  }
  return !histogram.count || *histogram.count == before;
}

MetricHistogram histogram_fact(const RawHistogram& raw, double scale) {
  MetricHistogram fact{.count = static_cast<std::int64_t>(raw.buckets.back().count)};
  if (raw.sum && std::isfinite(*raw.sum)) {
    fact.sum = *raw.sum * scale;
    if (fact.count > 0) fact.mean = *fact.sum / static_cast<double>(fact.count);
  }
  for (const HistogramBucket& bucket : raw.buckets) fact.cumulative[bucket.printed] = bucket.count;
  fact.p50 = quantile(raw, 0.5, scale);
  fact.p90 = quantile(raw, 0.9, scale);
  fact.p95 = quantile(raw, 0.95, scale);
  fact.p99 = quantile(raw, 0.99, scale);
  return fact;
}

std::optional<RawHistogram> together(const HistogramsByLabels& histograms) {
  if (histograms.empty()) return std::nullopt;
  RawHistogram all = histograms.begin()->second;
  for (auto next = std::next(histograms.begin()); next != histograms.end(); ++next) {
    const RawHistogram& one = next->second;
    if (!has_same_bounds(one, all)) return std::nullopt;
    for (std::size_t index = 0; index < one.buckets.size(); ++index)
      all.buckets[index].count += one.buckets[index].count;
    all.sum = all.sum && one.sum ? std::optional(*all.sum + *one.sum) : std::nullopt;
  }
  all.count.reset();
  return is_sound(all) ? std::optional(std::move(all)) : std::nullopt;
}

std::optional<RawHistogram> growth_of(const RawHistogram& first, const RawHistogram& last) {
  if (!has_same_bounds(first, last)) return std::nullopt;
  RawHistogram growth = last;
  for (std::size_t index = 0; index < growth.buckets.size(); ++index) {
    growth.buckets[index].count -= first.buckets[index].count;
  }
  growth.count.reset();
  growth.sum = first.sum && last.sum ? std::optional(*last.sum - *first.sum) : std::nullopt;
  return is_sound(growth) ? std::optional(std::move(growth)) : std::nullopt;
}

}  // namespace ihc
