#include "cli/inspect_summary.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace ihc {

namespace {

constexpr std::size_t kNameWidth = 13;
constexpr std::size_t kShownWorkers = 10;
constexpr std::size_t kShownOrigins = 10;

std::string decimal(double value, int digits) {
  std::array<char, 64> buffer{};
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, digits);
  return error == std::errc{} ? std::string(buffer.data(), end) : std::string("?");
}

std::string line(std::string_view name, const std::string& text) {
  std::string padded(name);
  padded.resize(std::max(padded.size() + 1, kNameWidth), ' ');
  return padded + text + "\n";
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

void append(std::string& text, const std::string& part, std::string_view separator = ", ") {
  if (part.empty()) return;
  if (!text.empty()) text += separator;
  text += part;
}

std::string labels_text(const std::map<std::string, std::string>& labels) {
  std::string text;
  for (const auto& [name, value] : labels) append(text, name + "=" + value);
  return text;
}

std::string node_text(const Manifest& manifest, const Facts& facts) {
  std::string text = manifest.node;
  if (!facts.node) return text;
  if (facts.node->os_name) append(text, *facts.node->os_name);
  if (facts.kernel && facts.kernel->release) append(text, "Linux " + *facts.kernel->release);
  if (facts.node->architecture) append(text, *facts.node->architecture);
  if (facts.node->is_virtual_machine == true) {
    append(text, facts.node->hypervisor ? "virtual machine (" + *facts.node->hypervisor + ")" : "virtual machine");
  }
  return text;
}

std::string collected_text(const Manifest& manifest) {
  std::string when =
      manifest.started_utc + " to " + manifest.ended_utc + ", window " + decimal(manifest.window_observed_s, 1) + " s";
  if (manifest.interrupted) when += ", interrupted";
  std::string by = "ihc " + manifest.tool_version;
  if (manifest.effective_uid) {
    by += *manifest.effective_uid == 0 ? " as root" : " as user " + std::to_string(*manifest.effective_uid);
  }
  if (!manifest.root_dir.empty()) by += ", below " + manifest.root_dir;
  return line("collected", when) + line("by", by);
}

std::string imported_text(const Manifest& manifest) {
  std::string text =
      line("imported", "by ihc " + manifest.tool_version + ", gathered " +
                           (manifest.started_utc.empty() ? "at a time not known" : manifest.started_utc));
  const auto given = given_records(manifest.imported);
  for (std::size_t index = 0; index < std::min(given.size(), kShownOrigins); ++index) {
    text += line("  from", given[index]->origin + " (" + given[index]->kind + ")");
  }
  if (given.size() > kShownOrigins) {
    text += line("", "and " + std::to_string(given.size() - kShownOrigins) + " more: --manifest lists them");
  }
  return text;
}

std::string header(const Manifest& manifest, const Facts& facts) {
  std::string text = line("node", node_text(manifest, facts));
  if (manifest.imported.empty()) {
    text += collected_text(manifest);
  } else {
    text += imported_text(manifest);
  }
  if (const std::string labels = labels_text(manifest.labels); !labels.empty()) text += line("labels", labels);
  return text;
}

std::string collectors_text(const Manifest& manifest) {
  std::string text;
  for (const CollectorRecord& record : manifest.collectors) {
    std::string state(to_word(record.state));
    if (!record.reason.empty()) state += " (" + record.reason + ")";
    if (!record.hint.empty()) state += ": " + record.hint;
    text += line("  " + record.name, state);
  }
  return text.empty() ? text : "collectors\n" + text;
}

std::string cpus_text(const Topology& topology) {
  std::string text;
  if (topology.cpu_model) append(text, *topology.cpu_model);
  if (topology.cpus_online) append(text, counted(topology.cpus_online->size(), "CPU online", "CPUs online"));
  if (topology.packages) append(text, counted(topology.packages->size(), "package", "packages"));
  if (topology.cores) append(text, counted(static_cast<std::size_t>(*topology.cores), "core", "cores"));
  return text;
}

std::string nodes_text(const std::vector<NumaNode>& nodes) {
  std::string text;
  for (const NumaNode& node : nodes) {
    std::string part = std::to_string(node.id) + ": ";
    part += !node.cpus ? "CPUs not known" : node.cpus->empty() ? "no CPUs" : "CPUs " + node.cpus->to_list();
    if (node.memory_total_bytes) part += ", " + bytes_for_people(*node.memory_total_bytes);
    append(text, part, "; ");
  }
  return text;
}

std::string devices_text(const Facts& facts) {
  std::string text;
  if (facts.gpus) append(text, counted(facts.gpus->size(), "GPU", "GPUs"));
  if (facts.nics) append(text, counted(facts.nics->size(), "network interface", "network interfaces"));
  if (facts.frequency && facts.frequency->has_cpufreq == false) append(text, "no frequency control");
  if (facts.frequency && facts.frequency->governors) {
    for (const std::string& governor : *facts.frequency->governors) append(text, "governor " + governor);
  }
  return text;
}

std::string placement_text(const Worker& worker) {
  std::string text;
  if (worker.pid) append(text, "pid " + std::to_string(*worker.pid));
  if (worker.thread_count) append(text, counted(static_cast<std::size_t>(*worker.thread_count), "thread", "threads"));
  if (worker.cpus_allowed) append(text, "CPUs " + worker.cpus_allowed->to_list());
  if (worker.mems_allowed) append(text, "nodes " + worker.mems_allowed->to_list());
  std::string memory;
  for (const auto& [node, bytes] : worker.bytes_by_node.value_or(std::map<std::string, std::int64_t>{})) {
    append(memory, bytes_for_people(bytes) + " on node " + node);
  }
  append(text, memory);
  if (worker.busy_cpus) append(text, decimal(*worker.busy_cpus, 2) + " CPUs busy");
  return text;
}

std::string workers_text(const std::optional<std::vector<Worker>>& workers) {
  if (!workers) return line("workers", "not looked for");
  if (workers->empty()) return line("workers", "none found");
  std::string text = line("workers", std::to_string(workers->size()));
  for (std::size_t index = 0; index < std::min(workers->size(), kShownWorkers); ++index) {
    text += "  " + (*workers)[index].key + ": " + placement_text((*workers)[index]) + "\n";
  }
  if (workers->size() > kShownWorkers) {
    text += "  and " + std::to_string(workers->size() - kShownWorkers) + " more; see --facts\n";
  }
  return text;
}

std::string cost_text(const Collection& collection) {
  std::string text;
  if (collection.cpu_seconds) append(text, decimal(*collection.cpu_seconds, 2) + " s CPU");
  if (collection.commands_cpu_seconds) {
    append(text, decimal(*collection.commands_cpu_seconds, 2) + " s CPU in commands");
  }
  if (collection.peak_memory_bytes) append(text, bytes_for_people(*collection.peak_memory_bytes) + " memory");
  if (collection.bytes_read) append(text, bytes_for_people(*collection.bytes_read) + " read");
  return text;
}

}  // namespace

std::string bytes_for_people(std::int64_t bytes) {
  constexpr std::array<std::string_view, 6> kUnits{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  const int digits = unit == 0 || value >= 100 ? 0 : 1;
  return decimal(value, digits) + " " + std::string(kUnits[unit]);
}

std::string inspect_summary(const Manifest& manifest, const Facts& facts) {
  std::string text = header(manifest, facts) + collectors_text(manifest);
  if (facts.topology) {
    if (const std::string cpus = cpus_text(*facts.topology); !cpus.empty()) text += line("CPUs", cpus);
    if (facts.topology->numa_nodes) text += line("NUMA nodes", nodes_text(*facts.topology->numa_nodes));
  }
  if (const std::string devices = devices_text(facts); !devices.empty()) text += line("devices", devices);
  text += workers_text(facts.workers);
  if (facts.collection) {
    if (const std::string cost = cost_text(*facts.collection); !cost.empty()) text += line("cost", cost);
  }
  return text;
}

}  // namespace ihc
