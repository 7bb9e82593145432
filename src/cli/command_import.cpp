// ihc import: a bundle from what a client already has; with --as one for each label.
#include <iostream>
#include <map>
#include <memory>

#include "base/clock.h"
#include "base/json.h"
#include "bundle/archive_writer.h"
#include "bundle/member_path.h"
#include "cli/command.h"
#include "collect/import.h"

namespace ihc {

namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::vector<std::string> sources;
  std::vector<std::string> labelled;
  std::vector<std::string> labels;
  std::string output;
  std::string node;
  std::string taken;
  std::string format = "text";
  std::optional<int> pid;
  std::optional<std::string> match;
  bool kinds = false;
};

/// What becomes one bundle: the sources of one mode, and those that were given without any.
struct Job {
  std::string mode;  ///< empty when no --as was given
  ImportOptions options;
};

/// "name=value" with something on both sides; the first '=' decides.
Result<std::pair<std::string, std::string>> split_pair(const std::string& option, const std::string& text,
                                                       const char* form, const char* example) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    return fail(ErrorCode::usage, std::string("is written ") + form, option + " " + text, example);
  }
  return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

// A label becomes a part of a file's name.
Result<void> check_mode(const std::string& mode) {
  if (mode.find('/') == std::string::npos && check_bundle_path(mode, PathKind::member)) return {};
  return fail(ErrorCode::usage, "is no name for a bundle", "--as " + printable_path(mode),
              "use letters, digits and dashes");
}

Result<ImportOptions> common_options(const Arguments& arguments, const CommandContext& context) {
  ImportOptions options{
      .node = arguments.node, .pid = arguments.pid, .match = arguments.match, .arguments = context.arguments};
  if (!arguments.taken.empty()) {
    const auto taken = utc_from_text(arguments.taken);
    if (!taken) return fail(ErrorCode::usage, "not a date", "--taken " + arguments.taken, "write it as 2026-11-21");
    options.taken_utc = utc_to_text(*taken);
  }
  for (const std::string& label : arguments.labels) {
    auto pair = split_pair("--label", label, "name=value", "for example --label phase=before");
    if (!pair) return fail(std::move(pair.error()));
    options.labels[pair->first] = pair->second;
  }
  for (const std::string& argument : arguments.sources) {
    auto source = import_source(argument, all_collectors());
    if (!source) return fail(std::move(source.error()));
    options.sources.push_back(std::move(*source));
  }
  return options;
}

Result<std::vector<Job>> jobs_of(const Arguments& arguments, const CommandContext& context) {
  auto common = common_options(arguments, context);
  if (!common) return fail(std::move(common.error()));
  std::map<std::string, Job> by_mode;
  for (const std::string& labelled : arguments.labelled) {
    auto pair = split_pair("--as", labelled, "LABEL=FILE", "for example --as baseline=perf_stat_baseline.txt");
    if (!pair) return fail(std::move(pair.error()));
    const auto& [mode, file] = *pair;
    if (auto good = check_mode(mode); !good) return fail(std::move(good.error()));
    auto source = import_source(file, all_collectors());
    if (!source) return fail(std::move(source.error()));
    Job& job = by_mode.try_emplace(mode, Job{mode, *common}).first->second;
    job.options.labels["mode"] = mode;
    job.options.sources.push_back(std::move(*source));
  }
  std::vector<Job> jobs;
  for (auto& [mode, job] : by_mode) jobs.push_back(std::move(job));
  if (jobs.empty()) jobs.push_back({"", std::move(*common)});
  if (jobs.front().options.sources.empty()) {
    return fail(ErrorCode::usage, "no source is given", "import",
                "give a file, a folder, - for standard input, or --as LABEL=FILE");
  }
  return jobs;
}

std::string plain_name(const std::string& text) {
  std::string name;
  for (const char c : text) {
    const bool is_plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    name += is_plain ? c : '_';
  }
  while (name.starts_with('.')) name.erase(0, 1);
  return name.empty() ? "imported" : name;
}

// "out/node.ihc.tar.zst" and "pinned" → "out/node-pinned.ihc.tar.zst".
fs::path target_of(const Arguments& arguments, const Job& job, const Import& import) {
  const std::string suffix = job.mode.empty() ? "" : "-" + job.mode;
  if (arguments.output.empty()) {
    const std::string node = plain_name(import.manifest.node);
    return node + (suffix.empty() && node != "imported" ? "-imported" : suffix) + ".ihc.tar.zst";
  }
  const fs::path given = arguments.output;
  const fs::path named = given.has_filename() ? given : given.parent_path();
  if (suffix.empty()) return named;
  const std::string name = named.filename().string();
  const std::string folder = archive_folder_name(name);
  const std::string rest = name.starts_with(folder) ? name.substr(folder.size()) : "";
  return named.parent_path() / (folder + suffix + rest);
}

