// Every parser of foreign text behind one signature: text in, what was understood as JSON out. The corpus, the test of
// hostile input and the fuzz target walk this table.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/json.h"
#include "collectors/node/os_release.h"
#include "collectors/pci/devices.h"
#include "collectors/perf/perf_stat_csv.h"
#include "collectors/reading/counters.h"
#include "collectors/reading/evidence_reader.h"
#include "collectors/topology/cpuinfo.h"
#include "collectors/topology/numa_nodes.h"
#include "collectors/workers/cgroup_path.h"
#include "collectors/workers/discovery.h"
#include "collectors/workers/numa_maps.h"
#include "collectors/workers/process_files.h"

namespace ihc::test {

template <class T>
Json shown(const T& value) {
  return value;
}
inline Json shown(const CpuSet& value) { return value.to_list(); }
template <class T>
Json shown(const std::optional<T>& value) {
  return value ? shown(*value) : Json();
}

inline Json with_account(Json value, const Unparsed& unparsed) {
  if (unparsed.any()) value["not_understood"] = {{"lines", unparsed.lines}, {"first", unparsed.first}};
  return value;
}

inline Json run_cpuinfo(std::string_view text) {
  const auto parsed = parse_cpuinfo(text);
  return with_account({{"processors", shown(parsed.value.processors)},
                       {"vendor", shown(parsed.value.vendor)},
                       {"model", shown(parsed.value.model)},
                       {"has_hypervisor_flag", shown(parsed.value.has_hypervisor_flag)}},
                      parsed.unparsed);
}

inline Json run_counters(std::string_view text) {
  const auto parsed = parse_counters(text);
  return with_account({{"counters", parsed.value}}, parsed.unparsed);
}

inline Json run_meminfo(std::string_view text) {
  const auto parsed = parse_meminfo(text);
  return with_account({{"bytes", parsed.value}}, parsed.unparsed);
}

inline Json run_distances(std::string_view text) { return {{"row", shown(parse_distances(text))}}; }

inline Json run_numa_maps(std::string_view text) {
  const auto parsed = parse_numa_maps(text);
  return with_account({{"pages_by_node", parsed.value.pages_by_node},
                       {"bytes_by_node", parsed.value.bytes_by_node},
                       {"file_bytes_by_node", parsed.value.file_bytes_by_node},
                       {"policies", parsed.value.policies}},
                      parsed.unparsed);
}

inline Json run_process_status(std::string_view text) {
  const auto parsed = parse_process_status(text);
  const ProcessStatus& status = parsed.value;
  return with_account({{"name", shown(status.name)},
                       {"parent_pid", shown(status.parent_pid)},
                       {"threads", shown(status.threads)},
                       {"resident_bytes", shown(status.resident_bytes)},
                       {"swap_bytes", shown(status.swap_bytes)},
                       {"cpus_allowed", shown(status.cpus_allowed)},
                       {"mems_allowed", shown(status.mems_allowed)},
                       {"voluntary_switches", shown(status.voluntary_switches)},
                       {"involuntary_switches", shown(status.involuntary_switches)}},
                      parsed.unparsed);
}

inline Json run_process_stat(std::string_view text) {
  const auto stat = parse_task_stat(text);
  if (!stat) return nullptr;
  return {{"name", stat->name},
          {"state", std::string(1, stat->state)},
          {"parent_pid", stat->parent_pid},
          {"cpu_ticks", stat->cpu_ticks},
          {"thread_count", stat->thread_count},
          {"start_time_ticks", stat->start_time_ticks},
          {"last_cpu", stat->last_cpu}};
}

inline Json run_schedstat(std::string_view text) {
  const auto stat = parse_schedstat(text);
  if (!stat) return nullptr;
  return {{"cpu_ns", stat->cpu_ns}, {"run_delay_ns", stat->run_delay_ns}, {"slices", stat->slices}};
}

inline Json run_cgroup(std::string_view text) {
  const auto parsed = parse_cgroup(text);
  return with_account({{"path", shown(parsed.value.path)},
                       {"unit", shown(parsed.value.unit)},
                       {"unit_kind", shown(parsed.value.unit_kind)},
                       {"in_container", shown(parsed.value.in_container)}},
                      parsed.unparsed);
}

inline Json run_perf_stat_csv(std::string_view text) {
  const auto parsed = parse_perf_stat_csv(text);
  Json rows = Json::array();
  for (const PerfStatRow& row : parsed.value) {
    Json json = facts_to_json(row.result);
    json["event"] = row.event;
    if (!row.aggregate.empty()) json["aggregate"] = row.aggregate;
    rows.push_back(std::move(json));
  }
  return with_account({{"rows", std::move(rows)}}, parsed.unparsed);
}

inline Json run_os_release(std::string_view text) {
  const auto parsed = parse_os_release(text);
  return with_account({{"fields", parsed.value}}, parsed.unparsed);
}

inline Json run_discovery(std::string_view text) {
  const auto workers = parse_discovery(text);
  if (!workers) return {{"error", "refused"}};
  Json list = Json::array();
  for (const DiscoveredWorker& worker : *workers) {
    list.push_back({{"pid", worker.pid},
                    {"parent_pid", shown(worker.parent_pid)},
                    {"start_time_ticks", shown(worker.start_time_ticks)},
                    {"comm", worker.comm},
                    {"framework", shown(worker.framework)},
                    {"role", shown(worker.role)},
                    {"found_by", worker.found_by}});
  }
  return {{"workers", std::move(list)}};
}

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

inline Json run_cpu_list(std::string_view text) { return {{"cpus", shown(parse_sysfs_cpu_list(text))}}; }

inline Json run_link_speed(std::string_view text) { return {{"gts", shown(parse_link_speed(text))}}; }

inline Json run_pci_path(std::string_view text) { return {{"address", shown(last_pci_address(text))}}; }

/// Whether a number below zero is anywhere in a document: no parser of ours has one to give.
inline bool has_negative(const Json& json) {
  if (json.is_number()) return json.get<double>() < 0;
  if (!json.is_structured()) return false;
  for (const Json& element : json) {
    if (has_negative(element)) return true;
  }
  return false;
}

struct Parser {
  std::string_view name;    ///< also its folder in tests/corpus
  std::string_view sample;  ///< whole and good, with a final newline
  Json (*run)(std::string_view text);
};

inline constexpr std::array kParsers{
    Parser{"cpuinfo",
           "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Xeon\nflags\t\t: fpu vme hypervisor\n\n",
           run_cpuinfo},
    Parser{"counters", "numa_hit 4054622700\nnuma_miss 12\n", run_counters},
    Parser{"meminfo", "Node 0 MemTotal:       65843512 kB\nNode 0 MemFree:         1203040 kB\n", run_meminfo},
    Parser{"distances", "10 21 31 21\n", run_distances},
    Parser{"numa_maps", "7f4dc10a2000 bind:0-1 anon=3 dirty=3 N0=1 N1=2 kernelpagesize_kB=4\n", run_numa_maps},
    Parser{"process_status", "Name:\tpython3\nPPid:\t1\nThreads:\t12\nVmRSS:\t  123456 kB\nCpus_allowed_list:\t0-3,8\n",
           run_process_status},
    Parser{"process_stat",
           "42 (a (b) c) S 1 42 42 0 -1 4194560 1 0 0 0 7 5 0 0 20 0 3 0 8123 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 17 11 0 0 "
           "0 0 0\n",
           run_process_stat},
    Parser{"schedstat", "1284512345 38123456 90211\n", run_schedstat},
    Parser{"cgroup", "1:name=systemd:/system.slice/vllm.service\n0::/system.slice/vllm.service\n", run_cgroup},
    Parser{"perf_stat_csv",
           "998.85,msec,task-clock,998846852,100.00,0.997,CPUs utilized\n<not supported>,,cycles,0,100.00,,\n",
           run_perf_stat_csv},
    Parser{"os_release", "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n", run_os_release},
    Parser{"discovery", "{\"workers\": [{\"pid\": 42, \"comm\": \"python3\", \"found_by\": \"pid\"}]}\n",
           run_discovery},
    Parser{"numa_probe", "{\"nodes\": [{\"id\": 0, \"memory_total_bytes\": 4096, \"distances\": {\"0\": 10}}]}\n",
           run_numa_probe},
    Parser{"cpu_list", "0-3,8\n", run_cpu_list},
    Parser{"link_speed", "16.0 GT/s PCIe\n", run_link_speed},
    Parser{"pci_path", "../../devices/pci0000:00/0000:00:03.0/virtio2/net/eth0\n", run_pci_path},
};

}  // namespace ihc::test
