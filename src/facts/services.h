// facts.services: systemd units of the workers and of the node: what their files declare, and what the service manager
// says is in force.
// Sources: systemctl(1), systemd.service(5), systemd.exec(5), systemd.resource-control(5), org.freedesktop.systemd1(5).
#pragma once

#include "facts/limit.h"

namespace ihc {

struct LaunchWrapper {
  std::string program;
  std::string command_line;
  std::optional<CpuSet> cpus;
  std::optional<CpuSet> cpu_nodes;
  std::optional<std::string> memory_policy;
  std::optional<CpuSet> memory_nodes;
  std::optional<std::string> scheduling_policy;
  std::optional<std::int64_t> scheduling_priority;
  std::optional<std::int64_t> nice;
  std::optional<std::string> io_class;
};

struct ServiceSettings {
  std::optional<CpuSet> cpu_affinity;
  std::optional<bool> cpu_affinity_from_numa;
  std::optional<std::string> numa_policy;
  std::optional<CpuSet> numa_mask;
  std::optional<CpuSet> allowed_cpus;
  std::optional<CpuSet> allowed_memory_nodes;
  std::optional<CpuSet> effective_cpus;
  std::optional<CpuSet> effective_memory_nodes;
  std::optional<double> cpu_quota_cpus;
  std::optional<std::int64_t> cpu_quota_period_us;
  std::optional<std::int64_t> cpu_weight;
  std::optional<std::int64_t> cpu_shares;
  std::optional<std::int64_t> io_weight;
  std::optional<Limit> memory_min_bytes;
  std::optional<Limit> memory_low_bytes;
  std::optional<Limit> memory_high_bytes;
  std::optional<Limit> memory_max_bytes;
  std::optional<Limit> memory_swap_max_bytes;
  std::optional<Limit> tasks_max;
  std::optional<std::map<std::string, LimitPair>> limits;
  std::optional<std::int64_t> nice;
  std::optional<std::string> cpu_scheduling_policy;
  std::optional<std::int64_t> cpu_scheduling_priority;
  std::optional<std::string> io_scheduling_class;
  std::optional<std::int64_t> oom_score_adjust;
  std::optional<std::string> restart;
  std::optional<std::string> slice;
  std::optional<bool> delegate;
  std::optional<std::vector<std::string>> after;
  std::optional<std::vector<std::string>> wants;
  std::optional<std::vector<std::string>> exec_start;
  std::optional<std::vector<LaunchWrapper>> wrappers;
  std::optional<std::map<std::string, std::string>> environment;
};

struct ServiceFile {
  std::string path;
  std::optional<std::int64_t> modified_epoch_s;
};

struct Service {
  std::string unit;
  std::optional<bool> holds_worker;
  std::optional<std::string> description;
  std::optional<std::string> load_state;
  std::optional<std::string> active_state;
  std::optional<std::string> sub_state;
  std::optional<std::string> unit_file_state;
  std::optional<std::int64_t> main_pid;
  std::optional<std::int64_t> main_started_epoch_s;
  std::optional<std::string> main_started;
  std::optional<std::int64_t> restart_count;
  std::optional<std::string> control_group;
  std::optional<std::string> fragment_path;
  std::optional<std::vector<std::string>> drop_in_paths;
  std::optional<bool> need_daemon_reload;
  std::optional<bool> transient;
  std::optional<std::int64_t> tasks_current;
  std::optional<std::int64_t> memory_current_bytes;
  std::optional<std::map<std::string, std::string>> properties;
  std::optional<ServiceSettings> effective;
  std::optional<ServiceSettings> declared;
  std::optional<std::vector<ServiceFile>> files;
};

}  // namespace ihc
