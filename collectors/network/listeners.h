// ss -ltnH: the listening TCP sockets, with how many connections wait and may wait.
//
//   LISTEN 0      2048         0.0.0.0:8000      0.0.0.0:*
//
// Source: ss(8): for a listening socket Recv-Q is the current backlog and Send-Q its limit.
#pragma once

#include <string_view>
#include <vector>

#include "collectors/reading/parsed.h"
#include "facts/network.h"

namespace ihc {

/// Sorted by address; the same address twice (SO_REUSEPORT) is there twice.
Parsed<std::vector<Listener>> parse_listeners(std::string_view text);

}  // namespace ihc
