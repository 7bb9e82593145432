#include "collectors/topology/texts.h"

#include <algorithm>
#include <cstdlib>

#include "base/limits.h"
#include "collectors/topology/dmidecode.h"
#include "collectors/topology/lscpu_text.h"
#include "collectors/topology/numactl.h"

namespace ihc {

namespace {

void note_conflict(const EvidenceReader& reader, const std::string& pointer, const std::string& path,
                   const std::string& used, const std::string& other) {
  const auto& sources = reader.facts().sources();
  const auto found = sources.find(pointer);
  reader.facts().conflict({.pointer = pointer,
                           .used = found == sources.end() || found->second.empty() ? "" : found->second.front(),
                           .other = path,
                           .detail = used + " against " + other});
}

std::string not_understood(const Unparsed& what) {
  return std::to_string(what.lines) + " line(s) not understood, the first is \"" + what.first + "\"";
}

// The facts at `pointer` may be less than the whole.
void note_partial(const EvidenceReader& reader, const std::string& pointer, const std::string& path,
                  const std::string& what) {
  reader.facts().found(pointer);
  reader.missing(pointer, "parse_error", path + " is partial: " + what);
}

std::string shown(const CpuSet& cpus) { return cpus.to_list(); }
std::string shown(std::int64_t number) { return std::to_string(number); }
std::string shown(const std::string& text) { return text; }

// Fills an absent fact, or notes that the text says something else of it.
template <class T>
void fill(const EvidenceReader& reader, std::optional<T>& fact, const std::optional<T>& value,
          const std::string& pointer, const std::string& path) {
  if (!value) return;
  if (fact) {
    if (!(*fact == *value)) note_conflict(reader, pointer, path, shown(*fact), shown(*value));
    return;
  }
  fact = value;
  reader.facts().source(pointer, path);
  reader.facts().found(pointer);
}

NumaNode* node_of(Topology& topology, std::int64_t id) {
  for (NumaNode& node : *topology.numa_nodes) {
    if (node.id == id) return &node;
  }
  return nullptr;
}

void count_nodes(const EvidenceReader& reader, Topology& topology, const std::string& path) {
  std::int64_t with_cpus = 0;
  for (const NumaNode& node : *topology.numa_nodes) {
    if (!node.cpus) return;
    with_cpus += node.cpus->empty() ? 0 : 1;
  }
  topology.cpu_node_count = with_cpus;
  for (const char* pointer : {"/topology/numa_nodes", "/topology/cpu_node_count"}) {
    reader.facts().source(pointer, path);
    reader.facts().found(pointer);
  }
}

std::string kind_of(const CpuSet& cpus, std::int64_t memory_total_bytes) {
  if (cpus.empty()) return memory_total_bytes > 0 ? "memory_only" : "empty";
  return memory_total_bytes > 0 ? "cpu_memory" : "cpu_only";
}

// The CPUs of a node whose own list was not read.
void fill_cpus(const EvidenceReader& reader, const std::optional<CpuSet>& cpus, const std::string& path,
               Topology& topology, NumaNode& node) {
  if (!cpus || node.cpus) return;
  const std::string pointer = "/topology/numa_nodes/" + std::to_string(&node - topology.numa_nodes->data());
  node.cpus = cpus;
  if (node.memory_total_bytes) {
    node.kind = kind_of(*cpus, *node.memory_total_bytes);
    reader.facts().found(pointer + "/kind");
  }
  reader.facts().source(pointer + "/cpus", path);
  reader.facts().found(pointer + "/cpus");
  count_nodes(reader, topology, path);
}

// ---- numactl --hardware --------------------------------------------------------------------------------------------

void add_numactl_node(Topology& topology, const NumactlNode& from) {
  NumaNode node{.id = from.id,
                .cpus = *from.cpus,
                .memory_total_bytes = from.memory_total_bytes,
                .memory_free_bytes = from.memory_free_bytes,
                .distances = from.distances};
  if (from.memory_total_bytes) node.kind = kind_of(*from.cpus, *from.memory_total_bytes);
  topology.numa_nodes->push_back(std::move(node));
}

void compare_numactl_node(const EvidenceReader& reader, const NumaNode& node, const NumactlNode& text,
                          const std::string& pointer, const std::string& path) {
  if (text.cpus && node.cpus && !(*text.cpus == *node.cpus)) {
    note_conflict(reader, pointer + "/cpus", path, shown(*node.cpus), shown(*text.cpus));
  }
  const auto difference = node.memory_total_bytes && text.memory_total_bytes
                              ? std::llabs(*node.memory_total_bytes - *text.memory_total_bytes)
                              : 0;
  // The text has whole mebibytes.
  if (difference >= static_cast<long long>(limits::kMiB)) {
    note_conflict(reader, pointer + "/memory_total_bytes", path, shown(*node.memory_total_bytes),
                  shown(*text.memory_total_bytes));
  }
  for (const auto& [to, distance] : text.distances) {
    const auto used = node.distances.find(to);
    if (used != node.distances.end() && used->second != distance) {
      note_conflict(reader, pointer + "/distances/" + to, path, shown(used->second), shown(distance));
    }
  }
}

std::string joined(const std::vector<std::string>& phrases) {
  std::string text;
  for (const std::string& phrase : phrases) text += (text.empty() ? "" : ", ") + phrase;
  return text;
}

void read_numactl(const EvidenceReader& reader, const std::string& path, Topology& topology) {
  const auto text = reader.bundle().text(path);
  const auto parsed = parse_numactl_hardware(text.value_or(std::string_view{}));
  const NumactlHardware& hardware = parsed.value;
  const bool had_nodes = topology.numa_nodes.has_value();
  if (!hardware.nodes.empty() && !had_nodes) topology.numa_nodes.emplace();
  for (const NumactlNode& text_node : hardware.nodes) {
    if (!had_nodes) {
      if (text_node.cpus) add_numactl_node(topology, text_node);
    } else if (NumaNode* node = node_of(topology, text_node.id)) {
      fill_cpus(reader, text_node.cpus, path, topology, *node);
      const auto index = node - topology.numa_nodes->data();
      compare_numactl_node(reader, *node, text_node, "/topology/numa_nodes/" + std::to_string(index), path);
    }
  }
  if (!had_nodes && topology.numa_nodes) {
    count_nodes(reader, topology, path);
    CpuSet all;
    for (const NumaNode& node : *topology.numa_nodes) all = all | node.cpus.value_or(CpuSet{});
    if (!topology.cpus_online && hardware.lacking.empty() && !all.empty()) {
      fill(reader, topology.cpus_online, std::optional(all), "/topology/cpus_online", path);
    }
  }
  if (!hardware.lacking.empty()) {
    note_partial(reader, "/topology/numa_nodes", path, "it lacks " + joined(hardware.lacking));
  } else if (parsed.unparsed.any()) {
    note_partial(reader, "/topology/numa_nodes", path, not_understood(parsed.unparsed));
  }
  if (hardware.no_numa && !topology.numa_nodes) {
    reader.missing("/topology/numa_nodes", "structural", "numactl found no NUMA support in this kernel");
  }
}

// ---- lscpu ---------------------------------------------------------------------------------------------------------

void add_lscpu_nodes(const EvidenceReader& reader, const LscpuText& lscpu, const std::string& path,
                     Topology& topology) {
  if (lscpu.node_cpus.empty()) return;
  if (!topology.numa_nodes) {
    topology.numa_nodes.emplace();
    for (const auto& [id, cpus] : lscpu.node_cpus) {
      NumaNode node{.id = id, .cpus = cpus};
      if (cpus.empty()) node.kind = "memory_only";  // lscpu lists a node without CPUs only for its memory
      topology.numa_nodes->push_back(std::move(node));
    }
    return count_nodes(reader, topology, path);
  }
  for (const auto& [id, cpus] : lscpu.node_cpus) {
    NumaNode* node = node_of(topology, id);
    if (node == nullptr) continue;
    fill_cpus(reader, cpus, path, topology, *node);
    if (*node->cpus == cpus) continue;
    const auto index = node - topology.numa_nodes->data();
    note_conflict(reader, "/topology/numa_nodes/" + std::to_string(index) + "/cpus", path, shown(*node->cpus),
                  shown(cpus));
  }
}

void add_lscpu_packages(const EvidenceReader& reader, const LscpuText& lscpu, const std::string& path,
                        Topology& topology) {
  if (!topology.packages && !lscpu.socket_cpus.empty()) {
    topology.packages.emplace();
    for (const auto& [id, cpus] : lscpu.socket_cpus) {
      const auto cores = std::count_if(lscpu.core_cpus.begin(), lscpu.core_cpus.end(),
                                       [id = id](const auto& core) { return core.first.first == id; });
      topology.packages->push_back(
          {.id = id, .cpus = cpus, .cores = cores > 0 ? std::optional<std::int64_t>(cores) : std::nullopt});
    }
    reader.facts().source("/topology/packages", path);
    reader.facts().found("/topology/packages");
  }
  if (!topology.core_siblings && !lscpu.core_cpus.empty()) {
    topology.core_siblings.emplace();
    std::size_t widest = 0;
    for (const auto& [key, cpus] : lscpu.core_cpus) {
      topology.core_siblings->push_back(cpus);
      widest = std::max(widest, cpus.size());
    }
    std::sort(topology.core_siblings->begin(), topology.core_siblings->end(),
              [](const CpuSet& left, const CpuSet& right) { return left.numbers().front() < right.numbers().front(); });
    reader.facts().source("/topology/core_siblings", path);
    reader.facts().found("/topology/core_siblings");
    fill(reader, topology.cores, std::optional<std::int64_t>(lscpu.core_cpus.size()), "/topology/cores", path);
    fill(reader, topology.threads_per_core, std::optional<std::int64_t>(widest), "/topology/threads_per_core", path);
  }
}

void read_lscpu(const EvidenceReader& reader, const std::string& path, Topology& topology) {
  const auto text = reader.bundle().text(path);
  const auto parsed = parse_lscpu(text.value_or(std::string_view{}));
  const LscpuText& lscpu = parsed.value;
  fill(reader, topology.cpus_online, lscpu.online, "/topology/cpus_online", path);
  fill(reader, topology.cpus_offline, lscpu.offline, "/topology/cpus_offline", path);
  fill(reader, topology.cpu_vendor, lscpu.vendor, "/topology/cpu_vendor", path);
  fill(reader, topology.cpu_model, lscpu.model, "/topology/cpu_model", path);
  fill(reader, topology.threads_per_core, lscpu.threads_per_core, "/topology/threads_per_core", path);
  fill(reader, topology.package_count, lscpu.sockets, "/topology/package_count", path);
  if (lscpu.sockets && lscpu.cores_per_socket) {
    fill(reader, topology.cores, std::optional(*lscpu.sockets * *lscpu.cores_per_socket), "/topology/cores", path);
  }
  fill(reader, topology.l3_domains, lscpu.l3_instances, "/topology/l3_domains", path);
  add_lscpu_packages(reader, lscpu, path, topology);
  add_lscpu_nodes(reader, lscpu, path, topology);
  if (lscpu.cut) {
    note_partial(reader, "/topology/cpus_online", path, "it lacks lines that lscpu prints");
  } else if (parsed.unparsed.any()) {
    note_partial(reader, "/topology/cpus_online", path, not_understood(parsed.unparsed));
  }
}

void read_memory_slots(const EvidenceReader& reader, Topology& topology) {
  const std::string pointer = "/topology/memory_slots";
  const auto paths = reader.bundle().glob("commands/dmidecode-memory*/stdout");
  if (paths.empty()) return reader.explain("commands/dmidecode-memory/stdout", pointer);
  const std::string& path = paths.front();
  auto parsed = parse_dmidecode_memory(reader.bundle().text(path).value_or(std::string_view{}));
  if (parsed.value.slots.empty()) {
    return reader.missing(pointer, parsed.unparsed.any() ? "parse_error" : "structural",
                          "the firmware describes no memory slot");
  }
  topology.memory_slots = std::move(parsed.value.slots);
  reader.facts().source(pointer, path);
  if (parsed.value.cut) note_partial(reader, pointer, path, "the last slot is not whole and was left out");
}

}  // namespace

Likeness like_node_cpulist(std::string_view text) {
  const std::string_view list = trim(text);
  constexpr std::size_t kMostBytes = 16 * limits::kKiB;
  if (list.empty() || list.size() > kMostBytes || list.find('\n') != std::string_view::npos) return Likeness::no;
  // A number alone may be anything.
  if (list.find_first_of(",-") == std::string_view::npos) return Likeness::no;
  return CpuSet::parse_list(list) ? Likeness::maybe : Likeness::no;
}

void read_topology_texts(const EvidenceReader& reader, Topology& topology) {
  for (const std::string& path : reader.bundle().glob("commands/numactl-hardware*/stdout")) {
    read_numactl(reader, path, topology);
  }
  for (const std::string& path : reader.bundle().glob("commands/lscpu*/stdout")) read_lscpu(reader, path, topology);
  read_memory_slots(reader, topology);
}

}  // namespace ihc
