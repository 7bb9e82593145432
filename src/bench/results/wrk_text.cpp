// What wrk and wrk2 print. A header of thread statistics, percentiles with --latency, totals.
//
//   Running 30s test @ http://127.0.0.1:8088
//     4 threads and 200 connections
//     Thread Stats   Avg      Stdev     Max   +/- Stdev
//       Latency     1.31ms    1.40ms  18.10ms   85.69%
//     Latency Distribution                                 wrk2: Latency Distribution (HdrHistogram - Recorded Latency)
//        99%    6.28ms                                              99.000%    3.18ms
//     4701933 requests in 30.10s, 31.38GB read
//     Socket errors: connect 0, read 0, write 0, timeout 5
//     Non-2xx or 3xx responses: 25
//   Requests/sec: 156212.82
//
// Sources: wrk's stats.c and wrk.c, wrk2's README. wrk is a closed loop and takes the rank round(n·p + 1/2) of buckets
// of a microsecond. wrk2 sends at a rate, which it does not print, and counts from when a request was due (recorded),
// with -U also from when it was sent (uncorrected); its percentiles are the upper ends of HdrHistogram's buckets (three
// digits, at most 0.1 % wide). Answers of any status are among the times.

#include <algorithm>

#include "base/text.h"
#include "bench/results/durations.h"
#include "bench/results/formats.h"
#include "bench/results/json_fields.h"

namespace ihc::bench {

namespace {

class WrkReader {
 public:
  explicit WrkReader(bool is_wrk2) {
    run_.tool = is_wrk2 ? "wrk2" : "wrk";
    run_.definition = run_.tool + "-text";
    run_.loop = is_wrk2 ? "open" : "closed";
    if (is_wrk2) run_.arrival = "constant";
    name_ = is_wrk2 ? "e2e_response_ms" : "e2e_service_ms";
    ResultMetric& metric = run_.metrics[name_];
    metric.definition = is_wrk2 ? "wrk2.recorded_latency" : "wrk.latency";
    metric.counted = "requests";
    metric.quantile_rule = is_wrk2 ? "hdr_buckets" : "microsecond_buckets";
  }

  void line(std::string_view content) {
    content = trim(content);
    const auto words = split_words(content);
    if (words.empty()) return;
    if (content.starts_with("Running ")) return target(content);
    if (words.size() == 5 && words[1] == "threads" && words[4] == "connections") {
      run_.concurrency = parse_number<std::int64_t>(words[3]);
    } else if (words[0] == "Latency" && words.size() >= 4 && words[1] != "Distribution") {
      thread_statistics(words);
    } else if (content.starts_with("Latency Distribution")) {
      distribution(content);
    } else if (words.size() == 2 && words[0].ends_with('%')) {
      percentile(words);
    } else if (words.size() >= 4 && words[1] == "requests" && words[2] == "in") {
      totals(words);
    } else if (content.starts_with("Socket errors:")) {
      socket_errors(content.substr(14));
    } else if (content.starts_with("Non-2xx or 3xx responses:")) {
      bad_status_ = parse_number<std::int64_t>(content.substr(25)).value_or(0);
    } else if (words[0] == "Requests/sec:" && words.size() == 2) {
      if (const auto rate = parse_decimal(words[1])) {
        run_.metrics["request_throughput_rps"] = rate_metric(run_.tool + ".requests_per_second", *rate);
      }
    } else if (content.starts_with("#[")) {
      histogram_line(content);
    }
  }

  ReadResults take() {
    if (run_.metrics[name_].stated.empty()) return {.problems = {"no latency was understood"}};
    if (requests_) {
      // A status that is an error is counted among the requests, a socket's error is not.
      run_.ok = *requests_ - bad_status_;
      run_.failed = bad_status_ + socket_errors_;
      run_.asked = *requests_ + socket_errors_;
      run_.failed_in_samples = bad_status_ > 0;
      if (bad_status_ > 0) count_reason(run_.failed_by_reason, "HTTP status", bad_status_);
      run_.metrics[name_].n = histogram_count_ ? histogram_count_ : requests_;
    }
    note_contradictions(run_);
    return {.runs = {std::move(run_)}};
  }

