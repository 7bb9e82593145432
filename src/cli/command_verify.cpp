// ihc verify BUNDLE: does every hash in the manifest hold, and is everything in the bundle named there?
#include <iostream>
#include <memory>
#include <string>

#include "base/json.h"
#include "bundle/bundle.h"
#include "cli/command.h"

namespace ihc {

namespace {

struct Options {
  std::string bundle;
  std::string format = "text";
};

std::int64_t size_of(const Bundle& bundle) {
  std::int64_t bytes = 0;
  for (const auto& [path, content] : bundle.members()) bytes += static_cast<std::int64_t>(content.size());
  return bytes;
}

void print_text(const Options& options, const Bundle& bundle, const std::vector<Error>& problems) {
  for (const Error& problem : problems) std::cout << problem.where << ": " << problem.what << "\n";
  std::cout << options.bundle << ": ";
  if (problems.empty()) {
    std::cout << "whole: " << bundle.members().size() << " members, " << size_of(bundle)
              << " bytes, every hash holds\n";
  } else {
    std::cout << problems.size() << (problems.size() == 1 ? " problem\n" : " problems\n");
  }
}

Json to_json(const std::vector<Error>& problems) {
  Json list = Json::array();
  for (const Error& problem : problems) list.push_back({{"path", problem.where}, {"problem", problem.what}});
  return list;
}

void print_json(const Options& options, const Bundle& bundle, const std::vector<Error>& problems) {
  std::cout << to_pretty_text({{"bundle", options.bundle},
                               {"ok", problems.empty()},
                               {"members", bundle.members().size()},
                               {"size_bytes", size_of(bundle)},
                               {"problems", to_json(problems)}});
}

ExitCode run(const Options& options) {
  const auto bundle = open_bundle(options.bundle);
  if (!bundle) {
    if (options.format == "json") {
      std::cout << to_pretty_text({{"bundle", options.bundle}, {"ok", false}, {"problems", to_json({bundle.error()})}});
    }
    return report_error(bundle.error());
  }
  const std::vector<Error> problems = verify(**bundle);
  if (options.format == "json") {
    print_json(options, **bundle, problems);
  } else {
    print_text(options, **bundle, problems);
  }
  return problems.empty() ? ExitCode::done : ExitCode::bad_input;
}

}  // namespace

extern const Command k_verify_command{
    .name = "verify",
    .about = "Check every hash in a bundle's manifest, and that nothing else is in the bundle",
    .declare = [](CLI::App& app, const CommandContext&) -> std::function<ExitCode()> {
      const auto options = std::make_shared<Options>();
      app.add_option("BUNDLE", options->bundle, "a bundle: an archive or a folder")->required();
      app.add_option("--format", options->format, "text or json")
          ->check(CLI::IsMember({"text", "json"}))
          ->capture_default_str();
      return [options] { return run(*options); };
    },
};

}  // namespace ihc
