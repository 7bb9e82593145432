// The load generator's account of itself: a client that is short of processor time measures itself.
#pragma once

#include <cstdint>

#include "bench/run.h"

namespace ihc::bench {

/// What this process has used so far: getrusage(2), /proc/self/schedstat.
struct ClientUse {
  std::int64_t at_ns = 0;
  double cpu_s = 0;
  std::optional<double> run_delay_s;
  std::int64_t involuntary_switches = 0;
  std::int64_t voluntary_switches = 0;
};
ClientUse client_use();

/// The difference of two readings, with the CPUs of this process, their nodes and governors.
ClientHealth client_health(const ClientUse& before, const ClientUse& after);

/// The process that listens on a TCP port of this machine and where it may run: /proc/net/tcp*, /proc/PID/fd,
/// /proc/PID/status. What may not be read stays absent.
void look_for_local_server(std::uint16_t port, ServerSeen& server);

/// The inodes of sockets that listen on a port, in a text of /proc/net/tcp or tcp6 (proc(5)).
std::vector<std::uint64_t> listening_inodes(std::string_view text, std::uint16_t port);

}  // namespace ihc::bench