 private:
  // "Running 30s test @ http://127.0.0.1:8088"
  void target(std::string_view content) {
    const auto words = split_words(content);
    if (words.size() < 5) return;
    if (const auto ms = duration_ms(words[1])) run_.duration_s = *ms / 1000;
    run_.url = to_valid_utf8(words[4].substr(0, kMaxLabelBytes));
  }

  void thread_statistics(const std::vector<std::string_view>& words) {
    constexpr const char* kNames[] = {"mean", "sd", "max"};
    for (std::size_t i = 0; i < 3; ++i) {
      if (const auto ms = duration_ms(words[i + 1])) run_.metrics[name_].stated[kNames[i]] = *ms;
    }
  }

  // With -U a second list follows, of what was measured from sending.
  void distribution(std::string_view heading) {
    in_uncorrected_ = heading.find("Uncorrected") != std::string_view::npos;
    if (!in_uncorrected_) return;
    ResultMetric& metric = run_.metrics["e2e_service_ms"];
    metric.definition = "wrk2.uncorrected_latency";
    metric.counted = "requests";
    metric.quantile_rule = "hdr_buckets";
  }

  void percentile(const std::vector<std::string_view>& words) {
    const auto percentile = parse_decimal(words[0].substr(0, words[0].size() - 1));
    const auto ms = duration_ms(words[1]);
    if (!percentile || !ms) return;
    auto& stated = run_.metrics[in_uncorrected_ ? "e2e_service_ms" : name_].stated;
    stated[*percentile == 100 ? "max" : "p" + number_to_text(*percentile)] = *ms;
  }

  // "4701933 requests in 30.10s, 31.38GB read"
  void totals(const std::vector<std::string_view>& words) {
    requests_ = parse_number<std::int64_t>(words[0]);
    std::string_view time = words[3];
    if (time.ends_with(',')) time.remove_suffix(1);
    if (const auto ms = duration_ms(time)) run_.seconds = *ms / 1000;
  }

  // " connect 0, read 0, write 0, timeout 5"
  void socket_errors(std::string_view list) {
    for (const std::string_view entry : split(list, ',')) {
      const auto words = split_words(entry);
      const auto count = words.size() == 2 ? parse_number<std::int64_t>(words[1]) : std::nullopt;
      if (!count || *count <= 0) continue;
      socket_errors_ += *count;
      count_reason(run_.failed_by_reason, words[0], *count);
    }
  }

  // "#[Mean    =        1.589, StdDeviation   =        0.799]", "#[Max     =       34.656, Total count    = 4052985]"
  void histogram_line(std::string_view content) {
    if (in_uncorrected_) return;
    content = content.substr(2, content.size() - 3);
    for (const std::string_view entry : split(content, ',')) {
      const auto pair = split_key_value(entry, '=');
      const auto value = pair ? parse_decimal(pair->second) : std::nullopt;
      if (!value) continue;
      if (pair->first == "Mean") run_.metrics[name_].stated["mean"] = *value;
      if (pair->first == "StdDeviation") run_.metrics[name_].stated["sd"] = *value;
      if (pair->first == "Total count") histogram_count_ = static_cast<std::int64_t>(*value);
    }
  }

  ResultRun run_;
  std::string name_;
  bool in_uncorrected_ = false;
  std::int64_t bad_status_ = 0;
  std::int64_t socket_errors_ = 0;
  std::optional<std::int64_t> requests_;
  std::optional<std::int64_t> histogram_count_;
};

}  // namespace

bool is_wrk(std::string_view start) {
  return start.find("test @ ") != std::string_view::npos && start.find("Thread Stats") != std::string_view::npos;
}

ReadResults read_wrk(std::string_view text) {
  const bool is_wrk2 =
      text.find("HdrHistogram") != std::string_view::npos || text.find("Thread calibration:") != std::string_view::npos;
  WrkReader reader(is_wrk2);
  for (const std::string_view line : split_lines(text)) reader.line(line);
  return reader.take();
}

}  // namespace ihc::bench
