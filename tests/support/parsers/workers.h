// The parsers of processes and their placement.
#pragma once

#include <array>

#include "collectors/workers/cgroup_path.h"
#include "collectors/workers/discovery.h"
#include "collectors/workers/numa_maps.h"
#include "collectors/workers/process_files.h"
#include "support/parsers/parser.h"

namespace ihc::test {

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

inline constexpr std::array kWorkersParsers{
    Parser{"numa_maps", "7f4dc10a2000 bind:0-1 anon=3 dirty=3 N0=1 N1=2 kernelpagesize_kB=4\n", run_numa_maps},
    Parser{"process_status", "Name:\tpython3\nPPid:\t1\nThreads:\t12\nVmRSS:\t  123456 kB\nCpus_allowed_list:\t0-3,8\n",
           run_process_status},
    Parser{"process_stat",
           "42 (a (b) c) S 1 42 42 0 -1 4194560 1 0 0 0 7 5 0 0 20 0 3 0 8123 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 17 11 0 0 "
           "0 0 0\n",
           run_process_stat},
    Parser{"schedstat", "1284512345 38123456 90211\n", run_schedstat},
    Parser{"cgroup", "1:name=systemd:/system.slice/vllm.service\n0::/system.slice/vllm.service\n", run_cgroup},
    Parser{"discovery", "{\"workers\": [{\"pid\": 42, \"comm\": \"python3\", \"found_by\": \"pid\"}]}\n",
           run_discovery},
};

}  // namespace ihc::test
