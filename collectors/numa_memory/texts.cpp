#include "collectors/numa_memory/texts.h"

#include <cmath>

#include "base/limits.h"
#include "collectors/numa_memory/levels.h"
#include "collectors/numa_memory/numastat_text.h"
#include "collectors/topology/numactl.h"

namespace ihc {

namespace {

constexpr double kMostPages = 9e15;  // beyond it a double has no whole numbers

std::string pointer_of(const NumaMemory& memory, const NumaMemoryNode& node) {
  return "/numa_memory/nodes/" + std::to_string(&node - memory.nodes->data());
}

std::optional<double> value_of(const std::map<std::string, double>& rows, const std::string& name) {
  const auto found = rows.find(name);
  return found == rows.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::int64_t> pages_of(const std::map<std::string, double>& rows, const std::string& name) {
  const auto value = value_of(rows, name);
  if (!value || *value > kMostPages || *value != std::floor(*value)) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

void note_partial(const EvidenceReader& reader, const std::string& path, bool cut, const Unparsed& unparsed) {
  const std::string pointer = "/numa_memory/nodes";
  if (!cut && !unparsed.any()) return;
  reader.facts().found(pointer);
  if (unparsed.any()) return reader.unparsed(pointer, path + " is partial", unparsed);
  reader.missing(pointer, "parse_error", path + " is partial: rows or columns of its table are not there");
}

void fill_pages(NumaMemoryNode& node, const std::map<std::string, double>& rows) {
  node.numa_hit = pages_of(rows, "numa_hit");
  node.numa_miss = pages_of(rows, "numa_miss");
  node.numa_foreign = pages_of(rows, "numa_foreign");
  node.interleave_hit = pages_of(rows, "interleave_hit");
  node.local_node = pages_of(rows, "local_node");
  node.other_node = pages_of(rows, "other_node");
}

NumaMegabytes megabytes_of(const std::map<std::string, double>& rows) {
  return {.numa_hit_mb = value_of(rows, "numa_hit"),
          .numa_miss_mb = value_of(rows, "numa_miss"),
          .numa_foreign_mb = value_of(rows, "numa_foreign"),
          .interleave_hit_mb = value_of(rows, "interleave_hit"),
          .local_node_mb = value_of(rows, "local_node"),
          .other_node_mb = value_of(rows, "other_node")};
}

void read_system(const EvidenceReader& reader, const std::string& path, NumaMemory& memory) {
  const auto parsed = parse_numastat_system(reader.bundle().text(path).value_or(std::string_view{}));
  for (const auto& [id, rows] : parsed.value.nodes) {
    NumaMemoryNode& node = memory_node(memory, id);
    const bool pages = parsed.value.unit == NumastatUnit::pages;
    if (pages && node.numa_hit) continue;  // the file of sysfs
    if (pages) fill_pages(node, rows);
    if (!pages) node.since_boot_mb = megabytes_of(rows);
    reader.facts().source(pointer_of(memory, node) + (pages ? "" : "/since_boot_mb"), path);
    reader.facts().found("/numa_memory/nodes");
  }
  note_partial(reader, path, parsed.value.cut, parsed.unparsed);
}

void read_memory(const EvidenceReader& reader, const std::string& path, NumaMemory& memory) {
  const auto parsed = parse_numastat_memory(reader.bundle().text(path).value_or(std::string_view{}));
  for (const auto& [id, rows] : parsed.value.nodes) {
    NumaMemoryNode& node = memory_node(memory, id);
    if (node.memory_bytes) continue;
    node.memory_bytes.emplace();
    for (const auto& [name, megabytes] : rows) {
      if (name.starts_with("HugePages_") || megabytes > kMostPages / limits::kMiB) continue;
      (*node.memory_bytes)[name] = std::llround(megabytes * limits::kMiB);
    }
    reader.facts().source(pointer_of(memory, node) + "/memory_bytes", path);
    reader.facts().found("/numa_memory/nodes");
  }
  note_partial(reader, path, parsed.value.cut, parsed.unparsed);
}

void read_show(const EvidenceReader& reader, const std::string& path, NumaMemory& memory) {
  const std::string pointer = "/numa_memory/shell_policy";
  const auto parsed = parse_numactl_show(reader.bundle().text(path).value_or(std::string_view{}));
  const NumactlShow& show = parsed.value;
  if (parsed.unparsed.any()) reader.unparsed(pointer, path + " is partial", parsed.unparsed);
  if (memory.shell_policy || (!show.policy && !show.cpus && !show.memory_nodes)) return;
  memory.shell_policy = {.policy = show.policy,
                         .preferred_node = show.preferred_node,
                         .cpus = show.cpus,
                         .cpu_nodes = show.cpu_nodes,
                         .memory_nodes = show.memory_nodes,
                         .interleave_nodes = show.interleave_nodes};
  reader.facts().source(pointer, path);
}

}  // namespace

void read_memory_texts(const EvidenceReader& reader, NumaMemory& memory) {
  const Bundle& bundle = reader.bundle();
  for (const std::string& path : bundle.glob("commands/numastat-system*/stdout")) read_system(reader, path, memory);
  for (const std::string& path : bundle.glob("commands/numastat-m*/stdout")) read_memory(reader, path, memory);
  for (const std::string& path : bundle.glob("commands/numactl-show*/stdout")) read_show(reader, path, memory);
}

}  // namespace ihc
