// The parsers of texts that several families have.
#pragma once

#include <array>

#include "collectors/reading/counters.h"
#include "collectors/reading/evidence_reader.h"
#include "support/parsers/parser.h"

namespace ihc::test {

inline Json run_counters(std::string_view text) {
  const auto parsed = parse_counters(text);
  return with_account({{"counters", parsed.value}}, parsed.unparsed);
}

inline Json run_meminfo(std::string_view text) {
  const auto parsed = parse_meminfo(text);
  return with_account({{"bytes", parsed.value}}, parsed.unparsed);
}

inline Json run_cpu_list(std::string_view text) { return {{"cpus", shown(parse_sysfs_cpu_list(text))}}; }

inline constexpr std::array kReadingParsers{
    Parser{"counters", "numa_hit 4054622700\nnuma_miss 12\n", run_counters},
    Parser{"meminfo", "Node 0 MemTotal:       65843512 kB\nNode 0 MemFree:         1203040 kB\n", run_meminfo},
    Parser{"cpu_list", "0-3,8\n", run_cpu_list},
};

}  // namespace ihc::test
