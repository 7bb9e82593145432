#include "cli/bench_report.h"

#include <algorithm>
#include <cstdio>
#include <iostream>

#include <sys/ioctl.h>
#include <unistd.h>

#include "base/resources.h"
#include "bundle/member_path.h"
#include "cli/bench_numbers.h"

namespace ihc {

namespace {

using bench::RunMetrics;
using bench::RunRecord;

constexpr std::size_t kNameWidth = 18;
constexpr std::size_t kNumberWidth = 10;
constexpr const char* kNotes = "bench_notes.yaml";

std::string fixed(double value, int digits) {
  char text[64];
  const int length = std::snprintf(text, sizeof text, "%.*f", digits, value);
  return {text, static_cast<std::size_t>(std::clamp<int>(length, 0, sizeof text - 1))};
}

/// Three digits that count, more where there are more before the point.
std::string number(double value) { return fixed(value, value < 1 ? 3 : value < 10 ? 2 : value < 10000 ? 1 : 0); }

std::string right(std::string text, std::size_t width) {
  return std::string(width > text.size() ? width - text.size() : 1, ' ') + text;
}

std::string quantile_text(const BenchQuantile& quantile) {
  if (quantile.value) return number(*quantile.value);
  return quantile.at_least ? ">" + number(*quantile.at_least) : "-";
}

std::int64_t failed_of(const RunMetrics& metrics) { return metrics.offered - metrics.ok; }

std::string range_text(const BenchNumbers& one) {
  const auto found = one.intervals.find("p95");
  if (found == one.intervals.end()) return "-";
  const bench::PercentileInterval& range = found->second;
  if (!range.upper) return "unbounded above";
  return (range.lower ? number(*range.lower) : std::string("-")) + " - " + number(*range.upper);
}

std::string table(const std::vector<BenchNumbers>& all, const RunMetrics& metrics) {
  std::string text = "metric            ";
  for (const char* head : {"n", "mean", "p50", "p90", "p95", "p99", "max"}) text += right(head, kNumberWidth);
  text += "   failed     p95, 95 % interval\n";
  const std::string failed = std::to_string(failed_of(metrics)) + "/" + std::to_string(metrics.offered);
  for (const BenchNumbers& one : all) {
    text += one.name + std::string(kNameWidth - std::min(kNameWidth, one.name.size()), ' ');
    text += right(std::to_string(one.n), kNumberWidth);
    text += right(one.mean ? number(*one.mean) : "-", kNumberWidth);
    for (const BenchQuantile& quantile : {one.p50, one.p90, one.p95, one.p99})
      text += right(quantile_text(quantile), kNumberWidth);
    text += right(one.max ? number(*one.max) : "-", kNumberWidth);
    text += "   " + failed + std::string(failed.size() < kNumberWidth ? kNumberWidth - failed.size() : 0, ' ') + " " +
            range_text(one) + (one.is_near_floor ? "  (near the client's floor)" : "") + "\n";
  }
  return text;
}

/// "p95 of ttft_ms: interval unbounded above: needs n ≥ 72 (p99: 368)", once for all that have so few.
std::string unbounded_text(const std::vector<BenchNumbers>& all) {
  std::string names;
  std::int64_t for_p95 = 0;
  std::int64_t for_p99 = 0;
  for (const BenchNumbers& one : all) {
    const auto p95 = one.intervals.find("p95");
    const auto p99 = one.intervals.find("p99");
    if (p95 == one.intervals.end() || p99 == one.intervals.end() || one.n >= p95->second.n_needed) continue;
    names += (names.empty() ? "" : ", ") + one.name;
    for_p95 = p95->second.n_needed;
    for_p99 = p99->second.n_needed;
  }
  if (names.empty()) return {};
  return "p95 of " + names + ": interval unbounded above: needs n ≥ " + std::to_string(for_p95) +
         " (p99: " + std::to_string(for_p99) + ")\n";
}

std::string rates_text(const RunMetrics& metrics) {
  std::string text;
  const auto add = [&](const char* name, const std::optional<double>& value, const std::string& more = {}) {
    if (value)
      text += std::string(name) + right(number(*value), kNameWidth + 2 * kNumberWidth - std::string_view(name).size()) +
              more + "\n";
  };
  add("request_throughput_rps", metrics.request_throughput_rps);
  add("output_throughput_tps", metrics.output_throughput_tps);
  const std::string share =
      metrics.goodput_share ? "   " + fixed(*metrics.goodput_share * 100, 1) + " % of all offered" : std::string();
  add("goodput_rps", metrics.goodput_rps, share);
  return text;
}

std::string head_text(const RunRecord& run, const RunMetrics& metrics) {
  const auto& settings = run.summary.settings;
  std::string load = settings.load + " loop, ";
  if (settings.rate_rps) {
    load += number(*settings.rate_rps) + " requests/s (" + settings.arrival.value_or("") + ")";
  } else {
    load += std::to_string(settings.concurrency.value_or(1)) + " at once";
  }
  std::string text = "run " + std::to_string(run.summary.run) + " of " + std::to_string(run.summary.runs) + ": " +
                     settings.url + (settings.model ? ", " + printable_path(*settings.model) : std::string()) + ", " +
                     load + ", " + std::to_string(metrics.offered) + " requests" +
                     (metrics.wall_s ? " in " + fixed(*metrics.wall_s, 1) + " s" : std::string()) + "\n";
  text += "failed " + std::to_string(failed_of(metrics)) + " of " + std::to_string(metrics.offered);
  if (metrics.offered > 0)
    text +=
        " (" + fixed(100.0 * static_cast<double>(failed_of(metrics)) / static_cast<double>(metrics.offered), 1) + " %)";
  char separator = ':';
  for (const auto& [outcome, count] : metrics.outcomes) {
    if (outcome == "ok") continue;
    text += separator + (" " + outcome) + " " + std::to_string(count);
    separator = ',';
  }
  return text + "\n";
}

std::string first_failure(const RunRecord& run) {
  for (const bench::RequestRecord& record : run.records) {
    if (record.outcome == bench::Outcome::ok || record.error.empty()) continue;
    return "  first of them: " + printable_path(record.error) + "\n";
  }
  return {};
}

std::string client_text(const bench::ClientHealth& client) {
  if (!client.wall_s || *client.wall_s <= 0) return {};
  std::string text = "client: " + fixed(100 * client.cpu_s.value_or(0) / *client.wall_s, 1) + " % of a CPU";
  if (client.run_delay_s) text += ", waited " + fixed(1e3 * *client.run_delay_s, 1) + " ms for one";
  if (client.involuntary_switches)
    text += ", " + std::to_string(*client.involuntary_switches) + " involuntary switches";
  if (client.cpus_allowed) text += ", CPUs " + *client.cpus_allowed;
  if (client.nodes) text += ", nodes " + *client.nodes;
  for (const std::string& governor : client.governors) text += ", governor " + governor;
  if (client.tcp_retransmits.value_or(0) > 0)
    text += ", " + std::to_string(*client.tcp_retransmits) + " segments sent again";
  return text + "\n";
}

RunMetrics metrics_of_run(const RunRecord& run) {
  return metrics_of(run.records, run.chunks, run.summary.settings.slo_ms, run.summary.settings.load == "open");
}

Json range_json(const bench::PercentileInterval& range, std::int64_t n) {
  Json json{{"confidence_pct", range.confidence_pct},
            {"n_needed", range.n_needed},
            {"unbounded_above", !range.upper.has_value()}};
  if (range.lower) json["lower"] = *range.lower;
  if (range.upper) json["upper"] = *range.upper;
  if (n < range.n_needed) json["text"] = "interval unbounded above: needs n ≥ " + std::to_string(range.n_needed);
  return json;
}

Json numbers_json(const BenchNumbers& one, const RunMetrics& metrics) {
  Json json{
      {"n", one.n}, {"offered", metrics.offered}, {"failed", failed_of(metrics)}, {"quantile_rule", "nearest_rank"}};
  if (one.mean) json["mean"] = *one.mean;
  if (one.max) json["max"] = *one.max;
  if (one.unanswered > 0) json["unanswered"] = one.unanswered;
  const auto put = [&](const char* name, const BenchQuantile& quantile) {
    if (quantile.value) json[name] = *quantile.value;
    if (quantile.at_least) json[std::string(name) + "_at_least"] = *quantile.at_least;
  };
  put("p50", one.p50);
  put("p90", one.p90);
  put("p95", one.p95);
  put("p99", one.p99);
  for (const auto& [name, range] : one.intervals) json[name + "_interval"] = range_json(range, one.n);
  return json;
}

Json tokens_json(const RunMetrics& metrics) {
  Json json{{"completion", metrics.tokens.total},
            {"from_usage", metrics.tokens.from_usage},
            {"from_chunks", metrics.tokens.from_chunks},
            {"unknown", metrics.tokens.unknown},
            {"coalesced_answers", metrics.tokens.coalesced}};
  if (metrics.cached_share) json["cached_share"] = *metrics.cached_share;
  return json;
}

Json run_json(const RunRecord& run, const RunMetrics& metrics, const std::vector<BenchNumbers>& numbers) {
  Json json = to_json(run.summary);
  json["metrics"] = Json::object();
  for (const BenchNumbers& one : numbers) json["metrics"][one.name] = numbers_json(one, metrics);
  const auto put_rate = [&](const char* name, const std::optional<double>& value) {
    if (value) json["metrics"][name] = {{"mean", *value}};
  };
  put_rate("request_throughput_rps", metrics.request_throughput_rps);
  put_rate("output_throughput_tps", metrics.output_throughput_tps);
  put_rate("goodput_rps", metrics.goodput_rps);
  if (metrics.goodput_share) json["goodput_share"] = *metrics.goodput_share;
  if (metrics.offered_rate_rps) json["offered_rate_rps"] = *metrics.offered_rate_rps;
  if (metrics.wall_s) json["wall_s"] = *metrics.wall_s;
  json["requests"] = {{"offered", metrics.offered}, {"ok", metrics.ok}, {"failed", failed_of(metrics)}};
  json["tokens"] = tokens_json(metrics);
  return json;
}

/// A run with all that is printed of it.
struct PrintedRun {
  const RunRecord& run;
  RunMetrics metrics;
  std::vector<BenchNumbers> numbers;
  Json json;
  std::vector<std::string> notes;
};

PrintedRun printed(const RunRecord& run, const NoteSheet& sheet) {
  PrintedRun made{.run = run, .metrics = metrics_of_run(run), .numbers = {}, .json = {}, .notes = {}};
  made.numbers = bench_numbers(made.metrics);
  made.json = run_json(run, made.metrics, made.numbers);
  const auto near = metrics_near_floor(sheet, made.json);
  made.json["near_floor"] = near;
  for (BenchNumbers& one : made.numbers) {
    one.is_near_floor = std::ranges::find(near, one.name) != near.end();
    if (one.is_near_floor) made.json["metrics"][one.name]["near_floor"] = true;
  }
  made.notes = notes_of(sheet, made.json);
  made.json["notes"] = made.notes;
  return made;
}

std::string run_text(const PrintedRun& made) {
  std::string text = head_text(made.run, made.metrics) + first_failure(made.run) + "\n" +
                     table(made.numbers, made.metrics) + rates_text(made.metrics);
  text += "\n" + unbounded_text(made.numbers) + client_text(made.run.summary.client);
  for (const std::string& note : made.notes) text += "note: " + printable_path(note) + "\n";
  return text;
}

std::string seconds_text(double seconds) { return fixed(seconds, seconds < 10 ? 1 : 0) + " s"; }

}  // namespace

Result<NoteSheet> load_note_sheet() {
  const auto resources = load_resources("rules", {});
  if (!resources) return fail(resources.error());
  const auto found = std::ranges::find(*resources, kNotes, &Resource::path);
  if (found == resources->end()) return fail(ErrorCode::not_found, "the rules have no such file", kNotes);
  std::vector<Diagnostic> diagnostics;
  NoteSheet sheet = read_note_sheet(*found, diagnostics);
  if (has_errors(diagnostics)) return fail(ErrorCode::malformed, to_text(diagnostics.front()), kNotes);
  return sheet;
}

Json bench_json(const std::vector<RunRecord>& runs, const NoteSheet& sheet) {
  Json json{{"runs", Json::array()}};
  for (const RunRecord& run : runs) json["runs"].push_back(printed(run, sheet).json);
  return json;
}

std::string bench_text(const std::vector<RunRecord>& runs, const NoteSheet& sheet) {
  std::string text;
  for (const RunRecord& run : runs) text += (text.empty() ? "" : "\n") + run_text(printed(run, sheet));
  return text;
}

Json floor_json(const std::map<std::string, bench::Floor>& floor) {
  Json json = Json::object();
  for (const auto& [name, one] : floor) {
    json[name] = {{"n", one.n}, {"p50", one.p50}};
    if (one.p95) json[name]["p95"] = *one.p95;
    if (one.p99) json[name]["p99"] = *one.p99;
  }
  return {{"floor", std::move(json)}};
}

std::string floor_text(const std::map<std::string, bench::Floor>& floor) {
  std::string text = "this client adds on this machine (milliseconds above what the stand-in server scripts):\n";
  text += "metric            " + right("n", kNumberWidth) + right("p50", kNumberWidth) + right("p95", kNumberWidth) +
          right("p99", kNumberWidth) + "\n";
  for (const auto& [name, one] : floor) {
    text += name + std::string(kNameWidth - std::min(kNameWidth, name.size()), ' ') +
            right(std::to_string(one.n), kNumberWidth) + right(fixed(one.p50, 3), kNumberWidth) +
            right(one.p95 ? fixed(*one.p95, 3) : "-", kNumberWidth) +
            right(one.p99 ? fixed(*one.p99, 3) : "-", kNumberWidth) + "\n";
  }
  return text;
}

std::string live_line(const bench::LiveState& state) {
  std::string line;
  if (state.runs > 1) line = "run " + std::to_string(state.run) + "/" + std::to_string(state.runs) + ": ";
  // First what is asked first: a narrow terminal cuts the end off.
  if (state.left_s) line += seconds_text(*state.left_s) + " left, ";
  line += "sent " + std::to_string(state.sent) + ", done " + std::to_string(state.done) + ", failed " +
          std::to_string(state.failed) + ", in flight " + std::to_string(state.in_flight);
  if (state.elapsed_s > 0) line += ", " + fixed(static_cast<double>(state.done) / state.elapsed_s, 1) + "/s";
  if (state.p50_ms) line += ", p50 " + number(*state.p50_ms) + " ms";
  if (state.p95_ms) line += ", p95 " + number(*state.p95_ms) + " ms";
  return line;
}

LiveLine::LiveLine(bool quiet) : is_on_(!quiet && ::isatty(STDERR_FILENO) == 1) {}

void LiveLine::draw(const std::string& line) {
  if (!is_on_) return;
  winsize size{};
  const bool is_known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  // The last column stays free: some terminals wrap when it is written.
  const std::string shown = line.substr(0, is_known ? size.ws_col - 1U : 79U);
  std::cerr << "\r" << shown << std::string(drawn_ > shown.size() ? drawn_ - shown.size() : 0, ' ') << std::flush;
  drawn_ = shown.size();
}

void LiveLine::clear() {
  if (drawn_ > 0) std::cerr << "\r" << std::string(drawn_, ' ') << "\r" << std::flush;
  drawn_ = 0;
}

}  // namespace ihc
