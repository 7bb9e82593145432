#include "collectors/perf/perf_stat_text.h"

#include <algorithm>
#include <array>

#include "collectors/perf/perf_number.h"
#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

constexpr std::string_view kStarted = "# started on ";
constexpr std::string_view kHeading = "Performance counter stats for ";
constexpr std::size_t kMaxHeadingLines = 8;  // of a command whose arguments were wrapped

using Words = std::vector<std::string_view>;

// Units that perf prints between a count and its event: of clocks, of RAPL, of uncore counters.
constexpr auto kUnits =
    std::to_array<std::string_view>({"msec",  "usec", "nsec", "sec", "ns",  "us", "ms", "Joules", "mJ",  "W", "C",
                                     "Bytes", "KiB",  "MiB",  "GiB", "TiB", "KB", "MB", "GB",     "Cel", "%"});

bool is_unit(std::string_view word) { return std::find(kUnits.begin(), kUnits.end(), word) != kUnits.end(); }

bool is_digits(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// ---- the end of a line ---------------------------------------------------------------------------------------------

struct Tail {
  std::optional<double> running_pct;
  std::optional<double> variance_pct;
};

// "(56.74%)" or, before perf 3.18, "[56.74%]".
std::optional<double> running_pct_of(std::string_view bracket) {
  if (bracket.size() < 2 || !bracket.ends_with('%')) return std::nullopt;
  return parse_perf_pct(bracket.substr(0, bracket.size() - 1));
}

// Takes "( +-  3.99% )" and "(56.74%)" off the end of a line.
Tail take_tail(std::string_view& line) {
  Tail tail;
  while (true) {
    line = trim(line);
    if (!line.ends_with(')') && !line.ends_with(']')) return tail;
    const std::size_t open = line.find_last_of(line.back() == ')' ? '(' : '[');
    if (open == std::string_view::npos) return tail;
    const std::string_view inside = trim(line.substr(open + 1, line.size() - open - 2));
    if (inside.starts_with("+-") && inside.ends_with('%')) {
      tail.variance_pct = parse_perf_decimal(trim(inside.substr(2, inside.size() - 3)));
      if (!tail.variance_pct) return tail;
    } else if (const auto running = running_pct_of(inside)) {
      tail.running_pct = running;
    } else {
      return tail;
    }
    line = line.substr(0, open);
  }
}

// ---- counts --------------------------------------------------------------------------------------------------------

struct Line {
  std::string_view left;                  ///< before '#'
  std::optional<std::string_view> right;  ///< behind it
  Tail tail;
  bool is_cut = false;  ///< it ends within the percentage in brackets
};

Line take_apart(std::string_view text) {
  Line line;
  line.tail = take_tail(text);
  const std::size_t blank = text.find(" #");
  const std::size_t hash = text.starts_with('#') ? 0 : (blank == std::string_view::npos ? blank : blank + 1);
  line.left = text.substr(0, hash);
  if (hash != std::string_view::npos) line.right = trim(text.substr(hash + 1));
  const std::string_view behind = line.right ? *line.right : line.left;
  const std::size_t open = behind.find_last_of("([");
  const std::string_view rest = open == std::string_view::npos ? std::string_view{} : behind.substr(open + 1);
  line.is_cut = open != std::string_view::npos && rest.find_first_not_of("0123456789.,%") == std::string_view::npos;
  return line;
}

class RowReader {
 public:
  explicit RowReader(std::string_view left) : words_(split_words(left)) {}

  std::optional<PerfStatRow> read() {
    if (words_.empty()) return std::nullopt;
    read_interval();
    read_aggregate();
    auto result = read_result();
    if (!result && row_.cpus) {  // -A on events of a whole core has no column for the number of CPUs
      row_.cpus.reset();
      --at_;
      result = read_result();
    }
    if (!result) return std::nullopt;
    row_.result = std::move(*result);
    return read_event() ? std::optional(std::move(row_)) : std::nullopt;
  }

 private:
  void read_interval() {
    constexpr std::size_t kDecimals = 9;
    const std::string_view word = words_[0];
    const std::size_t mark = word.find_first_of(".,");
    if (mark == std::string_view::npos || word.size() - mark - 1 != kDecimals || words_.size() < 3) return;
    row_.at_seconds = parse_perf_decimal(word);
    if (row_.at_seconds) ++at_;
  }

  void read_aggregate() {
    if (at_ + 2 >= words_.size()) return;
    if (is_perf_aggregate(words_[at_])) {
      row_.aggregate = std::string(words_[at_++]);
      if (row_.aggregate.starts_with("CPU") || !is_digits(words_[at_])) return;
      row_.cpus = parse_number<std::int64_t>(words_[at_]);
      if (row_.cpus) ++at_;
      return;
    }
    // A thread's name may hold blanks; its TID is behind the last dash before the count.
    for (std::size_t end = at_; end + 2 < words_.size() && end < at_ + 4; ++end) {
      if (!is_perf_thread(words_[end])) continue;
      for (std::size_t word = at_; word <= end; ++word) {
        row_.aggregate += (row_.aggregate.empty() ? "" : " ") + to_valid_utf8(words_[word]);
      }
      at_ = end + 1;
      return;
    }
  }

  // The count: one word, or several where the locale puts blanks between thousands.
  std::optional<PerfEvent> read_result() {
    if (at_ >= words_.size()) return std::nullopt;
    if (at_ + 1 < words_.size() && words_[at_] == "<not") {
      const std::string what = "<not " + std::string(words_[at_ + 1]);
      auto result = perf_result(what, {}, parse_perf_count);
      if (result) at_ += 2;
      return result;
    }
    std::string number(words_[at_]);
    std::size_t end = at_ + 1;
    constexpr std::size_t kThousands = 3;
    while (end < words_.size() && words_[end].size() >= kThousands && is_digits(words_[end].substr(0, kThousands)) &&
           words_[end].find_first_not_of("0123456789.,") == std::string_view::npos) {
      number += " " + std::string(words_[end++]);
    }
    auto result = perf_result(number, {}, parse_perf_count);
    if (result) at_ = end;
    return result;
  }

  // Unit, event, cgroup. More words than these are prose.
  bool read_event() {
    if (at_ + 1 < words_.size() && is_unit(words_[at_])) row_.result.unit = std::string(words_[at_++]);
    if (at_ >= words_.size()) return false;
    const std::string_view event = words_[at_++];
    row_.event = to_valid_utf8(event);
    if (at_ < words_.size() && words_[at_] == "(msec)") {  // perf before 4.20: "task-clock (msec)"
      row_.result.unit = "msec";
      ++at_;
    }
    if (at_ < words_.size() && words_[at_].find_first_of("/.") != std::string_view::npos) {
      row_.cgroup = to_valid_utf8(words_[at_++]);
    }
    const char first = event.front();
    const bool is_name = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first == '{';
    return at_ == words_.size() && is_name && !event.ends_with(':') && !event.ends_with('.');
  }

  Words words_;
  PerfStatRow row_;
  std::size_t at_ = 0;
};

// ---- metrics -------------------------------------------------------------------------------------------------------

// "13.6 %  tma_bad_speculation" behind '#', with the PMU of "TopdownL1 (cpu_core)" before it. "nan" is no value.
std::optional<PerfStatMetric> read_metric(std::string_view right, const std::string& pmu) {
  const Words words = split_words(right);
  if (words.size() != 3 || words[1] != "%") return std::nullopt;
  const auto value = parse_perf_decimal(words[0]);
  if (!value) return std::nullopt;
  return PerfStatMetric{.name = (pmu.empty() ? "" : pmu + "/") + to_valid_utf8(words[2]), .unit = "%", .value = *value};
}

bool is_metric(std::string_view right) {
  const Words words = split_words(right);
  return words.size() == 3 && words[1] == "%";
}

// The table of `perf stat --topdown`: before 6.0 a heading with the four slots, later one with the metrics' names, each
// behind a '%'; then a line for each core, or one for all.
constexpr auto kSlots =
    std::to_array<std::string_view>({"retiring", "bad speculation", "frontend bound", "backend bound"});

std::vector<std::string> read_topdown_heading(std::string_view line) {
  std::vector<std::string> names;
  const bool has_slots = std::all_of(kSlots.begin(), kSlots.end(), [line](std::string_view slot) {
    return line.find(slot) != std::string_view::npos;
  });
  if (has_slots) {
    for (std::string name : std::vector<std::string>(kSlots.begin(), kSlots.end())) {
      std::replace(name.begin(), name.end(), ' ', '_');
      names.push_back(std::move(name));
    }
    return names;
  }
  for (const std::string_view word : split_words(line)) {
    if (word.starts_with("tma_")) names.push_back(to_valid_utf8(word));
    if (!word.starts_with("tma_") && word != "%") return {};
  }
  return names.size() > 1 ? names : std::vector<std::string>{};  // one alone is the end of a wrapped line
}

std::vector<PerfStatMetric> read_topdown_row(std::string_view line, const std::vector<std::string>& names) {
  const Words words = split_words(line);
  if (names.empty() || words.size() < names.size()) return {};
  std::vector<PerfStatMetric> metrics;
  const std::string aggregate = is_perf_aggregate(words[0]) ? std::string(words[0]) : std::string();
  for (std::size_t at = 0; at < names.size(); ++at) {
    std::string_view word = words[words.size() - names.size() + at];
    if (word.ends_with('%')) word.remove_suffix(1);
    const auto value = parse_perf_decimal(word);
    if (!value) return {};
    metrics.push_back({.aggregate = aggregate, .name = names[at], .unit = "%", .value = *value});
  }
  return metrics;
}

// ---- heading and end -----------------------------------------------------------------------------------------------

void read_target(std::string_view heading, PerfStatReport& report) {
  // "… (5 runs):"
  if (const std::size_t runs = heading.rfind(" runs)"); runs != std::string_view::npos) {
    const std::size_t open = heading.rfind('(', runs);
    if (open != std::string_view::npos) {
      report.repeats = parse_number<std::int64_t>(heading.substr(open + 1, runs - open - 1));
      heading = heading.substr(0, open);
    }
  }
  const std::size_t begin = heading.find('\'');
  const std::size_t end = heading.rfind('\'');
  if (begin == std::string_view::npos || end <= begin) return;
  const std::string_view before = trim(heading.substr(0, begin));
  std::string_view target = heading.substr(begin + 1, end - begin - 1);
  constexpr std::string_view kCpus = "CPU(s) ";
  constexpr std::string_view kBpf = "BPF program(s) ";
  report.target_kind = "command";
  if (before == "process id") report.target_kind = "process";
  if (before == "thread id") report.target_kind = "thread";
  if (target == "system wide") report.target_kind = "system";
  for (const auto& [prefix, kind] : {std::pair(kCpus, "cpus"), std::pair(kBpf, "bpf")}) {
    if (!target.starts_with(prefix)) continue;
    target.remove_prefix(prefix.size());
    report.target_kind = kind;
  }
  report.target = to_valid_utf8(trim(target));
}

bool is_heading_end(std::string_view line) { return line.ends_with("':") || line.ends_with("runs):"); }

/// What a report says besides its counts: known, and of no use here.
bool is_known_remark(std::string_view line) {
  constexpr auto kRemarks = std::to_array<std::string_view>(
      {"Some events weren't counted", "echo 0 > /proc/sys/kernel/nmi_watchdog",
       "echo 1 > /proc/sys/kernel/nmi_watchdog", "perf stat ...", "The events in group usually have to be",
       "Try reorganizing the group", "(Use --no-big-num"});
  return std::any_of(kRemarks.begin(), kRemarks.end(),
                     [line](std::string_view remark) { return line.starts_with(remark); });
}

// "0.10979 +- 0.00562 seconds time elapsed  ( +-  5.12% )"; "11.579212000 seconds user"
bool read_times(std::string_view line, PerfStatReport& report) {
  const Tail tail = take_tail(line);
  const Words words = split_words(line);
  const auto seconds = words.empty() ? std::nullopt : parse_perf_decimal(words[0]);
  if (!seconds || words.size() < 3) return false;
  std::size_t at = 1;
  if (words[1] == "+-" && words.size() > 4) at = 3;
  if (words[at] != "seconds") return false;
  const std::string_view what = words[at + 1];
  if (what == "time" && at + 3 == words.size() && words[at + 2] == "elapsed") {
    report.seconds = seconds;
    report.seconds_variance_pct = tail.variance_pct;
    report.has_end = true;
    return true;
  }
  if (at + 2 != words.size() || (what != "user" && what != "sys")) return false;
  (what == "user" ? report.user_seconds : report.system_seconds) = seconds;
  return true;
}

// ---- the whole -----------------------------------------------------------------------------------------------------

class TextReader {
 public:
  explicit TextReader(std::string_view text) : lines_(plain_lines(text)), is_cut_(ends_unfinished(text)) {}

  Parsed<std::vector<PerfStatReport>> read() {
    for (at_ = 0; at_ < lines_.size(); ++at_) read_line(trim(lines_[at_]));
    // Nothing tells whether the last line of a text that ends within it and before its end is whole.
    if (is_cut_ && is_last_a_row_ && !report().has_end) {
      parsed_.unparsed.add(lines_.back());
      report().rows.pop_back();
    }
    std::erase_if(parsed_.value, [](const PerfStatReport& report) {
      return report.rows.empty() && report.metrics.empty() && report.target.empty() && !report.has_end;
    });
    return std::move(parsed_);
  }

 private:
  PerfStatReport& report() {
    if (parsed_.value.empty()) parsed_.value.emplace_back();
    return parsed_.value.back();
  }

  void start_report() {
    if (parsed_.value.empty() || !report().target.empty() || !report().rows.empty()) parsed_.value.emplace_back();
    row_to_finish_.reset();
    pmu_.clear();
    topdown_names_.clear();
  }

  void read_line(std::string_view line) {
    is_last_a_row_ = false;
    if (line.empty()) {
      row_to_finish_.reset();
      return;
    }
    if (line.starts_with(kStarted)) {
      start_report();
      report().started = to_valid_utf8(trim(line.substr(kStarted.size())));
    } else if (const std::size_t heading = line.find(kHeading); heading != std::string_view::npos) {
      read_heading(line.substr(heading + kHeading.size()));
    } else if (auto names = read_topdown_heading(line); !names.empty()) {
      topdown_names_ = std::move(names);
    } else if (!read_times(line, report()) && !read_counts(line)) {
      read_other(line);
    }
  }

  void read_heading(std::string_view line) {
    start_report();
    std::string heading(line);
    for (std::size_t more = 0; !is_heading_end(heading) && more < kMaxHeadingLines && at_ + 1 < lines_.size(); ++more) {
      if (trim(lines_[at_ + 1]).empty()) break;
      heading += " " + std::string(trim(lines_[++at_]));
    }
    read_target(heading, report());
  }

  bool read_counts(std::string_view line) {
    const Line parts = take_apart(line);
    if (parts.is_cut) return false;
    auto row = RowReader(parts.left).read();
    if (!row) return false;
    pmu_.clear();
    row->result.variance_pct = parts.tail.variance_pct;
    if (row->result.status == "counted") row->result.running_pct = parts.tail.running_pct.value_or(100);
    report().rows.push_back(std::move(*row));
    is_last_a_row_ = true;
    row_to_finish_.reset();
    if (!parts.tail.running_pct) row_to_finish_ = report().rows.size() - 1;
    if (parts.right && is_metric(*parts.right)) add_metric(*parts.right);
    return true;
  }

  void add_metric(std::string_view right) {
    if (auto metric = read_metric(right, pmu_)) report().metrics.push_back(std::move(*metric));
  }

  void read_other(std::string_view line) {
    const Line parts = take_apart(line);
    const bool is_further_value = parts.right && trim(parts.left).empty();
    if (!is_further_value && parts.right) row_to_finish_.reset();
    const bool has_finished_a_row = finish_row(parts.tail);
    if (parts.right && is_metric(*parts.right)) {
      read_group(parts.left);
      return add_metric(*parts.right);
    }
    if (const auto metrics = read_topdown_row(line, topdown_names_); !metrics.empty()) {
      report().metrics.insert(report().metrics.end(), metrics.begin(), metrics.end());
      return;
    }
    // Comments, and further values that perf computed for the event above.
    if (has_finished_a_row || is_further_value || is_known_remark(line)) return;
    parsed_.unparsed.add(line);
  }

  // The share of running time stands behind the last of the values that perf computed for an event, which may be a line
  // further down; and a mail that wraps lines moves it to the next.
  bool finish_row(const Tail& tail) {
    if (!row_to_finish_ || !tail.running_pct) return false;
    PerfStatRow& row = report().rows[*row_to_finish_];
    if (row.result.status == "counted") row.result.running_pct = tail.running_pct;
    row_to_finish_.reset();
    return true;
  }

  // "TopdownL1 (cpu_core)" names the PMU of the metrics that follow.
  void read_group(std::string_view left) {
    const std::size_t open = left.find('(');
    const std::size_t close = left.find(')');
    if (trim(left).empty() || open == std::string_view::npos || close == std::string_view::npos || close < open) return;
    pmu_ = to_valid_utf8(trim(left.substr(open + 1, close - open - 1)));
  }

  std::vector<std::string> lines_;
  bool is_cut_;
  Parsed<std::vector<PerfStatReport>> parsed_;
  std::size_t at_ = 0;
  std::string pmu_;
  std::optional<std::size_t> row_to_finish_;
  bool is_last_a_row_ = false;
  std::vector<std::string> topdown_names_;
};

}  // namespace

Parsed<std::vector<PerfStatReport>> parse_perf_stat_text(std::string_view text) { return TextReader(text).read(); }

}  // namespace ihc
