// The summaries that hey and oha print: the same page, as oha took it from hey.
//
//   Summary:                                           Summary:
//     Total:	25.1797 secs                                Success rate:	1.0000           (later: 100.00%)
//     Slowest:	0.5194 secs                               Total:	10.0014 secs            (later: sec, or ms)
//     Average:	0.5036 secs                               …
//   Latency distribution:                              Latency distribution:             (later: Response time
//   distribution)
//     95% in 0.0695 secs                                 95% in 0.1854 secs
//   Status code distribution:                          Status code distribution:
//     [200]	386 responses                               [200] 5853 responses
//     [503]	14 responses                              Error distribution:
//   Error distribution:                                  [3] aborted due to deadline
//     [2]	Get "http://…": dial tcp …: connection refused
//
// Sources: hey's requester/report.go, oha's printer.rs. An answer of any status is among the times; what never answered
// is not. hey takes the first index i with 100·i/n at or above the percentile, oha the index ⌊np⌋. Neither prints how
// many connections it had: the number of requests that could wait is not known. hey splits -n over -c and drops the
// rest.

#include <algorithm>

#include "base/text.h"
#include "bench/results/durations.h"
#include "bench/results/formats.h"
#include "bench/results/json_fields.h"

namespace ihc::bench {

ReadResults read_oha_json(std::string_view text);  // http_json.cpp

namespace {

class SummaryReader {
 public:
  explicit SummaryReader(bool is_oha) {
    run_.tool = is_oha ? "oha" : "hey";
    run_.definition = run_.tool + "-summary";
    run_.loop = "closed";
    metric_.definition = run_.tool + ".response_time";
    metric_.counted = "requests";
    metric_.quantile_rule = is_oha ? "floor_index" : "ceiling_index";
  }

  void line(std::string_view text) {
    const std::string_view content = trim(text);
    if (content.empty()) return;
    const bool is_heading = content.ends_with(':') && !text.starts_with(' ') && !text.starts_with('\t');
    if (is_heading) {
      section_ = to_lower(content.substr(0, content.size() - 1));
    } else if (section_ == "summary") {
      summary(content);
    } else if (section_ == "latency distribution" || section_ == "response time distribution") {
      percentile(content);
    } else if (section_ == "status code distribution") {
      status(content);
    } else if (section_ == "error distribution") {
      error(content);
    }
  }

  ReadResults take() {
    ReadResults results{.problems = std::move(problems_)};
    if (metric_.stated.empty()) {
      results.problems.emplace_back("no latency was understood");
      return results;
    }
    if (run_.ok) {
      metric_.n = *run_.ok + bad_status_;
      run_.failed = bad_status_ + errors_;
      run_.failed_in_samples = bad_status_ > 0;
      run_.asked = *run_.ok + *run_.failed + run_.cancelled.value_or(0);
    }
    run_.metrics.emplace("e2e_service_ms", std::move(metric_));
    note_contradictions(run_);
    results.runs.push_back(std::move(run_));
    return results;
  }

 private:
  void not_understood(std::string_view content) {
    if (problems_.size() < 8) problems_.push_back("line not understood: " + to_valid_utf8(content.substr(0, 80)));
  }

  void summary(std::string_view content) {
    const auto pair = split_key_value(content, ':');
    if (!pair) return not_understood(content);
    const auto& [name, value] = *pair;
    if (name == "Requests/sec") {
      if (const auto rate = parse_decimal(value)) {
        run_.metrics["request_throughput_rps"] = rate_metric(run_.tool + ".requests_per_second", *rate);
      }
      return;
    }
    const auto ms = duration_ms(value);
    if (name == "Total" && ms) run_.seconds = *ms / 1000;
    if (name == "Slowest" && ms) metric_.stated["max"] = *ms;
    if (name == "Fastest" && ms) metric_.stated["min"] = *ms;
    if (name == "Average" && ms) metric_.stated["mean"] = *ms;
  }

  // "95% in 0.0695 secs", "99.90% in 0.0799 sec"
  void percentile(std::string_view content) {
    const std::size_t mark = content.find("% in ");
    if (mark == std::string_view::npos) return not_understood(content);
    const auto percentile = parse_decimal(content.substr(0, mark));
    const auto ms = duration_ms(content.substr(mark + 5));
    if (!percentile || !ms) return not_understood(content);
    // hey prints 0 for a percentile that it has too few requests for.
    if (*ms > 0) metric_.stated["p" + number_to_text(*percentile)] = *ms;
  }

  // "[503]	14 responses" → 503 and 14
  void status(std::string_view content) {
    const std::size_t close = content.find(']');
    if (!content.starts_with('[') || close == std::string_view::npos) return not_understood(content);
    const auto code = parse_number<int>(content.substr(1, close - 1));
    const auto words = split_words(content.substr(close + 1));
    const auto count = words.empty() ? std::nullopt : parse_number<std::int64_t>(words.front());
    if (!code || !count) return not_understood(content);
    if (!run_.ok) run_.ok = 0;
    if (*code >= 200 && *code < 400) {
      *run_.ok += *count;
    } else {
      bad_status_ += *count;
      count_reason(run_.failed_by_reason, "HTTP " + std::to_string(*code), *count);
    }
  }

  // "[2]	Get "http://…": dial tcp …: connection refused": what comes last says why.
  void error(std::string_view content) {
    const std::size_t close = content.find(']');
    if (!content.starts_with('[') || close == std::string_view::npos) return not_understood(content);
    const auto count = parse_number<std::int64_t>(content.substr(1, close - 1));
    if (!count) return not_understood(content);
    if (!run_.ok) run_.ok = 0;
    const std::string_view said = trim(content.substr(close + 1));
    if (said.find("deadline") != std::string_view::npos && run_.tool == "oha") {
      run_.cancelled = run_.cancelled.value_or(0) + *count;
      return;
    }
    errors_ += *count;
    const std::size_t last = said.rfind(": ");
    count_reason(run_.failed_by_reason, last == std::string_view::npos ? said : said.substr(last + 2), *count);
  }

  ResultRun run_;
  ResultMetric metric_;
  std::string section_;
  std::int64_t bad_status_ = 0;
  std::int64_t errors_ = 0;
  std::vector<std::string> problems_;
};

ReadResults read_summary_page(std::string_view text, bool is_oha) {
  SummaryReader reader(is_oha);
  for (const std::string_view line : split_lines(text)) reader.line(line);
  return reader.take();
}

bool is_page(std::string_view start) {
  return start.find("Summary:") != std::string_view::npos && start.find("Requests/sec:") != std::string_view::npos &&
         start.find("Slowest:") != std::string_view::npos;
}

bool is_oha_json(std::string_view start) {
  return has_keys(start, {"summary", "requestsPerSec", "latencyPercentiles"});
}

}  // namespace

bool is_oha(std::string_view start) {
  return is_oha_json(start) || (is_page(start) && start.find("Success rate:") != std::string_view::npos);
}

ReadResults read_oha(std::string_view text) {
  return is_oha_json(text) ? read_oha_json(text) : read_summary_page(text, true);
}

bool is_hey(std::string_view start) { return is_page(start) && !is_oha(start); }

ReadResults read_hey(std::string_view text) { return read_summary_page(text, false); }

}  // namespace ihc::bench
