// The parsers of CPUs and NUMA nodes.
#pragma once

#include <array>

#include "collectors/topology/cpuinfo.h"
#include "collectors/topology/numa_nodes.h"
#include "support/parsers/parser.h"

namespace ihc::test {

inline Json run_cpuinfo(std::string_view text) {
  const auto parsed = parse_cpuinfo(text);
  return with_account({{"processors", shown(parsed.value.processors)},
                       {"vendor", shown(parsed.value.vendor)},
                       {"model", shown(parsed.value.model)},
                       {"has_hypervisor_flag", shown(parsed.value.has_hypervisor_flag)}},
                      parsed.unparsed);
}

inline Json run_distances(std::string_view text) { return {{"row", shown(parse_distances(text))}}; }

inline Json run_numa_probe(std::string_view text) {
  const auto nodes = parse_numa_probe(text);
  if (!nodes) return nullptr;
  Json list = Json::array();
  for (const ProbedNode& node : *nodes) {
    list.push_back(
        {{"id", node.id}, {"memory_total_bytes", shown(node.memory_total_bytes)}, {"distances", node.distances}});
  }
  return {{"nodes", std::move(list)}};
}

inline constexpr std::array kTopologyParsers{
    Parser{"cpuinfo",
           "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Xeon\nflags\t\t: fpu vme hypervisor\n\n",
           run_cpuinfo},
    Parser{"distances", "10 21 31 21\n", run_distances},
    Parser{"numa_probe", "{\"nodes\": [{\"id\": 0, \"memory_total_bytes\": 4096, \"distances\": {\"0\": 10}}]}\n",
           run_numa_probe},
};

}  // namespace ihc::test
