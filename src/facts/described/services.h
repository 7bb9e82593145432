// The description of the structs of facts/services.h.
#pragma once

#include "facts/describe.h"
#include "facts/services.h"

namespace ihc {

template <>
struct Describe<LaunchWrapper> {
  static constexpr std::string_view kName = "launch_wrapper";
  static constexpr auto kFields = std::tuple{
      field("program", &LaunchWrapper::program, "numactl, taskset, chrt, nice or ionice"),
      field("command_line", &LaunchWrapper::command_line, "its own arguments, as written"),
      field("cpus", &LaunchWrapper::cpus, "CPUs it asks for (numactl --physcpubind, taskset)"),
      field("cpu_nodes", &LaunchWrapper::cpu_nodes, "nodes whose CPUs it asks for (numactl --cpunodebind)"),
      field("memory_policy", &LaunchWrapper::memory_policy,
            "bind, preferred, preferred_many, interleave, weighted_interleave or local"),
      field("memory_nodes", &LaunchWrapper::memory_nodes,
            "nodes of that policy; absent when they are written as all, !N, +N or by device"),
      field("scheduling_policy", &LaunchWrapper::scheduling_policy, "other, fifo, rr, batch, idle or deadline (chrt)"),
      field("scheduling_priority", &LaunchWrapper::scheduling_priority, "real-time priority (chrt)"),
      field("nice", &LaunchWrapper::nice, "niceness added (nice)"),
      field("io_class", &LaunchWrapper::io_class, "I/O scheduling class (ionice)")};
};

template <>
struct Describe<ServiceSettings> {
  static constexpr std::string_view kName = "service_settings";
  static constexpr auto kFields = std::tuple{
      field("cpu_affinity", &ServiceSettings::cpu_affinity,
            "CPUAffinity=: inherited by the processes, which may widen it; empty when not set"),
      field("cpu_affinity_from_numa", &ServiceSettings::cpu_affinity_from_numa, "CPUAffinity=numa: from NUMAMask="),
      field("numa_policy", &ServiceSettings::numa_policy, "NUMAPolicy=; absent when not set"),
      field("numa_mask", &ServiceSettings::numa_mask, "NUMAMask=: node list"),
      field("allowed_cpus", &ServiceSettings::allowed_cpus,
            "AllowedCPUs=: the cpuset asked for; its parents may leave less"),
      field("allowed_memory_nodes", &ServiceSettings::allowed_memory_nodes,
            "AllowedMemoryNodes=: node list, as strict as a bind policy"),
      field("effective_cpus", &ServiceSettings::effective_cpus, "EffectiveCPUs: what the cpuset controller allows"),
      field("effective_memory_nodes", &ServiceSettings::effective_memory_nodes, "EffectiveMemoryNodes"),
      field("cpu_quota_cpus", &ServiceSettings::cpu_quota_cpus,
            "CPUQuota=: CPUs' worth of time; absent when there is none"),
      field("cpu_quota_period_us", &ServiceSettings::cpu_quota_period_us, "CPUQuotaPeriodSec="),
      field("cpu_weight", &ServiceSettings::cpu_weight, "CPUWeight=; absent when not set (100)"),
      field("cpu_shares", &ServiceSettings::cpu_shares, "CPUShares= of cgroup v1; absent when not set (1024)"),
      field("io_weight", &ServiceSettings::io_weight, "IOWeight=; absent when not set (100)"),
      field("memory_min_bytes", &ServiceSettings::memory_min_bytes, "MemoryMin="),
      field("memory_low_bytes", &ServiceSettings::memory_low_bytes, "MemoryLow="),
      field("memory_high_bytes", &ServiceSettings::memory_high_bytes, "MemoryHigh="),
      field("memory_max_bytes", &ServiceSettings::memory_max_bytes, "MemoryMax= (older: MemoryLimit=)"),
      field("memory_swap_max_bytes", &ServiceSettings::memory_swap_max_bytes, "MemorySwapMax="),
      field("tasks_max", &ServiceSettings::tasks_max, "TasksMax="),
      field("limits", &ServiceSettings::limits,
            "MEMLOCK (bytes), NOFILE, NPROC, RTPRIO, NICE: LimitNAME= with soft and hard value"),
      field("nice", &ServiceSettings::nice, "Nice="),
      field("cpu_scheduling_policy", &ServiceSettings::cpu_scheduling_policy, "CPUSchedulingPolicy="),
      field("cpu_scheduling_priority", &ServiceSettings::cpu_scheduling_priority, "CPUSchedulingPriority="),
      field("io_scheduling_class", &ServiceSettings::io_scheduling_class, "IOSchedulingClass="),
      field("oom_score_adjust", &ServiceSettings::oom_score_adjust, "OOMScoreAdjust="),
      field("restart", &ServiceSettings::restart, "Restart="),
      field("slice", &ServiceSettings::slice, "Slice="),
      field("delegate", &ServiceSettings::delegate, "Delegate="),
      field("after", &ServiceSettings::after, "After=: units that are started first"),
      field("wants", &ServiceSettings::wants, "Wants= and Requires="),
      field("exec_start", &ServiceSettings::exec_start, "ExecStart=, one command line each, secrets scrubbed"),
      field("wrappers", &ServiceSettings::wrappers,
            "programs in front of the server in ExecStart= that set its placement or scheduling, outermost first"),
      field("environment", &ServiceSettings::environment, "Environment=: harmless names only")};
};

template <>
struct Describe<ServiceFile> {
  static constexpr std::string_view kName = "service_file";
  static constexpr auto kFields =
      std::tuple{field("path", &ServiceFile::path, "unit file or drop-in"),
                 field("modified_epoch_s", &ServiceFile::modified_epoch_s, "when its content last changed")};
};

template <>
struct Describe<Service> {
  static constexpr std::string_view kName = "service";
  static constexpr auto kFields = std::tuple{
      field("unit", &Service::unit, "unit name"),
      field("holds_worker", &Service::holds_worker, "whether a worker runs in it or, for a slice, below it"),
      field("description", &Service::description, "Description="),
      field("load_state", &Service::load_state, "loaded, not-found, masked, …"),
      field("active_state", &Service::active_state, "active, inactive, failed, …"),
      field("sub_state", &Service::sub_state, "running, exited, dead, …"),
      field("unit_file_state", &Service::unit_file_state, "enabled, disabled, static, generated, transient, …"),
      field("main_pid", &Service::main_pid, "MainPID; absent when there is none"),
      field("main_started_epoch_s", &Service::main_started_epoch_s,
            "start of the main process: boot time plus ExecMainStartTimestampMonotonic"),
      field("main_started", &Service::main_started, "ExecMainStartTimestamp as printed"),
      field("restart_count", &Service::restart_count, "NRestarts: automatic restarts"),
      field("control_group", &Service::control_group, "ControlGroup"),
      field("fragment_path", &Service::fragment_path, "FragmentPath: the unit file"),
      field("drop_in_paths", &Service::drop_in_paths, "DropInPaths"),
      field("need_daemon_reload", &Service::need_daemon_reload,
            "NeedDaemonReload: files changed since they were loaded"),
      field("transient", &Service::transient, "Transient: made at run time, without a file"),
      field("tasks_current", &Service::tasks_current, "TasksCurrent"),
      field("memory_current_bytes", &Service::memory_current_bytes, "MemoryCurrent"),
      field("properties", &Service::properties,
            "properties that matter for placement, limits and weights, as systemctl show prints them"),
      field("effective", &Service::effective, "what the service manager has in force (systemctl show)"),
      field("declared", &Service::declared,
            "what its files say (systemctl cat): drop-ins applied, specifiers as written"),
      field("files", &Service::files, "unit file and drop-ins, in the order in which they apply")};
};

}  // namespace ihc
