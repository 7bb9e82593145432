// ihc collect: one shot, read-only, one bundle.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <memory>

#include "base/json.h"
#include "base/text.h"
#include "bundle/member_path.h"
#include "cli/bench_job.h"
#include "cli/bench_options.h"
#include "cli/bench_report.h"
#include "cli/bench_result_files.h"
#include "cli/command.h"
#include "cli/interrupts.h"
#include "cli/metrics_map_file.h"
#include "cli/metrics_options.h"
#include "cli/progress.h"
#include "cli/subject_options.h"
#include "collect/runner.h"
#include "collectors/runtime_metrics/metrics_map.h"

namespace ihc {

namespace {

constexpr double kMaxWindowSeconds = 3600;

struct Arguments {
  CollectOptions options;
  double window_seconds = 30;
  std::vector<std::string> labels;
  std::string output;
  std::string root_dir;
  std::string metrics_map;
  std::vector<std::string> bench_results;
  MetricsArguments metrics;
  BenchArguments bench;
  std::string format = "text";
  bool dry_run = false;
};

Result<void> take_labels(Arguments& arguments) {
  for (const std::string& label : arguments.labels) {
    const std::size_t equals = label.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fail(ErrorCode::usage, "a label is written name=value", "--label " + label,
                  "for example --label phase=before");
    }
    arguments.options.labels[label.substr(0, equals)] = label.substr(equals + 1);
  }
  return {};
}

std::string one_decimal(double value) {
  char text[64];
  const int length = std::snprintf(text, sizeof text, "%.1f", value);
  return {text, static_cast<std::size_t>(std::max(length, 0))};
}

/// By --only or --skip: whoever asked for that need not be told of each.
bool was_left_out(const CollectorRecord& record) {
  return record.state == CollectorState::skipped && record.reason == "not_asked";
}

std::string text_of(const CollectOutcome& outcome) {
  const Manifest& manifest = outcome.manifest;
  const auto full =
      std::count_if(manifest.collectors.begin(), manifest.collectors.end(),
                    [](const CollectorRecord& record) { return record.state == CollectorState::collected; });
  const auto left_out = std::ranges::count_if(manifest.collectors, was_left_out);
  constexpr double kBytesPerMegabyte = 1e6;
  std::string text = outcome.path.string() + "\n";
  text += std::to_string(full) + " of " + std::to_string(manifest.collectors.size()) + " collectors in full" +
          (left_out > 0 ? " (" + std::to_string(left_out) + " not asked for), " : ", ") +
          (outcome.worker_count == 1 ? "1 worker" : std::to_string(outcome.worker_count) + " workers") + ", window " +
          one_decimal(manifest.window_observed_s) + " s" + (manifest.interrupted ? " (interrupted)" : "") + ", cost " +
          one_decimal(manifest.cost.cpu_seconds + manifest.cost.commands_cpu_seconds) + " s CPU and " +
          one_decimal(static_cast<double>(manifest.cost.peak_memory_bytes) / kBytesPerMegabyte) + " MB\n";
  for (const CollectorRecord& record : manifest.collectors) {
    if (record.state == CollectorState::collected || was_left_out(record)) continue;
    text += "  " + record.name + ": " + std::string(to_word(record.state)) + " (" + record.reason + "); " +
            printable_path(record.hint) + "\n";
  }
  return text;
}

/// The benchmark's process, which waits for the window; nothing when none was asked for.
Result<std::shared_ptr<BenchJob>> start_bench(const BenchArguments& bench) {
  if (bench.url.empty()) return std::shared_ptr<BenchJob>();
  const auto load = take_load(bench, "--bench-url");
  if (!load) return fail(load.error());
  std::map<std::string, bench::Floor> floor;
  if (bench.calibrate) {
    auto measured = bench::measure_floor(*load, {});
    if (!measured) return fail(std::move(measured.error()));
    floor = std::move(*measured);
  }
  // The bundle's own progress has the terminal.
  return BenchJob::create(*load, floor, true);
}

Json json_of(const CollectOutcome& outcome) {
  Json collectors = Json::array();
  for (const CollectorRecord& record : outcome.manifest.collectors) {
    collectors.push_back(
        {{"name", record.name}, {"state", to_word(record.state)}, {"reason", record.reason}, {"hint", record.hint}});
  }
  return {{"path", outcome.path.string()},
          {"interrupted", outcome.manifest.interrupted},
          {"workers", outcome.worker_count},
          {"collectors", std::move(collectors)}};
}

/// Adds the benchmark to what is printed; false when it failed, in whole or in part.
bool add_bench(BenchJob& job, Json& json, std::string& text) {
  const auto runs = job.runs();
  if (!runs) {
    report_error(runs.error());
    return false;
  }
  const auto notes = load_note_sheet();
  if (!notes) {
    report_error(notes.error());
    return false;
  }
  json["benchmark"] = bench_json(*runs, *notes);
  text += "\n" + bench_text(*runs, *notes);
  return std::ranges::all_of(*runs, [](const bench::RunRecord& run) {
    return run.summary.outcomes.size() == 1 && run.summary.outcomes.contains("ok");
  });
}

ExitCode dry_run(const Arguments& arguments) {
  if (auto good = check_collect_options(arguments.options, all_collectors()); !good) return report_error(good.error());
  std::vector<std::string> lines = describe_captures(arguments.options, all_collectors());
  if (!arguments.bench.url.empty()) {
    const auto load = take_load(arguments.bench, "--bench-url");
    if (!load) return report_error(load.error());
    lines.push_back("bench           POST    " + load->url.stored() + "  (in the window, as the load says)");
  }
  if (arguments.format == "json") {
    std::cout << to_pretty_text(Json(lines));
  } else {
    for (const std::string& line : lines) std::cout << line << "\n";
  }
  return ExitCode::done;
}

ExitCode run(Arguments& arguments, const CommandContext& context) {
  CollectOptions& options = arguments.options;
  if (auto taken = take_labels(arguments); !taken) return report_error(taken.error());
  options.window = std::chrono::milliseconds(static_cast<std::int64_t>(arguments.window_seconds * 1e3 + 0.5));
  options.output = arguments.output;
  options.root_dir = arguments.root_dir;
  options.arguments = context.arguments;
  if (auto taken = take_metrics(arguments.metrics, options); !taken) return report_error(taken.error());
  if (auto attached = attach_bench_results(arguments.bench_results, all_collectors(), options.attachments); !attached)
    return report_error(attached.error());
  if (!arguments.metrics_map.empty()) {
    auto map = read_metrics_map_file(arguments.metrics_map);
    if (!map) return report_error(map.error());
    options.attachments[std::string(kMetricsMapMember)] = std::move(*map);
  }
  if (arguments.dry_run) return dry_run(arguments);
  auto job = start_bench(arguments.bench);
  if (!job) return report_error(job.error());
  options.job = *job;

  Result<CollectOutcome> outcome;
  {
    const InterruptGuard guard;
    ProgressDrawer drawer(progress_style(context.quiet), options.window);
    outcome = collect(options, all_collectors(), interrupts(),
                      [&](const CollectProgress& progress) { drawer.draw(progress); });
  }
  if (!outcome) {
    const ExitCode code = report_error(outcome.error());
    // Who pressed Ctrl-C twice wants a program that ended by Ctrl-C.
    if (interrupts() > 1) ::raise(SIGINT);
    return code;
  }
  Json json = json_of(*outcome);
  std::string text = text_of(*outcome);
  const bool has_bench = *job == nullptr || add_bench(**job, json, text);
  std::cout << (arguments.format == "json" ? to_pretty_text(json) : text);
  return outcome->in_part || !has_bench ? ExitCode::in_part : ExitCode::done;
}

std::string deep_help() {
  std::string text = "record more, at a cost (words with commas; most need root):";
  for (const auto& [word, cost] : deep_recordings(all_collectors())) {
    text += " " + std::string(word) + " - " + std::string(cost) + ";";
  }
  text.pop_back();
  return text;
}

std::string check_window(const std::string& text) {
  const auto seconds = parse_decimal(text);
  const bool good = seconds && *seconds >= 0.001 && *seconds <= kMaxWindowSeconds;
  return good ? "" : "a window is more than 0 and at most 3600 seconds, not " + printable_path(text);
}

std::function<ExitCode()> declare(CLI::App& app, const CommandContext& context) {
  auto arguments = std::make_shared<Arguments>();
  CollectOptions& options = arguments->options;
  app.add_option(
      "-o,--output", arguments->output,
      "the bundle: an archive (.tar.zst, .tar.xz, .tar.gz, .tar) or a folder [<node>-<UTC time>.ihc.tar.zst]");
  add_subject_options(app, options);
  app.add_option("--window", arguments->window_seconds, "seconds to watch, at most 3600 [30]")
      ->check(CLI::Validator(check_window, "SECONDS"));
  app.add_option("--label", arguments->labels, "name=value, kept in the bundle; repeatable")->allow_extra_args(false);
  app.add_option("--metrics-url", arguments->metrics.urls,
                 "http(s)://HOST:PORT[/PATH] of a server's metrics, asked by one GET a second; repeatable, at most 8")
      ->allow_extra_args(false);
  app.add_option("--metrics-token-file", arguments->metrics.token_file,
                 "file with the bearer token that they want, sent to each; else IHC_METRICS_TOKEN; stored nowhere");
  app.add_option("--metrics-map", arguments->metrics_map,
                 "YAML: which metric of a /metrics text plays which role; kept in the bundle");
  app.add_option(
      "--bench-url", arguments->bench.url,
      "put load on this OpenAI-compatible server within the window, which lasts until it is over; the load as "
      "of ihc bench");
  add_load_options(app, arguments->bench);
  app.add_option(
         "--bench-result", arguments->bench_results,
         "result file of another load generator that measured this node; kept, scrubbed, in the bundle; repeatable")
      ->allow_extra_args(false);
  app.add_option("--root", arguments->root_dir, "read the host's files below this directory");
  app.add_option("--only", options.only, "run only these collectors (names with commas)")->delimiter(',');
  app.add_option("--skip", options.skip, "leave these collectors out (names with commas)")->delimiter(',');
  app.add_option("--deep", options.deep, deep_help())->delimiter(',');
  app.add_flag("--dry-run", arguments->dry_run, "list what would be read and run, and do nothing");
  app.add_option("--format", arguments->format, "text or json [text]")->check(CLI::IsMember({"text", "json"}));
  return [arguments, &context] { return run(*arguments, context); };
}

}  // namespace

extern const Command k_collect_command{
    .name = "collect",
    .about = "Collect the evidence of this node into one bundle; reads only, works as any user",
    .declare = declare};

}  // namespace ihc
