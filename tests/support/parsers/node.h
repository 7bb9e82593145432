// The parsers of what a machine says it is.
#pragma once

#include <array>

#include "collectors/node/os_release.h"
#include "support/parsers/parser.h"

namespace ihc::test {

inline Json run_os_release(std::string_view text) {
  const auto parsed = parse_os_release(text);
  return with_account({{"fields", parsed.value}}, parsed.unparsed);
}

inline constexpr std::array kNodeParsers{
    Parser{"os_release", "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n", run_os_release},
};

}  // namespace ihc::test
