// facts.workers: the processes (with all their threads) that serve inference.
// Sources: proc(5), Documentation/filesystems/proc.rst, Documentation/scheduler/sched-stats.rst.
#pragma once

#include "facts/limit.h"

namespace ihc {

struct WorkerThread {
  std::int64_t tid = 0;
  std::string name;
  std::optional<CpuSet> cpus_allowed;
  std::optional<std::int64_t> last_cpu;
  std::optional<double> cpu_ms;
  std::optional<double> run_delay_ms;
  std::optional<std::int64_t> voluntary_switches;
  std::optional<std::int64_t> involuntary_switches;
  std::optional<std::int64_t> cpu_migrations;
  std::optional<std::string> scheduling_policy;
  std::optional<std::int64_t> realtime_priority;
  std::optional<std::int64_t> nice;
  std::optional<CpuSet> cpus_used;
  std::optional<std::int64_t> cpu_samples;
  std::optional<double> cross_node_sample_share;
  std::optional<double> cross_l3_sample_share;
};

struct WorkerShm {
  std::optional<std::int64_t> size_bytes;
  std::optional<std::int64_t> free_bytes;
};

struct Worker {
  std::string key;
  std::optional<std::int64_t> pid;
  std::optional<std::int64_t> parent_pid;
  std::string name;
  std::optional<std::string> framework;
  std::string found_by;
  std::optional<std::string> command_line;
  std::optional<std::string> unit;
  std::optional<std::string> unit_kind;
  std::optional<std::string> cgroup;
  std::optional<bool> in_container;
  std::optional<std::int64_t> thread_count;
  std::optional<CpuSet> cpus_allowed;
  std::optional<std::vector<CpuSet>> distinct_thread_cpus_allowed;
  std::optional<CpuSet> mems_allowed;
  std::optional<std::vector<std::string>> memory_policies;
  std::optional<std::map<std::string, std::int64_t>> pages_by_node;
  std::optional<std::map<std::string, std::int64_t>> bytes_by_node;
  std::optional<std::map<std::string, std::int64_t>> file_bytes_by_node;
  std::optional<std::string> placement_source;
  std::optional<std::int64_t> resident_bytes;
  std::optional<std::int64_t> swap_bytes;
  std::optional<CpuSet> gpu_nodes;
  std::optional<CpuSet> gpu_local_cpus;
  std::optional<std::vector<std::string>> gpus;
  std::optional<std::map<std::string, std::string>> environment;
  std::optional<double> cpu_ms;
  std::optional<double> run_delay_ms;
  std::optional<double> run_delay_share;
  std::optional<std::int64_t> voluntary_switches;
  std::optional<std::int64_t> involuntary_switches;
  std::optional<double> busy_cpus;
  std::optional<CpuSet> last_cpus;
  std::optional<bool> alive_at_end;
  std::optional<std::int64_t> cpu_migrations;
  std::optional<std::map<std::string, std::int64_t>> busy_samples_by_cpu;
  std::optional<std::map<std::string, std::map<std::string, std::int64_t>>> bytes_by_kind;
  std::optional<std::string> placement_scope;
  std::optional<std::map<std::string, std::int64_t>> placement_drift_bytes;
  std::optional<std::string> drift_source;
  std::optional<std::map<std::string, std::int64_t>> memory_rollup_bytes;
  std::optional<std::int64_t> peak_resident_bytes;
  std::optional<std::int64_t> anonymous_bytes;
  std::optional<std::int64_t> file_bytes;
  std::optional<std::int64_t> shared_bytes;
  std::optional<std::int64_t> locked_bytes;
  std::optional<std::int64_t> pinned_bytes;
  std::optional<std::int64_t> hugetlb_bytes;
  std::optional<std::int64_t> data_bytes;
  std::optional<std::int64_t> stack_bytes;
  std::optional<std::int64_t> leader_cpu_ns;
  std::optional<std::int64_t> leader_run_delay_ns;
  std::optional<std::int64_t> nproc;
  std::optional<CpuSet> cpus_effective;
  std::optional<std::map<std::string, std::string>> cgroup_paths;
  std::optional<CpuSet> cpuset_cpus_effective;
  std::optional<CpuSet> cpuset_mems_effective;
  std::optional<std::map<std::string, LimitPair>> limits;
  std::optional<std::int64_t> open_files;
  std::optional<std::int64_t> oom_score_adjust;
  std::optional<std::vector<std::string>> scheduling_policies;
  std::optional<std::int64_t> max_realtime_priority;
  std::optional<std::int64_t> min_nice;
  std::optional<std::vector<std::string>> capabilities;
  std::optional<std::string> seccomp;
  std::optional<bool> no_new_privileges;
  std::optional<std::map<std::string, std::int64_t>> numa_scheduling;
  std::optional<std::map<std::string, std::string>> framework_flags;
  std::optional<WorkerShm> shm;
  std::optional<std::string> container_runtime;
  std::optional<std::string> container_id;
  std::optional<std::string> pod_uid;
  std::optional<std::string> qos_class;
  std::optional<std::vector<WorkerThread>> threads;
  std::optional<CpuSet> cpus_used;
  std::optional<CpuSet> nodes_used;
  std::optional<CpuSet> nodes_allowed;
  std::optional<std::int64_t> cpu_samples;
  std::optional<double> cross_node_sample_share;
  std::optional<double> cross_l3_sample_share;
  std::optional<std::int64_t> followed_thread_count;
  std::optional<double> followed_cpu_share;
};

}  // namespace ihc