struct Outcome {
  fs::path path;
  std::string mode;
  Manifest manifest;
};

std::string text_of(const Outcome& outcome) {
  constexpr std::size_t kShown = 20;
  const Manifest& manifest = outcome.manifest;
  std::string text = outcome.path.string() + "\n";
  const auto given = given_records(manifest.imported);
  for (std::size_t index = 0; index < std::min(given.size(), kShown); ++index) {
    text += "  " + given[index]->kind + ": " + printable_path(given[index]->origin) + "\n";
  }
  if (given.size() > kShown) {
    text += "  and " + std::to_string(given.size() - kShown) + " more: ihc inspect --manifest lists them\n";
  }
  for (const LeftOutRecord& record : manifest.left_out) {
    text += "  left out of " + printable_path(record.origin) + ": " + std::to_string(record.count) +
            (record.count == 1 ? " file: " : " files: ") + record.what + "\n";
  }
  return text;
}

Json json_of(const std::vector<Outcome>& outcomes) {
  Json bundles = Json::array();
  for (const Outcome& outcome : outcomes) {
    const Json manifest = to_json(outcome.manifest);
    Json bundle{{"path", outcome.path.string()}, {"node", outcome.manifest.node}, {"labels", outcome.manifest.labels}};
    for (const char* key : {"imported", "left_out"}) bundle[key] = manifest.value(key, Json::array());
    bundles.push_back(std::move(bundle));
  }
  return {{"bundles", std::move(bundles)}};
}

ExitCode print_kinds(const Arguments& arguments) {
  Json list = Json::array();
  for (const ForeignText* text : foreign_texts(all_collectors())) {
    if (arguments.format == "json") {
      list.push_back({{"kind", text->kind}, {"about", text->about}});
    } else {
      std::cout << text->kind << ": " << text->about << "\n";
    }
  }
  if (arguments.format == "json") std::cout << to_pretty_text(list);
  return ExitCode::done;
}

ExitCode run(const Arguments& arguments, const CommandContext& context) {
  if (arguments.kinds) return print_kinds(arguments);
  auto jobs = jobs_of(arguments, context);
  if (!jobs) return report_error(jobs.error());
  // All is read before anything is written: one bad source leaves nothing behind.
  std::vector<Import> imports;
  for (const Job& job : *jobs) {
    auto import = import_evidence(job.options, all_collectors());
    if (!import) return report_error(import.error());
    imports.push_back(std::move(*import));
  }
  std::vector<Outcome> outcomes;
  for (std::size_t index = 0; index < imports.size(); ++index) {
    const Job& job = (*jobs)[index];
    auto path = write_import(imports[index], target_of(arguments, job, imports[index]));
    if (!path) return report_error(path.error());
    outcomes.push_back({std::move(*path), job.mode, std::move(imports[index].manifest)});
  }
  if (arguments.format == "json") {
    std::cout << to_pretty_text(json_of(outcomes));
  } else if (context.quiet) {
    for (const Outcome& outcome : outcomes) std::cout << outcome.path.string() << "\n";
  } else {
    for (const Outcome& outcome : outcomes) std::cout << text_of(outcome);
  }
  return ExitCode::done;
}

std::function<ExitCode()> declare(CLI::App& app, const CommandContext& context) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option(
      "SOURCE", arguments->sources,
      "an archive, a folder, a compressed or plain text, - for standard input; KIND:FILE names a text's kind");
  app.add_option(
      "-o,--output", arguments->output,
      "the bundle: an archive or a folder [<node>-imported.ihc.tar.zst]; with --as the label goes before its "
      "extension");
  app.add_option("--as", arguments->labelled,
                 "LABEL=FILE: into the bundle of that label (mode=LABEL); repeatable, sources without a label go into "
                 "each")
      ->allow_extra_args(false);
  app.add_option("--label", arguments->labels, "name=value, kept in the bundle; repeatable")->allow_extra_args(false);
  app.add_option("--node", arguments->node, "the node's name [its host name, where the evidence has it]");
  app.add_option("--taken", arguments->taken,
                 "when the evidence was gathered, UTC: 2026-11-21 or 2026-11-21T08:40:00Z");
  auto* pid = app.add_option("--pid", arguments->pid, "of a tree with processes: this one is the worker")
                  ->check(CLI::PositiveNumber);
  app.add_option("--match", arguments->match, "or those whose command line matches this RE2 expression")->excludes(pid);
  app.add_flag("--kinds", arguments->kinds, "list the kinds of text that are known, and do nothing");
  app.add_option("--format", arguments->format, "text or json [text]")->check(CLI::IsMember({"text", "json"}));
  return [arguments, &context] { return run(*arguments, context); };
}

}  // namespace

extern const Command k_import_command{
    .name = "import",
    .about = "Make a bundle from what was gathered without ihc: a sos report, a tree of /proc and /sys, saved outputs",
    .declare = declare};

}  // namespace ihc
