// The parsers of processes and their placement.
#pragma once

#include <array>

#include "collectors/reading/task_sched_text.h"
#include "collectors/workers/cgroup_path.h"
#include "collectors/workers/confinement.h"
#include "collectors/workers/discovery.h"
#include "collectors/workers/numa_maps.h"
#include "collectors/workers/numastat_p.h"
#include "collectors/workers/process_files.h"
#include "collectors/workers/process_limits.h"
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

inline Json run_process_limits(std::string_view text) {
  const auto parsed = parse_process_limits(text);
  return with_account({{"limits", facts_to_json(parsed.value)}}, parsed.unparsed);
}

inline Json run_task_sched(std::string_view text) {
  const auto parsed = parse_task_sched(text);
  Json list = Json::array();
  for (const TaskSchedText& account : parsed.value) {
    list.push_back({{"name", account.name},
                    {"pid", account.pid},
                    {"threads", account.threads},
                    {"runtime_ms", shown(account.runtime_ms)},
                    {"counters", account.counters},
                    {"faults_by_node", account.faults_by_node}});
  }
  return with_account({{"accounts", std::move(list)}}, parsed.unparsed);
}

inline Json run_smaps_rollup(std::string_view text) {
  const auto parsed = parse_smaps_rollup(text);
  return with_account({{"bytes", parsed.value}}, parsed.unparsed);
}

inline Json run_numastat_p(std::string_view text) {
  const auto parsed = parse_numastat_p(text);
  Json processes = Json::array();
  for (const NumastatProcess& process : parsed.value) {
    processes.push_back({{"pid", shown(process.pid)},
                         {"name", shown(process.name)},
                         {"bytes_by_node", process.bytes_by_node},
                         {"total_bytes", shown(process.total_bytes)},
                         {"bytes_by_kind", process.bytes_by_kind}});
  }
  return with_account({{"processes", std::move(processes)}}, parsed.unparsed);
}

inline Json run_shm_size(std::string_view text) { return {{"size_bytes", shown(shm_size_of(text))}}; }

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
    Parser{"process_limits",
           "Limit                     Soft Limit           Hard Limit           Units     \n"
           "Max locked memory         65536                unlimited            bytes     \n"
           "Max open files            1024                 524288               files     \n",
           run_process_limits},
    Parser{"task_sched",
           "python3 (4242, #threads: 12)\n---\nse.sum_exec_runtime : 109.640759\nse.nr_migrations : 17\n"
           "total_numa_faults : 9\nnuma_migrations, 0\n"
           "current_node=0, numa_group_id=0\nnuma_faults node=1 task_private=3 task_shared=4 group_private=0 "
           "group_shared=0\n\n",
           run_task_sched},
    Parser{"smaps_rollup",
           "00400000-7ffc8ab2d000 ---p 00000000 00:00 0 [rollup]\nPss: 2500 kB\nPrivate_Hugetlb: 2048 kB\n",
           run_smaps_rollup},
    Parser{"numastat_p",
           "Per-node process memory usage (in MBs) for PID 17959 (numa_bench)\n"
           "                Node 0  Node 1   Total\n              ------- ------- -------\n"
           "Huge             0.00    0.00    0.00\nHeap             0.00 2050.13 2050.13\n"
           "Total            0.00 2050.13 2050.13\n",
           run_numastat_p},
    Parser{"shm_size", "620 600 0:55 / /dev/shm rw,nosuid - tmpfs shm rw,size=65536k,inode64\n", run_shm_size},
    Parser{"discovery", "{\"workers\": [{\"pid\": 42, \"comm\": \"python3\", \"found_by\": \"pid\"}]}\n",
           run_discovery},
};

}  // namespace ihc::test
