// What stands in front of the server on its command line, and what it asks for.
//
//   /usr/bin/numactl --cpunodebind=0 --membind=0 /usr/bin/taskset -c 0-15 chrt -f 10 /usr/local/bin/vllm serve m
//
// Sources: numactl(8), taskset(1), chrt(1), nice(1), ionice(1), env(1); getopt_long(3) for how options may be written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "facts/services.h"

namespace ihc {

/// The words of a command line as systemd and a shell split it: blanks, '…', "…" and backslashes. Specifiers and
/// variables stay as they are.
std::vector<std::string> split_command_line(std::string_view text);

/// The wrappers, outermost first. Looks through env, exec, nohup, setsid and `sh -c "…"`; stops at the first program
/// that is none of these. systemd's prefixes of the program ("-", "@", "+", "!", ":") are skipped.
std::vector<LaunchWrapper> launch_wrappers(const std::vector<std::string>& arguments);

}  // namespace ihc
