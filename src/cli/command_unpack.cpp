// ihc unpack BUNDLE DIR: the plain tree of a bundle, for people and for tools that read a node's files.
#include <iostream>
#include <memory>
#include <string>

#include "bundle/bundle.h"
#include "cli/command.h"

namespace ihc {

namespace {

struct Options {
  std::string bundle;
  std::string directory;
};

ExitCode run(const Options& options, const CommandContext& context) {
  const auto bundle = open_bundle(options.bundle);
  if (!bundle) return report_error(bundle.error());
  if (const auto unpacked = unpack(**bundle, options.directory); !unpacked) return report_error(unpacked.error());
  if (!context.quiet) std::cerr << "ihc: unpacked into " << options.directory << "\n";
  return ExitCode::done;
}

}  // namespace

extern const Command k_unpack_command{
    .name = "unpack",
    .about = "Write a bundle's files as the plain tree of the node they came from",
    .declare = [](CLI::App& app, const CommandContext& context) -> std::function<ExitCode()> {
      const auto options = std::make_shared<Options>();
      app.add_option("BUNDLE", options->bundle, "a bundle: an archive or a folder")->required();
      app.add_option("DIR", options->directory, "a folder that does not exist yet, or is empty")->required();
      return [options, &context] { return run(*options, context); };
    },
};

}  // namespace ihc
