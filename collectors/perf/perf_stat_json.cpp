#include "collectors/perf/perf_stat_json.h"

#include <array>
#include <map>

#include "base/text.h"
#include "collectors/perf/perf_number.h"
#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

using Pairs = std::map<std::string, std::string, std::less<>>;

constexpr auto kAggregateKeys =
    std::to_array<std::string_view>({"socket", "die", "cluster", "cache", "core", "node", "thread"});

std::string_view value_of(const Pairs& pairs, std::string_view key) {
  const auto found = pairs.find(key);
  return found == pairs.end() ? std::string_view{} : std::string_view(found->second);
}

// The string that begins at a quotation mark, and moves past its end; a line end within it is a mail's, not perf's.
std::optional<std::string> read_string(std::string_view text, std::size_t& at) {
  std::string value;
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      at = i + 1;
      return value;
    }
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    value += text[i] == '\n' ? ' ' : text[i];
  }
  return std::nullopt;
}

// A bare number ends before the comma that precedes a quotation mark, or before the brace.
std::optional<std::string> read_bare(std::string_view text, std::size_t& at) {
  const std::size_t end = text.find_first_of("\"}", at);
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view value = trim(text.substr(at, end - at));
  if (value.ends_with(',')) value = trim(value.substr(0, value.size() - 1));
  at = end;
  return std::string(value);
}

// The pairs of the object that begins at `at`, behind its brace; nothing when it has no end. Moves past it.
std::optional<Pairs> read_object(std::string_view text, std::size_t& at) {
  Pairs pairs;
  while (true) {
    at = text.find_first_of("\"}{", at);
    // Up to 6.1 an object could begin before its brace, or have none: the next one's brace ends it too.
    if (at == std::string_view::npos || text[at] == '{') return std::nullopt;
    if (text[at] == '}') {
      ++at;
      return pairs;
    }
    auto key = read_string(text, at);
    const std::size_t colon = key ? text.find_first_not_of(" \t\n", at) : std::string_view::npos;
    if (colon == std::string_view::npos || text[colon] != ':') return std::nullopt;
    at = text.find_first_not_of(" \t\n", colon + 1);
    if (at == std::string_view::npos) return std::nullopt;
    auto value = text[at] == '"' ? read_string(text, at) : read_bare(text, at);
    if (!value) return std::nullopt;
    pairs.emplace(std::move(*key), to_valid_utf8(*value));
  }
}

void read_aggregate(const Pairs& pairs, std::string& aggregate) {
  for (const std::string_view key : kAggregateKeys) {
    if (const std::string_view value = value_of(pairs, key); !value.empty()) aggregate = std::string(value);
  }
  if (const std::string_view cpu = value_of(pairs, "cpu"); parse_number<std::uint32_t>(cpu)) {
    aggregate = "CPU" + std::string(trim(cpu));
  }
}

std::optional<PerfStatRow> read_row(const Pairs& pairs) {
  PerfStatRow row;
  row.event = std::string(trim(value_of(pairs, "event")));
  auto result = perf_result(value_of(pairs, "counter-value"), value_of(pairs, "unit"), parse_perf_decimal);
  if (!result || row.event.empty()) return std::nullopt;
  row.result = std::move(*result);
  if (row.result.status == "counted") {
    row.result.running_pct = parse_perf_pct(value_of(pairs, "pcnt-running"));
    if (!row.result.running_pct) return std::nullopt;
  }
  row.result.variance_pct = parse_perf_decimal(value_of(pairs, "variance"));
  row.at_seconds = parse_perf_decimal(value_of(pairs, "interval"));
  row.cgroup = std::string(value_of(pairs, "cgroup"));
  read_aggregate(pairs, row.aggregate);
  for (const std::string_view key : {"aggregate-number", "counters"}) {
    const auto cpus = parse_number<std::int64_t>(value_of(pairs, key));
    if (cpus && *cpus >= 0) row.cpus = cpus;
  }
  return row;
}

std::optional<PerfStatMetric> read_metric(const Pairs& pairs) {
  const std::string_view label = trim(value_of(pairs, "metric-unit"));
  const auto value = parse_perf_decimal(value_of(pairs, "metric-value"));
  if (!value || !label.starts_with('%') || label.size() < 2) return std::nullopt;
  PerfStatMetric metric{.name = std::string(trim(label.substr(1))), .unit = "%", .value = *value};
  read_aggregate(pairs, metric.aggregate);
  return metric;
}

void add_object(const Pairs& pairs, std::string_view source, Parsed<std::vector<PerfStatReport>>& parsed) {
  PerfStatReport& report = parsed.value.back();
  if (pairs.contains("counter-value")) {
    if (auto row = read_row(pairs)) return report.rows.push_back(std::move(*row));
    parsed.unparsed.add(source);
  } else if (auto metric = read_metric(pairs)) {
    report.metrics.push_back(std::move(*metric));
  } else if (!pairs.contains("metric-value") && !pairs.contains("metricgroup")) {
    parsed.unparsed.add(source);
  }
}

}  // namespace

Parsed<std::vector<PerfStatReport>> parse_perf_stat_json(std::string_view text) {
  std::string plain;
  for (const std::string& line : plain_lines(text)) {
    if (!trim(line).starts_with('#')) plain += line + "\n";
  }
  Parsed<std::vector<PerfStatReport>> parsed;
  parsed.value.emplace_back();
  const std::string_view view = plain;
  if (view.find('{') == std::string_view::npos && !trim(view).empty()) parsed.unparsed.add(trim(view));
  for (std::size_t at = view.find('{'); at != std::string_view::npos; at = view.find('{', at)) {
    const std::size_t begin = at++;
    if (const auto pairs = read_object(view, at)) {
      add_object(*pairs, view.substr(begin, at - begin), parsed);
    } else {
      parsed.unparsed.add(view.substr(begin));
    }
  }
  if (parsed.value.back().rows.empty() && parsed.value.back().metrics.empty()) parsed.value.clear();
  return parsed;
}

}  // namespace ihc
