// ihc doctor: which evidence this user could collect here, which not, why, and what would change it. Changes nothing.
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "base/json.h"
#include "base/resources.h"
#include "cli/command.h"
#include "cli/doctor_report.h"
#include "cli/remedies.h"
#include "cli/subject_options.h"
#include "cli/terminal_style.h"
#include "collect/doctor.h"

namespace ihc {

namespace {

struct Arguments {
  CollectOptions options;
  std::string root_dir;
  std::string format = "text";
};

/// As a shell reads it back.
std::string quoted(const std::string& text) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

/// This program's path; sudo knows a PATH of its own, so its name alone might be another's.
std::string program_path() {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? "ihc" : path.string();
}

RemedyContext context_of(const Arguments& arguments) {
  const CollectOptions& options = arguments.options;
  const std::string program = quoted(program_path());
  std::string collect = program + " collect";
  if (options.pid) collect += " --pid " + std::to_string(*options.pid);
  if (options.unit) collect += " --unit " + quoted(*options.unit);
  if (options.match) collect += " --match " + quoted(*options.match);
  if (!arguments.root_dir.empty()) collect += " --root " + quoted(arguments.root_dir);
  for (const std::string& word : options.deep) collect += " --deep " + quoted(word);
  return {.collect = std::move(collect), .program = program};
}

ExitCode run(Arguments& arguments) {
  arguments.options.root_dir = arguments.root_dir;
  const auto table = RemedyTable::load();
  if (!table) return report_error(table.error());
  std::vector<std::string> files = table->files();
  files.emplace_back("/proc/sys/kernel/hostname");
  const auto look = look_at_node(arguments.options, all_collectors(), files);
  if (!look) return report_error(look.error());
  const DoctorReport report{.look = *look,
                            .collectors = all_collectors(),
                            .remedies = table->remedies(*look, all_collectors(), context_of(arguments))};
  if (arguments.format == "json") {
    std::cout << to_pretty_text(doctor_json(report));
    return ExitCode::done;
  }
  const auto templates = load_resources("templates", {});
  if (!templates) return report_error(templates.error());
  std::vector<Diagnostic> diagnostics;
  const report::Words words = report::load_words(*templates, "en", diagnostics);
  std::cout << doctor_text(report, words, style_of_stdout());
  return ExitCode::done;
}

std::function<ExitCode()> declare(CLI::App& app, const CommandContext&) {
  auto arguments = std::make_shared<Arguments>();
  CollectOptions& options = arguments->options;
  add_subject_options(app, options);
  app.add_option("--root", arguments->root_dir, "look at the host's files below this directory");
  app.add_option("--only", options.only, "only these collectors (names with commas)")->delimiter(',');
  app.add_option("--skip", options.skip, "without these collectors (names with commas)")->delimiter(',');
  app.add_option("--deep", options.deep, "also these recordings of collect --deep (words with commas)")->delimiter(',');
  app.add_option("--format", arguments->format, "text or json [text]")->check(CLI::IsMember({"text", "json"}));
  return [arguments] { return run(*arguments); };
}

}  // namespace

extern const Command k_doctor_command{
    .name = "doctor",
    .about = "Say which evidence can be collected here, which not, why, and what would change it; changes nothing",
    .declare = declare};

}  // namespace ihc
