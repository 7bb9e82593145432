// ihc inspect BUNDLE: what a bundle holds, for people (one screen) or for programs (the facts or the manifest as JSON).

#include <iostream>
#include <memory>
#include <string>

#include "base/json.h"
#include "bundle/bundle.h"
#include "cli/command.h"
#include "cli/inspect_summary.h"
#include "cli/read_facts.h"

namespace ihc {

namespace {

struct Options {
  std::string bundle;
  std::string format = "text";
  bool facts = false;
  bool manifest = false;
};

ExitCode run(const Options& options) {
  const auto bundle = open_bundle(options.bundle);
  if (!bundle) return report_error(bundle.error());
  if (options.manifest) {
    std::cout << to_pretty_text(to_json((*bundle)->manifest()));
    return ExitCode::done;
  }
  const FactsBuilder builder = read_facts(**bundle);
  if (options.facts || options.format == "json") {
    std::cout << to_pretty_text(to_json(builder));
  } else {
    std::cout << inspect_summary((*bundle)->manifest(), builder.facts);
  }
  return ExitCode::done;
}

std::function<ExitCode()> declare(CLI::App& app, const CommandContext&) {
  const auto options = std::make_shared<Options>();
  app.add_option("BUNDLE", options->bundle, "a bundle: an archive or a folder")->required();
  CLI::Option* facts = app.add_flag("--facts", options->facts, "the facts document, as JSON");
  app.add_flag("--manifest", options->manifest, "the manifest, as JSON")->excludes(facts);
  app.add_option("--format", options->format, "text or json; json is the facts document")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  return [options] { return run(*options); };
}

}  // namespace

extern const Command k_inspect_command{
    .name = "inspect",
    .about = "Show what a bundle holds: a summary, the facts, or the manifest",
    .declare = declare,
};

}  // namespace ihc
