#include "collectors/perf/perf_stat_csv.h"

#include <algorithm>

#include "collectors/perf/perf_number.h"
#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

constexpr std::string_view kStarted = "# started on ";
constexpr std::size_t kIntervalDecimals = 9;

using Fields = std::vector<std::string>;

bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// A raw event such as cpu/event=0x3c,umask=0x1/ holds the separator: its slashes come in pairs.
Fields join_event_parts(const std::vector<std::string_view>& fields, char separator) {
  Fields joined;
  bool inside = false;
  for (const std::string_view field : fields) {
    if (inside) {
      joined.back() += separator;
      joined.back() += field;
    } else {
      joined.emplace_back(field);
    }
    // "/sec" ends a line and has one slash; an event's first slash follows its unit's name and is followed by '='.
    const auto slashes = std::count(field.begin(), field.end(), '/');
    if (inside) {
      inside = slashes % 2 == 0;
    } else {
      inside = slashes % 2 == 1 && field.find('=', field.find('/')) != std::string_view::npos;
    }
  }
  return joined;
}

// Puts "998" and "85" back together where the comma between them was a decimal mark.
void join_decimals(Fields& fields, std::size_t at, std::size_t decimals) {
  if (at + 1 >= fields.size()) return;
  const std::string& whole = fields[at];
  const std::string& part = fields[at + 1];
  if (!is_digits(trim(whole)) || part.size() != decimals || !is_digits(part)) return;
  fields[at] += "." + part;
  fields.erase(fields.begin() + static_cast<std::ptrdiff_t>(at) + 1);
}

class RowReader {
 public:
  explicit RowReader(Fields fields) : fields_(std::move(fields)) {}

  std::optional<PerfStatRow> read() {
    read_interval();
    read_aggregate();
    join_decimals(fields_, at_, 2);
    if (fields_.size() < at_ + 4) return std::nullopt;
    row_.event = to_valid_utf8(trim(fields_[at_ + 2]));
    auto result = perf_result(trim(fields_[at_]), fields_[at_ + 1], parse_perf_decimal);
    if (!result || row_.event.empty() || is_digits(row_.event)) return std::nullopt;
    row_.result = std::move(*result);
    return read_rest(at_ + 3) ? std::optional(std::move(row_)) : std::nullopt;
  }

 private:
  void read_interval() {
    const std::string_view first = trim(fields_[0]);
    if (first == "summary") {
      row_.is_summary = true;
      ++at_;
    } else if (fields_[0].starts_with(' ')) {
      join_decimals(fields_, 0, kIntervalDecimals);
      const std::string_view time = trim(fields_[0]);
      const std::size_t mark = time.find_first_of(".,");
      if (mark == std::string_view::npos || time.size() - mark - 1 != kIntervalDecimals) return;
      row_.at_seconds = parse_perf_decimal(time);
      if (row_.at_seconds) ++at_;
    }
  }

  void read_aggregate() {
    if (at_ >= fields_.size()) return;
    const std::string_view field = trim(fields_[at_]);
    if (is_perf_aggregate(field)) {
      row_.aggregate = std::string(field);
      ++at_;
      // All but -A also print how many CPUs were added up; a count is followed by its unit and its event instead.
      if (row_.aggregate.starts_with("CPU") || fields_.size() < at_ + 4) return;
      const auto cpus = parse_number<std::int64_t>(fields_[at_]);
      if (!cpus || *cpus < 0 || (fields_[at_ + 1].empty() && !is_digits(fields_[at_ + 2]))) return;
      row_.cpus = cpus;
      ++at_;
    } else if (is_perf_thread(field)) {
      row_.aggregate = to_valid_utf8(field);
      ++at_;
    }
  }

