// The parser of the kernel's log.
#pragma once

#include <array>

#include "collectors/kernel_log/events.h"
#include "support/parsers/parser.h"

namespace ihc::test {

inline Json run_kernel_log(std::string_view text) {
  const auto parsed = parse_kernel_log(text);
  return with_account({{"log", facts_to_json(parsed.value)}}, parsed.unparsed);
}

inline constexpr std::array kKernelLogParsers{
    Parser{"kernel_log",
           "[    0.000000] Linux version 6.1.0\n"
           "[  812.345678] NVRM: Xid (PCI:0000:3b:00): 79, pid=1234, name=python3, GPU has fallen off the bus.\n"
           "2026-09-15T19:52:49+0000 node7 kernel: watchdog: BUG: soft lockup - CPU#12 stuck for 22s! [python3:42]\n\n",
           run_kernel_log},
};

}  // namespace ihc::test
