// The libnuma probe: what the library that pins processes believes of this machine.
//
//   {"calls": {"distances": "numa_distance(3)", …}, "available": true, "max_node": 1, "preferred_node": 0,
//    "nodes": [{"id": 0, "memory_total_bytes": 67421757440, "memory_free_bytes": 1231912960,
//               "distances": {"0": 10, "1": 21}}, …]}

#include <numa.h>

#include "base/json.h"
#include "collectors/topology/numa_nodes.h"

namespace ihc {

namespace {

bool is_known_node(int id) { return numa_bitmask_isbitset(numa_all_nodes_ptr, static_cast<unsigned>(id)) != 0; }

Json describe_node(int id, int max_node) {
  Json node{{"id", id}};
  long long free_bytes = 0;
  const long long total_bytes = numa_node_size64(id, &free_bytes);
  if (total_bytes >= 0) {
    node["memory_total_bytes"] = total_bytes;
    node["memory_free_bytes"] = free_bytes;
  }
  Json distances = Json::object();
  for (int other = 0; other <= max_node; ++other) {
    const int distance = is_known_node(other) ? numa_distance(id, other) : 0;
    if (distance > 0) distances[std::to_string(other)] = distance;
  }
  node["distances"] = std::move(distances);
  return node;
}

}  // namespace

Result<std::string> probe_numa(int) {
  Json document{{"calls",
                 {{"available", "numa_available(3)"},
                  {"max_node", "numa_max_node(3)"},
                  {"nodes", "numa_all_nodes_ptr, numa(3)"},
                  {"memory_total_bytes", "numa_node_size64(3)"},
                  {"distances", "numa_distance(3)"},
                  {"preferred_node", "numa_preferred(3)"}}},
                {"available", numa_available() >= 0}};
  if (numa_available() < 0) return to_pretty_text(document);
  const int max_node = numa_max_node();
  document["max_node"] = max_node;
  // -1 says that no node is preferred, which is no node.
  if (const int preferred = numa_preferred(); preferred >= 0) document["preferred_node"] = preferred;
  Json nodes = Json::array();
  for (int id = 0; id <= max_node; ++id) {
    if (is_known_node(id)) nodes.push_back(describe_node(id, max_node));
  }
  document["nodes"] = std::move(nodes);
  return to_pretty_text(document);
}

}  // namespace ihc