  // Behind the event: cgroup, spread over the runs, run time, share of it. Only the last two are always there.
  bool read_rest(std::size_t at) {
    if (at < fields_.size() && !is_digits(fields_[at]) && !fields_[at].ends_with('%')) {
      row_.cgroup = to_valid_utf8(fields_[at++]);
    }
    if (at + 1 < fields_.size() && is_digits(fields_[at]) && fields_[at + 1].ends_with('%')) {
      fields_[at] += "." + fields_[at + 1];
      fields_.erase(fields_.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    }
    if (at < fields_.size() && fields_[at].ends_with('%')) {
      const std::string_view field = fields_[at++];
      row_.result.variance_pct = parse_perf_decimal(field.substr(0, field.size() - 1));
    }
    if (at >= fields_.size() || !parse_number<std::uint64_t>(fields_[at])) return false;
    join_decimals(fields_, at + 1, 2);
    if (row_.result.status != "counted") return true;
    // A line that was cut has lost its share of running time, and with it the right to be believed.
    if (at + 1 >= fields_.size()) return false;
    row_.result.running_pct = parse_perf_pct(fields_[at + 1]);
    return row_.result.running_pct.has_value();
  }

  Fields fields_;
  PerfStatRow row_;
  std::size_t at_ = 0;
};

// ",,,,,70.1,%  tma_backend_bound", also behind an aggregate: the value and, in one field, its unit and name.
std::optional<PerfStatMetric> read_metric(const std::vector<std::string_view>& fields) {
  if (fields.size() < 6) return std::nullopt;
  const std::string_view label = trim(fields.back());
  if (!label.starts_with('%') || label.size() < 2) return std::nullopt;
  const auto value = parse_perf_decimal(fields[fields.size() - 2]);
  if (!value) return std::nullopt;
  PerfStatMetric metric{.name = to_valid_utf8(trim(label.substr(1))), .unit = "%", .value = *value};
  const std::string_view who = trim(fields[fields.front().starts_with(' ') ? 1 : 0]);
  if (is_perf_aggregate(who) || is_perf_thread(who)) metric.aggregate = to_valid_utf8(who);
  return metric;
}

// A line that only continues the event above has no count, and no event two columns on: nothing stands there, or a run
// time.
bool is_continuation(const std::vector<std::string_view>& fields) {
  std::size_t at = fields[0].starts_with(' ') ? 1 : 0;  // the end of the interval, or "summary"
  if (at < fields.size() && is_perf_thread(trim(fields[at]))) ++at;
  if (at < fields.size() && is_perf_aggregate(trim(fields[at]))) at += fields[at].starts_with("CPU") ? 1 : 2;
  if (at >= fields.size() || !trim(fields[at]).empty()) return false;
  return at + 1 >= fields.size() || fields[at + 1].empty() || is_digits(fields[at + 1]);
}

struct Attempt {
  Parsed<std::vector<PerfStatReport>> parsed;
  std::size_t rows = 0;
};

Attempt read_with(const std::vector<std::string>& lines, char separator) {
  Attempt reading;
  auto& reports = reading.parsed.value;
  reports.emplace_back();
  for (const std::string& line : lines) {
    const std::string_view bare = trim(line);
    if (bare.starts_with(kStarted)) {
      if (!reports.back().rows.empty()) reports.emplace_back();
      reports.back().started = to_valid_utf8(trim(bare.substr(kStarted.size())));
    }
    if (bare.empty() || bare.front() == '#') continue;
    const auto fields = split(line, separator);
    if (auto metric = read_metric(fields)) {
      if (is_continuation(fields)) {
        reports.back().metrics.push_back(std::move(*metric));
        continue;
      }
    }
    if (fields.size() > 1 && is_continuation(fields)) continue;
    if (auto row = RowReader(join_event_parts(fields, separator)).read()) {
      reports.back().rows.push_back(std::move(*row));
      ++reading.rows;
    } else {
      reading.parsed.unparsed.add(line);
    }
  }
  std::erase_if(reports, [](const PerfStatReport& report) { return report.rows.empty() && report.metrics.empty(); });
  return reading;
}

}  // namespace

Parsed<std::vector<PerfStatReport>> parse_perf_stat_csv(std::string_view text) {
  const std::vector<std::string> lines = plain_lines(text);
  Attempt best = read_with(lines, ',');
  for (const char separator : {';', '\t', '|', ':'}) {
    if (best.rows != 0) break;
    Attempt other = read_with(lines, separator);
    if (other.rows > best.rows) best = std::move(other);
  }
  return std::move(best.parsed);
}

}  // namespace ihc
