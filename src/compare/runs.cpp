#include "compare/runs.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "base/json_read.h"
#include "stats/moments.h"
#include "stats/quantiles.h"
#include "stats/trend.h"

namespace ihc::compare {

namespace {

std::optional<double> median_of(std::vector<double> values) {
  return stats::median_of_sorted(stats::sorted_samples(values));
}

const std::vector<double>* samples_of(const ArmBundle& bundle, std::size_t run, const std::string& metric) {
  if (run >= bundle.samples.size()) return nullptr;
  const auto found = bundle.samples[run].find(metric);
  return found == bundle.samples[run].end() || found->second.empty() ? nullptr : &found->second;
}

// The runs of these bundles that have this statistic.
std::vector<RunValue> values_in(std::span<const ArmBundle> bundles, const std::string& metric,
                                const std::string& statistic, std::optional<double> quantile) {
  std::vector<RunValue> values;
  for (const ArmBundle& bundle : bundles) {
    const Json& runs = list_at(bundle.facts, "benchmarks");
    for (std::size_t run = 0; run < runs.size(); ++run) {
      const auto stated = number_at(at(at(runs[run], "metrics"), metric), statistic);
      const std::vector<double>* samples = quantile ? samples_of(bundle, run, metric) : nullptr;
      if (samples != nullptr) {
        const auto value = stats::quantile_of_sorted(*samples, *quantile, stats::QuantileRule::nearest_rank);
        values.push_back({.value = value.value_or(0), .samples = *samples, .count = samples->size()});
      } else if (stated) {
        const double count = number_at(at(at(runs[run], "metrics"), metric), "n").value_or(0);
        values.push_back({.value = *stated, .count = static_cast<std::size_t>(std::max(0.0, count))});
      }
    }
  }
  return values;
}

struct Sums {
  std::optional<double> ok;
  std::optional<double> failed;
  std::optional<double> tokens;
};

void add(std::optional<double>& sum, std::optional<double> more) {
  if (more) sum = sum.value_or(0) + *more;
}

std::optional<std::int64_t> whole(std::optional<double> number) {
  if (!number || std::abs(*number) > 9e15) return std::nullopt;
  return static_cast<std::int64_t>(std::llround(*number));
}

void add_run(const Json& run, Sums& sums, ComparisonArm& account, std::vector<double>& offered,
             std::vector<double>& achieved) {
  add(sums.ok, number_at(at(run, "outcomes"), "ok"));
  add(sums.failed, number_at(at(run, "outcomes"), "failed"));
  add(sums.failed, number_at(at(run, "outcomes"), "dropped"));
  add(sums.tokens, number_at(at(at(run, "conditions"), "work"), "output_tokens"));
  if (const auto rate = number_at(at(at(run, "conditions"), "load"), "rate_rps")) offered.push_back(*rate);
  if (const auto rate = number_at(at(at(run, "metrics"), "request_throughput_rps"), "mean")) achieved.push_back(*rate);
  const Json& client = at(at(run, "conditions"), "client");
  const auto wall = number_at(client, "wall_seconds");
  if (!wall || !(*wall > 0)) return;
  const auto highest = [&](std::optional<double>& kept, std::string_view key) {
    if (const auto seconds = number_at(client, key)) kept = std::max(kept.value_or(0), 100 * *seconds / *wall);
  };
  highest(account.client_cpu_share_pct, "cpu_seconds");
  highest(account.client_run_delay_share_pct, "run_delay_seconds");
}

struct Taken {
  std::string when;
  bool is_after = false;
  std::optional<double> level = {};
};

// Each bundle with the logarithm of the middle of its runs' latency.
void add_taken(const Arm& arm, bool is_after, const std::string& metric, std::vector<Taken>& taken) {
  for (const ArmBundle& bundle : arm.bundles) {
    std::vector<double> of_bundle;
    for (const RunValue& run : values_in({&bundle, 1}, metric, "p50", 0.5)) of_bundle.push_back(run.value);
    const auto middle = median_of(of_bundle);
    taken.push_back({.when = text_at(at(bundle.facts, "node"), "collected_from").value_or(""), .is_after = is_after});
    if (middle && *middle > 0) taken.back().level = std::log(*middle);
  }
}

bool takes_turns(const std::string& sequence) {
  const std::size_t changes =
      static_cast<std::size_t>(std::count_if(sequence.begin() + (sequence.empty() ? 0 : 1), sequence.end(),
                                             [&, before = sequence.empty() ? ' ' : sequence.front()](char arm) mutable {
                                               const bool changed = arm != before;
                                               before = arm;
                                               return changed;
                                             }));
  return changes > 1;
}

// Within the arms: what the change under test did is each arm's own level, and no drift.
void add_drift(const std::vector<Taken>& taken, ComparisonOrder& order) {
  std::vector<double> places;
  std::vector<double> levels;
  std::vector<std::size_t> arms;
  for (std::size_t at = 0; at < taken.size(); ++at) {
    if (!taken[at].level) continue;
    places.push_back(static_cast<double>(at));
    levels.push_back(*taken[at].level);
    arms.push_back(taken[at].is_after ? 1 : 0);
  }
  const auto trend = stats::common_trend(places, levels, arms);
  if (!trend) return;
  order.drift_pct_per_run = 100 * std::expm1(trend->slope);
  order.drift_lower_pct = 100 * std::expm1(trend->lower);
  order.drift_upper_pct = 100 * std::expm1(trend->upper);
}

bool overlap(const Arm& before, const Arm& after) {
  for (const ArmBundle& left : before.bundles) {
    for (const ArmBundle& right : after.bundles) {
      const auto from = text_at(at(left.facts, "node"), "collected_from");
      const auto to = text_at(at(left.facts, "node"), "collected_to");
      const auto other_from = text_at(at(right.facts, "node"), "collected_from");
      const auto other_to = text_at(at(right.facts, "node"), "collected_to");
      if (from && to && other_from && other_to && *from < *other_to && *other_from < *to) return true;
    }
  }
  return false;
}

}  // namespace

std::vector<MetricArms> metrics_of_arms(const ComparisonSpec& spec, const Arm& before, const Arm& after) {
  std::vector<MetricArms> metrics;
  for (const MetricSpec& metric : spec.metrics) {
    for (const std::string& statistic : metric.statistics) {
      MetricArms arms{.metric = metric.metric, .statistic = statistic, .quantile = quantile_of_statistic(statistic)};
      arms.is_headline = std::find(metric.headline.begin(), metric.headline.end(), statistic) != metric.headline.end();
      arms.lower_is_better = metric.lower_is_better;
      if (const auto fewest = spec.fewest_requests.find(statistic); fewest != spec.fewest_requests.end())
        arms.fewest_requests = fewest->second;
      arms.before = values_in(before.bundles, metric.metric, statistic, arms.quantile);
      arms.after = values_in(after.bundles, metric.metric, statistic, arms.quantile);
      if (!arms.before.empty() || !arms.after.empty()) metrics.push_back(std::move(arms));
    }
  }
  return metrics;
}

ComparisonArm account_of(const Arm& arm) {
  ComparisonArm account{.label = arm.label};
  Sums sums;
  std::vector<double> offered;
  std::vector<double> achieved;
  for (const ArmBundle& bundle : arm.bundles) {
    const Json& runs = list_at(bundle.facts, "benchmarks");
    account.bundles.push_back({.name = bundle.name,
                               .sha256 = bundle.sha256.empty() ? std::nullopt : std::optional(bundle.sha256),
                               .node = text_at(at(bundle.facts, "node"), "label"),
                               .collected_from = text_at(at(bundle.facts, "node"), "collected_from"),
                               .collected_to = text_at(at(bundle.facts, "node"), "collected_to"),
                               .runs = static_cast<std::int64_t>(runs.size())});
    account.runs += static_cast<std::int64_t>(runs.size());
    for (const Json& run : runs) add_run(run, sums, account, offered, achieved);
  }
  account.requests_ok = whole(sums.ok);
  account.requests_failed = whole(sums.failed);
  if (sums.ok && sums.failed && *sums.ok + *sums.failed > 0)
    account.failed_pct = 100 * *sums.failed / (*sums.ok + *sums.failed);
  if (sums.tokens && sums.ok && *sums.ok > 0) account.output_tokens_per_request = *sums.tokens / *sums.ok;
  account.offered_rps = median_of(offered);
  account.achieved_rps = median_of(achieved);
  if (account.offered_rps && account.achieved_rps && *account.offered_rps > 0)
    account.achieved_share = *account.achieved_rps / *account.offered_rps;
  return account;
}

ComparisonOrder order_of(const Arm& before, const Arm& after, const std::vector<MetricArms>& metrics) {
  const auto headline = std::find_if(metrics.begin(), metrics.end(),
                                     [](const MetricArms& arms) { return arms.is_headline && arms.quantile; });
  const std::string metric = headline == metrics.end() ? "" : headline->metric;
  std::vector<Taken> taken;
  add_taken(before, false, metric, taken);
  add_taken(after, true, metric, taken);
  std::stable_sort(taken.begin(), taken.end(),
                   [](const Taken& left, const Taken& right) { return left.when < right.when; });
  ComparisonOrder order;
  order.overlapping = overlap(before, after);
  if (std::ranges::any_of(taken, [](const Taken& bundle) { return bundle.when.empty(); })) return order;
  for (const Taken& bundle : taken) order.sequence += bundle.is_after ? 'B' : 'A';
  order.in_turns = takes_turns(order.sequence);
  add_drift(taken, order);
  return order;
}

std::optional<std::string> planned_sequence(const std::vector<std::string>& planned, const std::string& before,
                                            const std::string& after) {
  std::string sequence;
  for (const std::string& label : planned) {
    if (label == before) sequence += 'A';
    if (label == after) sequence += 'B';
  }
  return sequence.empty() ? std::nullopt : std::optional(sequence);
}

std::vector<std::string> labels_in_order(const std::vector<Arm>& arms) {
  std::vector<std::pair<std::string, std::string>> taken;
  for (const Arm& arm : arms) {
    for (const ArmBundle& bundle : arm.bundles)
      taken.emplace_back(text_at(at(bundle.facts, "node"), "collected_from").value_or(""), arm.label);
  }
  std::ranges::stable_sort(taken, {}, &std::pair<std::string, std::string>::first);
  std::vector<std::string> labels;
  if (!taken.empty() && taken.front().first.empty()) return labels;
  for (const auto& [when, label] : taken) labels.push_back(label);
  return labels;
}

}  // namespace ihc::compare
