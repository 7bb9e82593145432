// The parsers of node memory and its counters.
#pragma once

#include <array>

#include "collectors/numa_memory/memory_threads.h"
#include "collectors/numa_memory/numastat_text.h"
#include "collectors/numa_memory/zoneinfo.h"
#include "facts/describe.h"
#include "support/parsers/parser.h"

namespace ihc::test {

inline Json table_json(const Parsed<NumastatTable>& parsed) {
  Json nodes = Json::object();
  for (const auto& [id, rows] : parsed.value.nodes) nodes[std::to_string(id)] = rows;
  return with_account({{"unit", parsed.value.unit == NumastatUnit::pages ? "pages" : "mebibytes"},
                       {"nodes", std::move(nodes)},
                       {"cut", parsed.value.cut}},
                      parsed.unparsed);
}

inline Json run_numastat_system(std::string_view text) { return table_json(parse_numastat_system(text)); }
inline Json run_numastat_memory(std::string_view text) { return table_json(parse_numastat_memory(text)); }

inline Json run_zoneinfo(std::string_view text) {
  const auto parsed = parse_zoneinfo(text);
  Json nodes = Json::object();
  for (const auto& [id, zones] : parsed.value) nodes[std::to_string(id)] = facts_to_json(zones);
  return with_account({{"nodes", std::move(nodes)}}, parsed.unparsed);
}

inline Json run_memory_threads(std::string_view text) {
  const auto times = parse_memory_threads(text);
  return times ? Json{{"cpu_ms", *times}} : Json();
}

inline constexpr std::array kNumaMemoryParsers{
    Parser{"numastat_system",
           "                           node0           node1\nnuma_hit               386594585       386590000\n"
           "numa_miss                      0               3\nnuma_foreign                   3               0\n"
           "interleave_hit             63717           63718\nlocal_node             386594585       386580000\n"
           "other_node                     0           10000\n",
           run_numastat_system},
    Parser{"numastat_memory",
           "\nPer-node system memory usage (in MBs):\nToken SecPageTables not in hash table.\n"
           "                          Node 0          Node 1           Total\n"
           "                 --------------- --------------- ---------------\n"
           "MemTotal                16008.95        16100.00        32108.95\n"
           "MemFree                   168.91          200.10          369.01\n",
           run_numastat_memory},
    Parser{"zoneinfo",
           "Node 0, zone   Normal\n  per-node stats\n      nr_inactive_anon 39\n  pages free     3832\n"
           "        boost    0\n        min      68\n        low      85\n        high     102\n        spanned  4095\n"
           "        present  3997\n        managed  3976\n        protection: (0, 2871)\n      nr_free_pages 3832\n"
           "  pagesets\n    cpu: 0\n              high:  186\n  start_pfn:           1\n",
           run_zoneinfo},
    Parser{"memory_threads", "{\"ticks_per_second\": 100, \"threads\": [{\"name\": \"khugepaged\", \"ticks\": 388}]}\n",
           run_memory_threads},
};

}  // namespace ihc::test
