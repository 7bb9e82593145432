#include "bench/results/serving_json.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "bench/results/json_fields.h"

namespace ihc::bench {

namespace {

constexpr double kMsPerSecond = 1000;

// "mean_ttft_ms" with suffix "ttft" → "mean"; "p99.9_ttft_ms" → "p99.9"; nothing for keys of other metrics.
std::optional<std::string> statistic_of(std::string_view key, std::string_view suffix) {
  const std::string tail = "_" + std::string(suffix) + "_ms";
  if (!key.ends_with(tail)) return std::nullopt;
  const std::string_view statistic = key.substr(0, key.size() - tail.size());
  if (statistic == "mean" || statistic == "max" || statistic == "min") return std::string(statistic);
  if (statistic == "median") return "p50";
  if (statistic == "std") return "sd";
  return probability_of(statistic) ? std::optional(std::string(statistic)) : std::nullopt;
}

std::map<std::string, double> stated_of(const Json& json, std::string_view suffix) {
  std::map<std::string, double> stated;
  for (const auto& [key, value] : json.items()) {
    const auto statistic = statistic_of(key, suffix);
    const auto figure = number_of(&value);
    if (statistic && figure) stated.emplace(*statistic, *figure);
  }
  const bool has_any = std::ranges::any_of(stated, [](const auto& entry) { return entry.second != 0; });
  if (!has_any) stated.clear();
  return stated;
}

// The entries of an array, each absent where it is no number; empty when there is no array.
std::vector<std::optional<double>> column(const Json& json, std::string_view name) {
  std::vector<std::optional<double>> values;
  const Json* array = member(json, name);
  if (array == nullptr || !array->is_array()) return values;
  values.reserve(array->size());
  for (const Json& entry : *array) values.push_back(number_of(&entry));
  return values;
}

std::optional<double> at(const std::vector<std::optional<double>>& values, std::size_t index) {
  return index < values.size() ? values[index] : std::nullopt;
}

// The last line of a Python traceback says what happened, the first of anything else.
std::string_view reason_of(std::string_view error) {
  if (!error.starts_with("Traceback")) return error.substr(0, error.find('\n'));
  error = trim(error);
  const std::size_t last = error.rfind('\n');
  return last == std::string_view::npos ? error : error.substr(last + 1);
}

class DetailsReader {
 public:
  DetailsReader(const Json& json, bool e2e_from_gaps)
      : ttfts_(column(json, "ttfts")),
        output_lens_(column(json, "output_lens")),
        starts_(column(json, "start_times")),
        latencies_(column(json, "latencies")),
        queues_(column(json, "queue_times")),
        gaps_(array(json, "itls")),
        errors_(array(json, "errors")),
        e2e_from_gaps_(e2e_from_gaps) {}

  ServingDetails take() {
    details_.requests = std::max({ttfts_.size(), output_lens_.size(), latencies_.size()});
    for (std::size_t i = 0; i < details_.requests; ++i) request(i);
    return std::move(details_);
  }

 private:
  static const Json* array(const Json& json, std::string_view name) {
    const Json* value = member(json, name);
    return value != nullptr && value->is_array() ? value : nullptr;
  }

  // Failed requests stand in the arrays with 0; a file without errors tells them by that alone.
  bool is_answered(std::size_t i) {
    if (errors_ != nullptr && i < errors_->size() && (*errors_)[i].is_string()) {
      const auto& error = (*errors_)[i].get_ref<const std::string&>();
      if (error.empty()) return true;
      count_reason(details_.failed_by_reason, reason_of(error));
      return false;
    }
    if (ttfts_.empty() || at(ttfts_, i).value_or(0) > 0) return true;
    count_reason(details_.failed_by_reason, "");
    return false;
  }

  void request(std::size_t i) {
    if (!is_answered(i)) return;
    ++details_.answered;
    const auto ttft = at(ttfts_, i);
    const auto from_gaps = gaps(i);
    const auto e2e = latencies_.empty() && e2e_from_gaps_ && ttft && from_gaps ? std::optional(*ttft + *from_gaps)
                                                                               : at(latencies_, i);
    if (ttft) details_.ttft_ms.push_back(*ttft * kMsPerSecond);
    if (e2e) details_.e2e_ms.push_back(*e2e * kMsPerSecond);
    if (const auto queue = at(queues_, i)) details_.client_queue_ms.push_back(*queue * kMsPerSecond);
    const auto tokens = at(output_lens_, i);
    if (ttft && e2e && tokens && *tokens > 1) {
      details_.tpot_ms.push_back((*e2e - *ttft) / (*tokens - 1) * kMsPerSecond);
    }
    const auto start = at(starts_, i);
    if (start && ttft && e2e) {
      details_.timed.push_back({.start_s = *start, .ttft_ms = *ttft * kMsPerSecond, .e2e_ms = *e2e * kMsPerSecond});
    }
  }

  // Adds the gaps of one request and gives their sum.
  std::optional<double> gaps(std::size_t i) {
    if (gaps_ == nullptr || i >= gaps_->size() || !(*gaps_)[i].is_array()) return std::nullopt;
    double sum = 0;
    for (const Json& gap : (*gaps_)[i]) {
      const auto seconds = number_of(&gap);
      if (!seconds) return std::nullopt;
      details_.gaps_ms.push_back(*seconds * kMsPerSecond);
      sum += *seconds;
    }
    return sum;
  }

  std::vector<std::optional<double>> ttfts_;
  std::vector<std::optional<double>> output_lens_;
  std::vector<std::optional<double>> starts_;
  std::vector<std::optional<double>> latencies_;
  std::vector<std::optional<double>> queues_;
  const Json* gaps_;
  const Json* errors_;
  bool e2e_from_gaps_;
  ServingDetails details_;
};

}  // namespace

void take_serving_metrics(const Json& json, std::span<const ServingMetric> metrics, ResultRun& run) {
  for (const ServingMetric& known : metrics) {
    auto stated = stated_of(json, known.suffix);
    if (stated.empty()) continue;
    ResultMetric& metric = run.metrics[std::string(known.name)];
    metric.definition = known.definition;
    metric.counted = known.counted;
    metric.stated = std::move(stated);
    metric.quantile_rule = "linear";
    metric.rule = stats::QuantileRule::linear;
  }
}

ServingDetails read_serving_details(const Json& json, bool e2e_from_gaps) {
  return DetailsReader(json, e2e_from_gaps).take();
}

void take_serving_load(const Json& json, ResultRun& run) {
  run.concurrency = integer_of(json, "max_concurrency");
  const auto rate = number_of(json, "request_rate");
  if (rate && *rate > 0) {
    run.loop = "open";
    run.rate_rps = rate;
  } else if (json.contains("request_rate")) {
    run.loop = run.concurrency ? "closed" : "burst";
  }
}

void put_samples(ResultRun& run, const ServingMetric& metric, std::vector<double> samples) {
  if (samples.empty()) return;
  ResultMetric& place = run.metrics[std::string(metric.name)];
  place.definition = metric.definition;
  place.counted = metric.counted;
  place.n = static_cast<std::int64_t>(samples.size());
  place.samples = std::move(samples);
  place.quantile_rule = "linear";
  place.rule = stats::QuantileRule::linear;
}

}  // namespace ihc::bench
