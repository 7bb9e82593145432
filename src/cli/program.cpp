#include "cli/program.h"

#include <exception>
#include <iostream>
#include <map>

#include "base/version.h"
#include "cli/command.h"

namespace ihc {

namespace {

ExitCode run(int argc, char** argv) {
  CommandContext context;
  context.arguments.assign(argv + 1, argv + argc);
  CLI::App app{"Inference Health Check: does this node's OS, NUMA placement or CPU policy cost inference latency?",
               "ihc"};
  app.set_version_flag("--version", std::string("ihc ") + kVersion);
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "help of every subcommand");
  app.fallthrough();
  app.add_flag("--quiet,-q", context.quiet, "no progress and no talk on standard error");

  std::map<const CLI::App*, std::function<ExitCode()>> actions;
  for (const Command* command : all_commands()) {
    CLI::App* subcommand = app.add_subcommand(std::string(command->name), std::string(command->about));
    actions[subcommand] = command->declare(*subcommand, context);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int outcome = app.exit(error, std::cout, std::cerr);
    return outcome == 0 ? ExitCode::done : ExitCode::usage;
  }
  return actions.at(app.get_subcommands().front())();
}

}  // namespace

ExitCode report_error(const Error& error) {
  std::cerr << "ihc: " << to_string(error) << "\n";
  return exit_code_for(error.code);
}

int run_program(int argc, char** argv) {
  try {
    return static_cast<int>(run(argc, argv));
  } catch (const std::bad_alloc&) {
    std::cerr << "ihc: out of memory\n";
  } catch (const std::exception&) {
    std::cerr << "ihc: internal error; please report it together with the command line\n";
  }
  return static_cast<int>(ExitCode::internal);
}

}  // namespace ihc
