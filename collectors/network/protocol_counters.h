// /proc/net/snmp and /proc/net/netstat: two lines a protocol, names above values.
//
//   TcpExt: SyncookiesSent SyncookiesRecv ListenOverflows ListenDrops
//   TcpExt: 0 0 12 12
//
// Source: Documentation/networking/snmp_counter.rst, net/ipv4/proc.c.
#pragma once

#include <string_view>

#include "collectors/reading/counters.h"

namespace ihc {

/// "TcpExt.ListenOverflows" → 12. Two lines that do not have the same number of words are not understood.
Parsed<Counters> parse_protocol_counters(std::string_view text);

/// Settings and levels among them: Tcp.MaxConn and the like, which are no counters.
bool is_protocol_level(std::string_view name);

}  // namespace ihc
