// ihc report BUNDLE: Markdown, HTML, PDF and findings.json of one bundle in one folder.

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "base/files.h"
#include "base/json_read.h"
#include "cli/assess.h"
#include "cli/bundle_hash.h"
#include "cli/command.h"
#include "cli/report_files.h"
#include "report/report.h"
#include "report/terminal.h"

namespace ihc {

namespace {

namespace fs = std::filesystem;

struct Options {
  std::string bundle;
  std::string directory;
  std::vector<std::string> formats{"md", "html", "pdf"};
  std::string view = "full";
  std::string client;
  AssessOptions assess;
  std::string templates;
  bool print_model = false;
};

// "node-07-20260314T090000Z.ihc.tar.zst" → "node-07-20260314T090000Z".
std::string stem_of(const fs::path& bundle) {
  std::string name = bundle.filename().empty() ? bundle.parent_path().filename().string() : bundle.filename().string();
  for (const char* ending : {".zst", ".xz", ".gz", ".tar", ".ihc"}) {
    if (name.size() > std::string_view(ending).size() && name.ends_with(ending))
      name.resize(name.size() - std::string_view(ending).size());
  }
  return name;
}

std::string name_of(const fs::path& bundle) {
  return bundle.filename().empty() ? bundle.parent_path().filename().string() : bundle.filename().string();
}

Result<report::ReportInput> make_input(const Options& options, const Bundle& bundle, Assessment assessment) {
  std::error_code error;
  report::ReportInput input;
  input.bundle_is_folder = fs::is_directory(options.bundle, error);
  const auto hash = hash_of_bundle(options.bundle);
  if (!hash) return fail(hash.error());
  input.bundle_sha256 = *hash;
  input.bundle_name = name_of(options.bundle);
  input.findings = std::move(assessment.findings);
  input.facts = std::move(assessment.facts);
  input.evidence = std::move(assessment.evidence);
  input.risk_marks = assessment.marks;
  input.manifest = to_json(bundle.manifest());
  input.client = options.client.empty() ? string_at(at(input.facts, "engagement"), "client") : options.client;
  input.as_of = options.assess.as_of;
  return input;
}

ExitCode run(const Options& options) {
  const auto templates = load_checked_templates(options.templates);
  if (!templates) return report_error(templates.error());
  const auto bundle = open_bundle(options.bundle);
  if (!bundle) return report_error(bundle.error());
  auto assessment = assess(**bundle, options.assess);
  if (!assessment) return report_error(assessment.error());
  const auto input = make_input(options, **bundle, std::move(*assessment));
  if (!input) return report_error(input.error());
  const auto report = report::make_report(*input, *templates, options.view);
  if (!report) return report_error(report.error());
  if (options.print_model) {
    std::cout << to_pretty_text(report->model);
    return ExitCode::done;
  }
  const fs::path directory = options.directory.empty() ? stem_of(options.bundle) + "-report" : options.directory;
  const auto written = write_report_files(*report, *templates, options.formats, directory);
  if (!written) return report_error(written.error());
  std::cout << report::risk_line(input->findings, templates->words) << "\n";
  for (const fs::path& path : written->paths) std::cout << path.string() << "\n";
  return written->all ? ExitCode::done : ExitCode::in_part;
}

std::function<ExitCode()> declare(CLI::App& app, const CommandContext&) {
  const auto options = std::make_shared<Options>();
  app.add_option("BUNDLE", options->bundle, "a bundle: an archive or a folder")->required();
  app.add_option("-o,--output", options->directory, "folder to write into (default: <bundle's name>-report)");
  app.add_option("--format", options->formats, "md, html, pdf, separated by commas")
      ->delimiter(',')
      ->check(CLI::IsMember({"md", "html", "pdf"}))
      ->capture_default_str();
  app.add_option("--view", options->view, "full, engineering, consultant or checklist")
      ->check(CLI::IsMember({"full", "engineering", "consultant", "checklist"}))
      ->capture_default_str();
  app.add_option("--client", options->client, "name of the client, for the cover");
  add_assess_options(app, options->assess);
  app.add_option("--templates", options->templates, "a folder of templates to use instead of the installed ones");
  app.add_flag("--model", options->print_model, "print what templates see, as JSON, and write nothing");
  return [options] { return run(*options); };
}

}  // namespace

extern const Command k_report_command{
    .name = "report",
    .about = "Write the report of a bundle as Markdown, HTML and PDF",
    .declare = declare,
};

}  // namespace ihc
