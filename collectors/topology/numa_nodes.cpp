#include "collectors/topology/numa_nodes.h"

#include <algorithm>

#include "base/json.h"
#include "collectors/reading/counters.h"

namespace ihc {

namespace {

const std::string kNodeDir = "root/sys/devices/system/node/";

std::string node_dir(std::int64_t id) { return kNodeDir + "node" + std::to_string(id) + "/"; }

std::vector<std::int64_t> node_ids(const Bundle& bundle) {
  if (const auto online = cpu_set_at(bundle, kNodeDir + "online"); online && !online->empty()) {
    const auto numbers = online->numbers();
    return {numbers.begin(), numbers.end()};
  }
  // Kernels before 2.6.28 have no list of nodes; their directories are the list. One that has the other lists has this.
  for (const char* list : {"possible", "has_cpu", "has_memory", "has_normal_memory"}) {
    if (!bundle.text(kNodeDir + "online") && bundle.text(kNodeDir + list)) return {};
  }
  std::vector<std::int64_t> ids;
  for (const char* file : {"node*/meminfo", "node*/cpulist", "node*/cpumap"}) {
    for (const std::string& name : components_after(bundle.glob(kNodeDir + file), kNodeDir)) {
      if (const auto id = number_after(name, "node")) ids.push_back(*id);
    }
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  // A row of distances has a column for each node: more of them than directories are nodes that were not read.
  for (const std::string& path : bundle.glob(kNodeDir + "node*/distance")) {
    const auto row = parse_distances(*bundle.text(path));
    if (row && row->size() > ids.size()) return {};
  }
  return ids;
}

// A kind says both of CPUs and of memory: without either there is none.
std::optional<std::string> kind_of(const NumaNode& node, std::optional<bool> has_memory) {
  if (!node.cpus || !has_memory) return std::nullopt;
  if (node.cpus->empty()) return *has_memory ? "memory_only" : "empty";
  return *has_memory ? "cpu_memory" : "cpu_only";
}

// The columns of a row are the online nodes in ascending order, so a row of another length belongs to nothing.
void read_distances(const EvidenceReader& reader, const std::vector<std::int64_t>& ids, const std::string& pointer,
                    NumaNode& node) {
  const std::string path = node_dir(node.id) + "distance";
  const auto text = reader.text(path, pointer);
  if (!text) return;
  const auto row = parse_distances(*text);
  if (!row || row->size() != ids.size()) {
    return reader.missing(pointer, "parse_error", path + " does not have one number for each online node");
  }
  for (std::size_t column = 0; column < ids.size(); ++column) {
    node.distances[std::to_string(ids[column])] = (*row)[column];
  }
}

// By its size, else by the kernel's lists: a node with movable memory alone is not in that of normal memory.
std::optional<bool> has_memory(const Bundle& bundle, const NumaNode& node) {
  if (node.memory_total_bytes) return *node.memory_total_bytes > 0;
  const auto id = static_cast<std::uint32_t>(node.id);
  if (const auto nodes = cpu_set_at(bundle, kNodeDir + "has_memory")) return nodes->contains(id);
  const auto normal = cpu_set_at(bundle, kNodeDir + "has_normal_memory");
  return normal && normal->contains(id) ? std::optional(true) : std::nullopt;
}

void read_cpus_of(const EvidenceReader& reader, const std::string& pointer, const std::optional<CpuSet>& online,
                  NumaNode& node) {
  const std::string list = node_dir(node.id) + "cpulist";
  const std::string map = node_dir(node.id) + "cpumap";
  const auto cpus = cpu_set_at(reader.bundle(), list, map);
  if (!cpus) return reader.explain(list, pointer + "/cpus");
  node.cpus = online ? *cpus & *online : *cpus;
  reader.facts().source(pointer, reader.bundle().text(list) ? list : map);
}

void read_memory(const EvidenceReader& reader, const std::string& pointer, NumaNode& node) {
  const std::string path = node_dir(node.id) + "meminfo";
  const auto text = reader.text(path, pointer + "/memory_total_bytes");
  if (!text) return;
  const Parsed<Counters> meminfo = parse_meminfo(*text);
  node.memory_total_bytes = counter(meminfo.value, "MemTotal");
  node.memory_free_bytes = counter(meminfo.value, "MemFree");
  if (!node.memory_total_bytes) reader.unparsed(pointer + "/memory_total_bytes", path, meminfo.unparsed);
}

NumaNode read_node(const EvidenceReader& reader, const std::vector<std::int64_t>& ids, std::size_t index,
                   const Topology& topology) {
  const std::string pointer = "/topology/numa_nodes/" + std::to_string(index);
  NumaNode node{.id = ids[index]};
  read_cpus_of(reader, pointer, topology.cpus_online, node);
  read_memory(reader, pointer, node);
  read_distances(reader, ids, pointer + "/distances", node);
  node.kind = kind_of(node, has_memory(reader.bundle(), node));
  if (!node.kind) reader.explain(node_dir(node.id) + (node.cpus ? "meminfo" : "cpulist"), pointer + "/kind");
  return node;
}

std::optional<std::int64_t> integer_member(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  const auto value = found->get<std::int64_t>();
  return value >= 0 ? std::optional(value) : std::nullopt;
}

std::optional<ProbedNode> read_probed_node(const Json& json) {
  if (!json.is_object()) return std::nullopt;
  const auto id = integer_member(json, "id");
  if (!id) return std::nullopt;
  ProbedNode node{.id = *id, .memory_total_bytes = integer_member(json, "memory_total_bytes")};
  const auto distances = json.find("distances");
  if (distances == json.end() || !distances->is_object()) return node;
  for (const auto& [to, distance] : distances->items()) {
    if (distance.is_number_unsigned()) node.distances[to] = distance.get<std::int64_t>();
  }
  return node;
}

// sysfs is what the facts use: it shows every node, while libnuma shows those that this process may use.
void compare_with_probe(const EvidenceReader& reader, const std::vector<NumaNode>& nodes) {
  const std::string path = "probes/numa.json";
  const auto text = reader.bundle().text(path);
  const auto probed = text ? parse_numa_probe(*text) : std::nullopt;
  if (!probed) return;
  reader.facts().source("/topology/numa_nodes", path);
  for (std::size_t index = 0; index < nodes.size(); ++index) {
    const NumaNode& node = nodes[index];
    const auto twin =
        std::find_if(probed->begin(), probed->end(), [&](const ProbedNode& other) { return other.id == node.id; });
    if (twin == probed->end()) continue;
    const std::string pointer = "/topology/numa_nodes/" + std::to_string(index);
    if (node.memory_total_bytes && twin->memory_total_bytes && *node.memory_total_bytes != *twin->memory_total_bytes) {
      reader.facts().conflict({.pointer = pointer + "/memory_total_bytes",
                               .used = node_dir(node.id) + "meminfo",
                               .other = path,
                               .detail = std::to_string(*node.memory_total_bytes) + " against " +
                                         std::to_string(*twin->memory_total_bytes) + " bytes"});
    }
    for (const auto& [to, distance] : twin->distances) {
      const auto used = node.distances.find(to);
      // libnuma gives 0 where it knows no distance.
      if (used == node.distances.end() || distance == 0 || used->second == distance) continue;
      reader.facts().conflict({.pointer = pointer + "/distances/" + to,
                               .used = node_dir(node.id) + "distance",
                               .other = path,
                               .detail = std::to_string(used->second) + " against " + std::to_string(distance)});
    }
  }
}

// Where directories stand in for the list of nodes: every CPU is on a node, and online CPUs on none of these are those
// of a node of which nothing was read.
bool has_lost_node(const Bundle& bundle, const Topology& topology) {
  if (bundle.text(kNodeDir + "online")) return false;
  CpuSet covered;
  for (const NumaNode& node : *topology.numa_nodes) covered = covered | *node.cpus;
  return topology.cpus_online && !covered.empty() && !topology.cpus_online->is_subset_of(covered);
}

}  // namespace

std::optional<std::vector<std::int64_t>> parse_distances(std::string_view text) {
  std::vector<std::int64_t> row;
  const auto lines = split_lines(text);
  if (lines.empty()) return std::nullopt;
  for (const std::string_view word : split_words(lines.front())) {
    const auto distance = parse_number<std::uint32_t>(word);
    if (!distance) return std::nullopt;
    row.push_back(*distance);
  }
  return row.empty() ? std::nullopt : std::optional(std::move(row));
}

std::optional<std::vector<ProbedNode>> parse_numa_probe(std::string_view text) {
  const auto json = parse_json(text, "probes/numa.json");
  if (!json || !json->is_object()) return std::nullopt;
  const auto nodes = json->find("nodes");
  if (nodes == json->end() || !nodes->is_array()) return std::nullopt;
  std::vector<ProbedNode> probed;
  for (const Json& entry : *nodes) {
    if (auto node = read_probed_node(entry)) probed.push_back(std::move(*node));
  }
  return probed;
}

void read_numa_nodes(const EvidenceReader& reader, Topology& topology) {
  const std::vector<std::int64_t> ids = node_ids(reader.bundle());
  if (ids.empty()) {
    reader.explain(kNodeDir + "online", "/topology/numa_nodes");
    return reader.explain(kNodeDir + "online", "/topology/cpu_node_count");
  }
  topology.numa_nodes.emplace();
  std::int64_t with_cpus = 0;
  bool all_known = true;
  for (std::size_t index = 0; index < ids.size(); ++index) {
    NumaNode node = read_node(reader, ids, index, topology);
    if (!node.cpus) {
      all_known = false;
      reader.explain(node_dir(node.id) + "cpulist", "/topology/cpu_node_count");
    } else if (!node.cpus->empty()) {
      ++with_cpus;
      reader.facts().source("/topology/cpu_node_count", node_dir(node.id) + "cpulist");
    }
    topology.numa_nodes->push_back(std::move(node));
  }
  if (all_known && has_lost_node(reader.bundle(), topology)) {
    topology.numa_nodes.reset();
    for (const char* pointer : {"/topology/numa_nodes", "/topology/cpu_node_count"}) {
      reader.missing(pointer, "file_absent", "no node that was read has some of the online CPUs");
    }
    return;
  }
  // Nodes of which nothing was read would not be missed where neither the list of nodes nor that of CPUs is there.
  if (all_known && !topology.cpus_online && !reader.bundle().text(kNodeDir + "online")) {
    all_known = false;
    reader.explain(kNodeDir + "online", "/topology/cpu_node_count");
  }
  if (all_known) topology.cpu_node_count = with_cpus;
  compare_with_probe(reader, *topology.numa_nodes);
}

}  // namespace ihc
