// /etc/os-release: shell-like assignments, values quoted or not. Source: os-release(5).
//
//   PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
//   ID=debian
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "collectors/reading/parsed.h"

namespace ihc {

Parsed<std::map<std::string, std::string>> parse_os_release(std::string_view text);

}  // namespace ihc
