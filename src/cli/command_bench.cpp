// ihc bench: load on an inference server, and what it answered.
#include <algorithm>
#include <iostream>
#include <memory>

#include "base/json.h"
#include "cli/bench_job.h"
#include "cli/bench_options.h"
#include "cli/bench_report.h"
#include "cli/command.h"
#include "cli/interrupts.h"
#include "collect/runner.h"

namespace ihc {

namespace {

using bench::Floor;
using bench::LoadSettings;
using bench::RunRecord;

/// With -o the node is watched at least so long; the window lasts as long as the load.
constexpr std::chrono::milliseconds kLeastWindow{3000};

struct Arguments {
  BenchArguments load;
  std::string output;
  std::string format = "text";
};

ExitCode exit_code_of(const std::vector<RunRecord>& runs) {
  const bool is_whole = std::ranges::all_of(runs, [](const RunRecord& run) {
    const auto& outcomes = run.summary.outcomes;
    const bool is_ok = outcomes.empty() || (outcomes.size() == 1 && outcomes.begin()->first == "ok");
    return is_ok && !run.summary.window.interrupted;
  });
  return is_whole ? ExitCode::done : ExitCode::in_part;
}

void print(const Arguments& arguments, Json json, const std::string& text) {
  std::cout << (arguments.format == "json" ? to_pretty_text(json) : text);
}

Result<std::vector<RunRecord>> run_alone(const LoadSettings& settings, const std::map<std::string, Floor>& floor,
                                         bool quiet) {
  LiveLine line(quiet);
  bench::BenchmarkHooks hooks{.on_progress = {}, .is_interrupted = [] { return interrupts() > 0; }};
  if (line.is_drawn()) hooks.on_progress = [&line](const bench::LiveState& state) { line.draw(live_line(state)); };
  return bench::run_benchmark(settings, floor, hooks);
}

ExitCode run_into_bundle(const Arguments& arguments, const LoadSettings& settings,
                         const std::map<std::string, Floor>& floor, const NoteSheet& notes,
                         const CommandContext& context) {
  auto job = BenchJob::create(settings, floor, context.quiet);
  if (!job) return report_error(job.error());
  CollectOptions options;
  options.output = arguments.output;
  options.window = kLeastWindow;
  options.arguments = context.arguments;
  options.job = *job;
  auto outcome = collect(options, all_collectors(), interrupts(), [](const CollectProgress&) {});
  if (!outcome) return report_error(outcome.error());
  const auto runs = (*job)->runs();
  if (!runs) {
    std::cerr << "ihc: " << outcome->path.string() << " is written, without a benchmark\n";
    return report_error(runs.error());
  }
  Json json = bench_json(*runs, notes);
  json["bundle"] = outcome->path.string();
  print(arguments, std::move(json), bench_text(*runs, notes) + "\n" + outcome->path.string() + "\n");
  return outcome->manifest.interrupted ? ExitCode::in_part : exit_code_of(*runs);
}

ExitCode run(const Arguments& arguments, const CommandContext& context) {
  const auto settings = take_load(arguments.load, "--url");
  if (!settings) return report_error(settings.error());
  const auto notes = load_note_sheet();
  if (!notes) return report_error(notes.error());
  const InterruptGuard guard;
  std::map<std::string, Floor> floor;
  if (arguments.load.calibrate) {
    auto measured =
        bench::measure_floor(*settings, {.on_progress = {}, .is_interrupted = [] { return interrupts() > 0; }});
    if (!measured) return report_error(measured.error());
    floor = std::move(*measured);
    if (arguments.load.url.empty()) {
      print(arguments, floor_json(floor), floor_text(floor));
      return ExitCode::done;
    }
  }
  if (!arguments.output.empty()) return run_into_bundle(arguments, *settings, floor, *notes, context);
  const auto runs = run_alone(*settings, floor, context.quiet);
  if (!runs) return report_error(runs.error());
  print(arguments, bench_json(*runs, *notes), bench_text(*runs, *notes));
  return exit_code_of(*runs);
}

std::function<ExitCode()> declare(CLI::App& app, const CommandContext& context) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("--url", arguments->load.url, "http(s)://HOST:PORT of an OpenAI-compatible server, or the whole path");
  add_load_options(app, arguments->load);
  app.add_option("-o,--output", arguments->output,
                 "a bundle with the run and the conditions under which it was taken, as of ihc collect");
  app.add_option("--format", arguments->format, "text or json [text]")->check(CLI::IsMember({"text", "json"}));
  return [arguments, &context] { return run(*arguments, context); };
}

}  // namespace

extern const Command k_bench_command{
    .name = "bench",
    .about = "Put load on an OpenAI-compatible server and measure its latency and throughput",
    .declare = declare};

}  // namespace ihc
