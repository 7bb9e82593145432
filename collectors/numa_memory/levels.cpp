#include "collectors/numa_memory/levels.h"

#include <algorithm>

#include <unistd.h>

#include "base/json.h"
#include "collectors/numa_memory/memory_threads.h"
#include "collectors/numa_memory/zoneinfo.h"
#include "collectors/reading/counters.h"
#include "collectors/reading/huge_pages.h"

namespace ihc {

namespace {

const std::string kNodeDir = "root/sys/devices/system/node/";

std::string pointer_of(const NumaMemory& memory, const NumaMemoryNode& node) {
  return "/numa_memory/nodes/" + std::to_string(&node - memory.nodes->data());
}

// ---- per node ------------------------------------------------------------------------------------------------------

void read_node_memory(const EvidenceReader& reader, NumaMemory& memory) {
  for (const std::string& path : reader.bundle().glob(kNodeDir + "node*/meminfo")) {
    const auto id = number_after(components_after({path}, kNodeDir).front(), "node");
    if (!id) continue;
    auto parsed = parse_meminfo(reader.bundle().text(path).value_or(std::string_view{}));
    // Counts of pages among sizes in bytes.
    std::erase_if(parsed.value, [](const auto& entry) { return entry.first.starts_with("HugePages_"); });
    if (parsed.value.empty()) continue;
    NumaMemoryNode& node = memory_node(memory, *id);
    node.memory_bytes = std::move(parsed.value);
    reader.facts().source(pointer_of(memory, node) + "/memory_bytes", path);
  }
}

void read_zones(const EvidenceReader& reader, NumaMemory& memory) {
  const std::string path = "root/proc/zoneinfo";
  const auto text = reader.bundle().text(path);
  if (!text) return reader.explain(path, "/numa_memory/zones");
  auto parsed = parse_zoneinfo(*text);
  for (auto& [id, zones] : parsed.value) {
    NumaMemoryNode& node = memory_node(memory, id);
    node.zones = std::move(zones);
    reader.facts().source(pointer_of(memory, node) + "/zones", path);
  }
  if (parsed.unparsed.any()) reader.unparsed("/numa_memory/zones", path, parsed.unparsed);
}

// ---- the whole system ----------------------------------------------------------------------------------------------

void read_huge_pages(const EvidenceReader& reader, NumaMemory& memory) {
  const std::string dir = "root/sys/kernel/mm/hugepages/";
  std::vector<std::string> used;
  auto pools = huge_pages_at(reader.bundle(), dir, used);
  if (pools.empty()) return reader.explain(dir + "hugepages-2048kB/nr_hugepages", "/numa_memory/huge_pages");
  memory.huge_pages = std::move(pools);
  if (!used.empty()) reader.facts().source("/numa_memory/huge_pages", used.front());
}

void read_page_size(const EvidenceReader& reader, NumaMemory& memory) {
  const std::string path = "probes/page-size.json";
  const auto text = reader.text(path, "/numa_memory/page_bytes");
  const auto json = text ? parse_json(*text, path) : fail(ErrorCode::not_found, "not probed", path);
  if (!json || !json->is_object()) return;
  const auto bytes = json->find("page_bytes");
  if (bytes != json->end() && bytes->is_number_unsigned()) memory.page_bytes = bytes->get<std::int64_t>();
}

void read_balancing(const EvidenceReader& reader, NumaMemory& memory) {
  const struct {
    const char* name;
    std::optional<std::int64_t> BalancingScan::*member;
  } rows[] = {{"scan_delay_ms", &BalancingScan::scan_delay_ms},
              {"scan_period_min_ms", &BalancingScan::scan_period_min_ms},
              {"scan_period_max_ms", &BalancingScan::scan_period_max_ms},
              {"scan_size_mb", &BalancingScan::scan_size_mb},
              {"hot_threshold_ms", &BalancingScan::hot_threshold_ms}};
  const std::string debugfs = "root/sys/kernel/debug/sched/numa_balancing/";
  const std::string sysctl = "root/proc/sys/kernel/numa_balancing_";
  BalancingScan scan;
  bool any = false;
  for (const auto& row : rows) {
    for (const std::string& path : {debugfs + row.name, sysctl + row.name}) {
      const auto value = integer_at(reader.bundle(), path);
      if (scan.*row.member || !value || *value < 0) continue;
      scan.*row.member = value;
      reader.facts().source("/numa_memory/balancing_scan/" + std::string(row.name), path);
      any = true;
    }
  }
  if (any) {
    memory.balancing_scan = scan;
  } else {
    reader.explain(debugfs + "scan_period_min_ms", "/numa_memory/balancing_scan");
  }
}

void read_tiers(const EvidenceReader& reader, NumaMemory& memory) {
  const std::string demotion = "root/sys/kernel/mm/numa/demotion_enabled";
  const std::string pointer = "/numa_memory/demotion_enabled";
  if (const auto text = reader.text(demotion, pointer)) {
    const std::string_view word = trim(*text);
    if (word == "true" || word == "1") memory.demotion_enabled = true;
    if (word == "false" || word == "0") memory.demotion_enabled = false;
    if (!memory.demotion_enabled) reader.missing(pointer, "parse_error", demotion + " is neither true nor false");
  }
  const std::string dir = "root/sys/devices/virtual/memory_tiering/";
  std::vector<MemoryTier> tiers;
  for (const std::string& path : reader.bundle().glob(dir + "memory_tier*/nodelist")) {
    const auto id = number_after(components_after({path}, dir).front(), "memory_tier");
    const auto nodes = reader.cpu_list(path, "/numa_memory/memory_tiers");
    if (id && nodes) tiers.push_back({.id = *id, .nodes = *nodes});
  }
  if (tiers.empty()) return reader.explain(dir + "memory_tier4/nodelist", "/numa_memory/memory_tiers");
  std::ranges::sort(tiers, {}, &MemoryTier::id);
  memory.memory_tiers = std::move(tiers);
}

// ---- threads of the kernel -----------------------------------------------------------------------------------------

void read_khugepaged(const EvidenceReader& reader, NumaMemory& memory) {
  const std::string dir = "root/sys/kernel/mm/transparent_hugepage/khugepaged/";
  const std::string pointer = "/numa_memory/khugepaged_delta";
  std::map<std::string, std::int64_t> growth;
  for (const std::string name : {"full_scans", "pages_collapsed"}) {
    std::vector<std::int64_t> values;
    for (const Reading& reading : reader.bundle().samples(dir + name)) {
      const auto value = parse_number<std::int64_t>(reading.bytes);
      if (reading.status == EvidenceStatus::ok && value) values.push_back(*value);
    }
    if (values.size() < 2 || !std::is_sorted(values.begin(), values.end())) continue;
    growth[name] = values.back() - values.front();
    reader.facts().source(pointer, dir + name);
  }
  if (growth.empty()) return reader.explain(dir + "pages_collapsed", pointer);
  memory.khugepaged_delta = std::move(growth);
}

void read_threads(const EvidenceReader& reader, NumaMemory& memory) {
  const std::string pointer = "/numa_memory/kernel_threads";
  const std::string first_path = "probes/memory-threads-start.json";
  const std::string last_path = "probes/memory-threads-end.json";
  const auto times_at = [&reader](const std::string& path) {
    const auto text = reader.bundle().text(path);
    return text ? parse_memory_threads(*text) : std::nullopt;
  };
  const auto first = times_at(first_path);
  const auto last = times_at(last_path);
  if (!first && !last) return reader.explain(last_path, pointer);
  memory.kernel_threads.emplace();
  for (const auto& [name, ms] : last ? *last : *first) {
    KernelMemoryThread thread{.name = name, .cpu_ms = ms};
    const auto before = first && last ? first->find(name) : std::map<std::string, std::int64_t>::const_iterator{};
    if (first && last && before != first->end() && ms >= before->second) thread.cpu_ms_delta = ms - before->second;
    memory.kernel_threads->push_back(std::move(thread));
  }
  if (first) reader.facts().source(pointer, first_path);
  if (last) reader.facts().source(pointer, last_path);
}

}  // namespace

NumaMemoryNode& memory_node(NumaMemory& memory, std::int64_t id) {
  if (!memory.nodes) memory.nodes.emplace();
  const auto place = std::ranges::lower_bound(*memory.nodes, id, {}, &NumaMemoryNode::id);
  if (place != memory.nodes->end() && place->id == id) return *place;
  return *memory.nodes->insert(place, NumaMemoryNode{.id = id});
}

void read_memory_levels(const EvidenceReader& reader, NumaMemory& memory) {
  read_node_memory(reader, memory);
  read_zones(reader, memory);
  read_huge_pages(reader, memory);
  read_page_size(reader, memory);
  read_balancing(reader, memory);
  read_tiers(reader, memory);
  read_khugepaged(reader, memory);
  read_threads(reader, memory);
}

Result<std::string> probe_page_size(int) {
  return to_pretty_text(Json{{"call", "sysconf(_SC_PAGESIZE)"}, {"page_bytes", sysconf(_SC_PAGESIZE)}});
}

}  // namespace ihc
