// The program: declares every subcommand, parses the command line, runs the chosen one, and turns what escapes into
// exit code 70.
#pragma once

namespace ihc {

int run_program(int argc, char** argv);

}  // namespace ihc
