#include "collectors/topology/cpu_kinds.h"

#include <functional>
#include <map>

namespace ihc {

namespace {

const std::string kDevices = "root/sys/devices/";
const std::string kCpuDir = "root/sys/devices/system/cpu/";

void read_kinds(const EvidenceReader& reader, Topology& topology) {
  const auto paths = reader.bundle().glob(kDevices + "cpu_*/cpus");
  if (paths.empty() && !reader.bundle().find(kCpuDir + "online")) {
    return reader.explain(kDevices + "cpu_core/cpus", "/topology/cpu_kinds");
  }
  if (paths.empty()) {
    return reader.missing("/topology/cpu_kinds", "structural", "the kernel names no kinds of cores: all are alike");
  }
  topology.cpu_kinds.emplace();
  for (const std::string& path : paths) {
    const std::string folder = components_after({path}, kDevices).front();
    const auto cpus = reader.cpu_list(path, "/topology/cpu_kinds");
    if (cpus) topology.cpu_kinds->push_back({.name = folder.substr(std::string_view("cpu_").size()), .cpus = *cpus});
  }
}

void read_capacities(const EvidenceReader& reader, Topology& topology) {
  std::map<std::int64_t, CpuSet, std::greater<>> by_capacity;
  const auto paths = reader.bundle().glob(kCpuDir + "cpu*/cpu_capacity");
  for (const std::string& path : paths) {
    const auto cpu = number_after(components_after({path}, kCpuDir).front(), "cpu");
    const auto capacity = integer_at(reader.bundle(), path);
    if (!cpu || !capacity || *capacity <= 0) continue;
    if (topology.cpus_online && !topology.cpus_online->contains(static_cast<std::uint32_t>(*cpu))) continue;
    by_capacity[*capacity].insert(static_cast<std::uint32_t>(*cpu));
  }
  if (by_capacity.empty()) return reader.explain(kCpuDir + "cpu*/cpu_capacity", "/topology/cpu_capacities");
  topology.cpu_capacities.emplace();
  for (auto& [capacity, cpus] : by_capacity) {
    topology.cpu_capacities->push_back({.capacity = capacity, .cpus = std::move(cpus)});
  }
  reader.facts().source("/topology/cpu_capacities", paths.front());
}

void read_rcu_nocbs(const EvidenceReader& reader, Topology& topology) {
  const std::string pointer = "/topology/cpus_rcu_nocbs";
  const auto cmdline = reader.text("root/proc/cmdline", pointer);
  if (!cmdline) return;
  const CpuSet possible = topology.cpus_possible
                              ? *topology.cpus_possible
                              : topology.cpus_present.value_or(topology.cpus_online.value_or(CpuSet{}));
  topology.cpus_rcu_nocbs = cmdline_cpus(*cmdline, "rcu_nocbs", possible);
  if (!topology.cpus_rcu_nocbs) reader.missing(pointer, "parse_error", "rcu_nocbs= of /proc/cmdline holds no CPU list");
}

std::string with_last_cpu(std::string_view list, const CpuSet& possible) {
  const std::string last = possible.empty() ? std::string("N") : std::to_string(possible.numbers().back());
  std::string text;
  for (const char c : list) c == 'N' ? text += last : text += c;
  return text;
}

}  // namespace

std::optional<CpuSet> cmdline_cpus(std::string_view cmdline, std::string_view name, const CpuSet& possible) {
  std::optional<CpuSet> found = CpuSet{};
  for (const std::string_view word : split_words(trim(cmdline))) {
    if (!word.starts_with(name) || word.size() <= name.size() || word[name.size()] != '=') continue;
    const std::string_view list = word.substr(name.size() + 1);
    found = list == "all" ? possible : CpuSet::parse_list(with_last_cpu(list, possible));
  }
  return found;
}

void read_cpu_kinds(const EvidenceReader& reader, Topology& topology) {
  read_kinds(reader, topology);
  read_capacities(reader, topology);
  read_rcu_nocbs(reader, topology);
}

}  // namespace ihc
