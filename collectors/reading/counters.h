// "name value" lines, as in /proc/vmstat and node*/numastat; and "Name: value kB" lines, as in /proc/meminfo and
// node*/meminfo.
//
//   numa_hit 4054622700              MemTotal:       65843512 kB            Node 0 MemTotal:       65843512 kB
//   numa_miss 0                      HugePages_Total:       0               Node 0 MemFree:         1203040 kB
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/reading/parsed.h"

namespace ihc {

using Counters = std::map<std::string, std::int64_t>;

/// One name and one whole number a line; other lines are not understood.
Parsed<Counters> parse_counters(std::string_view text);

/// Values with a unit in bytes, counts as they are; the "Node N " before the names is left out.
Parsed<Counters> parse_meminfo(std::string_view text);

/// The value of a name, or nothing.
std::optional<std::int64_t> counter(const Counters& counters, std::string_view name);

}  // namespace ihc
