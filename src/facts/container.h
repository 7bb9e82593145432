// facts.container: the container runtime and the kubelet of the node: what they decide about placement.
// Sources: Kubernetes documentation: KubeletConfiguration v1beta1, CPU/Memory/Topology Manager; their state files.
#pragma once

#include "facts/describe.h"

namespace ihc {

struct ReservedMemory {
  std::int64_t numa_node = 0;
  std::map<std::string, std::string> limits;
};

struct CpuManagerState {
  std::optional<std::string> policy;
  std::optional<CpuSet> default_cpus;
  std::map<std::string, CpuSet> assigned_cpus;
};

struct MemoryAssignment {
  std::string container;
  std::string type;
  CpuSet nodes;
  std::optional<std::int64_t> bytes;
};

struct MemoryManagerState {
  std::optional<std::string> policy;
  std::optional<std::map<std::string, std::map<std::string, std::int64_t>>> allocatable_bytes;
  std::optional<std::map<std::string, std::map<std::string, std::int64_t>>> free_bytes;
  std::vector<MemoryAssignment> assignments;
};

struct Kubelet {
  std::optional<std::string> config_path;
  std::optional<std::string> cpu_manager_policy;
  std::optional<std::map<std::string, std::string>> cpu_manager_policy_options;
  std::optional<CpuSet> reserved_system_cpus;
  std::optional<std::string> memory_manager_policy;
  std::optional<std::vector<ReservedMemory>> reserved_memory;
  std::optional<std::string> topology_manager_policy;
  std::optional<std::string> topology_manager_scope;
  std::optional<std::map<std::string, std::string>> topology_manager_policy_options;
  std::optional<std::map<std::string, std::string>> kube_reserved;
  std::optional<std::map<std::string, std::string>> system_reserved;
  std::optional<std::string> cgroup_driver;
  std::optional<bool> cpu_cfs_quota;
  std::optional<std::string> cpu_cfs_quota_period;
  std::optional<std::int64_t> pod_pids_limit;
  std::optional<std::int64_t> max_pods;
  std::optional<bool> fail_swap_on;
  std::optional<std::map<std::string, bool>> feature_gates;
  std::optional<std::map<std::string, std::string>> flags;
  std::optional<CpuManagerState> cpu_manager_state;
  std::optional<MemoryManagerState> memory_manager_state;
};

struct Container {
  std::optional<std::vector<std::string>> runtimes;
  std::optional<Kubelet> kubelet;
};

}  // namespace ihc
