#include "collectors/topology/node_memory.h"

#include "collectors/reading/huge_pages.h"

namespace ihc {

namespace {

const std::string kNodeDir = "root/sys/devices/system/node/";

struct KindSource {
  const char* glob;
  const char* kind;
};

// Where memory stands that a driver of its own put online; each file holds the number of the node that it became.
constexpr KindSource kTargetNodes[] = {
    {"root/sys/bus/cxl/devices/region*/dax_region*/dax*/target_node", "cxl"},
    {"root/sys/bus/nd/devices/dax*/dax*/target_node", "pmem"},
    {"root/sys/bus/platform/devices/hmem.*/dax*/target_node", "reserved"},
};

struct FoundKind {
  std::string kind;
  std::string path;
};

std::map<std::int64_t, FoundKind> find_kinds(const Bundle& bundle) {
  std::map<std::int64_t, FoundKind> kinds;
  for (const KindSource& source : kTargetNodes) {
    for (const std::string& path : bundle.glob(source.glob)) {
      if (const auto node = integer_at(bundle, path); node && *node >= 0)
        kinds.emplace(*node, FoundKind{source.kind, path});
    }
  }
  for (const std::string& path : bundle.glob("root/proc/driver/nvidia/gpus/*/numa_status")) {
    if (const auto node = parse_numa_status(bundle.text(path).value_or(std::string_view{}))) {
      kinds.emplace(*node, FoundKind{"gpu", path});
    }
  }
  return kinds;
}

// Links to the initiators, or what a recorded tree shows through them.
CpuSet initiators_at(const Bundle& bundle, const std::string& dir) {
  CpuSet nodes;
  for (const char* pattern : {"node*", "node*/*"}) {
    for (const std::string& name : components_after(bundle.glob(dir + pattern), dir)) {
      if (const auto id = number_after(name, "node")) nodes.insert(static_cast<std::uint32_t>(*id));
    }
  }
  return nodes;
}

// Some firmware writes 0 for a number that it does not know.
std::optional<std::int64_t> positive_at(const Bundle& bundle, const std::string& path) {
  const auto value = integer_at(bundle, path);
  return value && *value > 0 ? value : std::nullopt;
}

void read_access(const EvidenceReader& reader, const std::string& pointer, NumaNode& node) {
  const std::string dir = kNodeDir + "node" + std::to_string(node.id) + "/access0/initiators/";
  NodeAccess access{.initiators = initiators_at(reader.bundle(), dir),
                    .read_latency_ns = positive_at(reader.bundle(), dir + "read_latency"),
                    .write_latency_ns = positive_at(reader.bundle(), dir + "write_latency"),
                    .read_bandwidth_mbps = positive_at(reader.bundle(), dir + "read_bandwidth"),
                    .write_bandwidth_mbps = positive_at(reader.bundle(), dir + "write_bandwidth")};
  if (access.initiators.empty() && !access.read_latency_ns && !access.read_bandwidth_mbps) return;
  node.access = std::move(access);
  reader.facts().source(pointer + "/access", dir + "read_latency");
}

void read_huge_pages(const EvidenceReader& reader, const std::string& pointer, NumaNode& node) {
  std::vector<std::string> used;
  auto pools = huge_pages_at(reader.bundle(), kNodeDir + "node" + std::to_string(node.id) + "/hugepages/", used);
  if (pools.empty()) return;
  node.huge_pages = std::move(pools);
  if (!used.empty()) reader.facts().source(pointer + "/huge_pages", used.front());
}

}  // namespace

std::optional<std::int64_t> parse_numa_status(std::string_view text) {
  for (const std::string_view line : split_lines(text)) {
    const auto pair = split_key_value(line, ':');
    if (!pair || pair->first != "Node") continue;
    const auto node = parse_number<std::uint16_t>(pair->second);
    return node ? std::optional<std::int64_t>(*node) : std::nullopt;
  }
  return std::nullopt;
}

void read_node_memory(const EvidenceReader& reader, Topology& topology) {
  if (!topology.numa_nodes) return;
  const auto kinds = find_kinds(reader.bundle());
  for (std::size_t index = 0; index < topology.numa_nodes->size(); ++index) {
    NumaNode& node = (*topology.numa_nodes)[index];
    const std::string pointer = "/topology/numa_nodes/" + std::to_string(index);
    // A device may have given memory to a node that has more of its own, as pmem of a socket does.
    if (const auto found = kinds.find(node.id); found != kinds.end() && node.cpus && node.cpus->empty()) {
      node.memory_kind = found->second.kind;
      reader.facts().source(pointer + "/memory_kind", found->second.path);
    }
    read_access(reader, pointer, node);
    read_huge_pages(reader, pointer, node);
    const std::string cache = kNodeDir + "node" + std::to_string(node.id) + "/memory_side_cache/index1/size";
    node.memory_side_cache_bytes = positive_at(reader.bundle(), cache);
    if (node.memory_side_cache_bytes) reader.facts().source(pointer + "/memory_side_cache_bytes", cache);
  }
}

}  // namespace ihc
