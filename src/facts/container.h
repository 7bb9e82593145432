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

template <>
struct Describe<ReservedMemory> {
  static constexpr std::string_view kName = "reserved_memory";
  static constexpr auto kFields = std::tuple{
      field("numa_node", &ReservedMemory::numa_node, "node number"),
      field("limits", &ReservedMemory::limits, "resource and quantity as written: {\"memory\": \"1100Mi\"}")};
};

template <>
struct Describe<CpuManagerState> {
  static constexpr std::string_view kName = "cpu_manager_state";
  static constexpr auto kFields =
      std::tuple{field("policy", &CpuManagerState::policy, "policyName"),
                 field("default_cpus", &CpuManagerState::default_cpus, "defaultCpuSet: the shared pool"),
                 field("assigned_cpus", &CpuManagerState::assigned_cpus, "exclusive CPUs by \"pod uid/container\"")};
};

template <>
struct Describe<MemoryAssignment> {
  static constexpr std::string_view kName = "memory_assignment";
  static constexpr auto kFields = std::tuple{field("container", &MemoryAssignment::container, "\"pod uid/container\""),
                                             field("type", &MemoryAssignment::type, "memory, or hugepages-SIZE"),
                                             field("nodes", &MemoryAssignment::nodes, "numaAffinity: node list"),
                                             field("bytes", &MemoryAssignment::bytes, "size")};
};

template <>
struct Describe<MemoryManagerState> {
  static constexpr std::string_view kName = "memory_manager_state";
  static constexpr auto kFields =
      std::tuple{field("policy", &MemoryManagerState::policy, "policyName"),
                 field("allocatable_bytes", &MemoryManagerState::allocatable_bytes, "by node, then type"),
                 field("free_bytes", &MemoryManagerState::free_bytes, "by node, then type"),
                 field("assignments", &MemoryManagerState::assignments, "memory promised to containers")};
};

template <>
struct Describe<Kubelet> {
  static constexpr std::string_view kName = "kubelet";
  static constexpr auto kFields = std::tuple{
      field("config_path", &Kubelet::config_path, "the evidence that its configuration was read from"),
      field("cpu_manager_policy", &Kubelet::cpu_manager_policy, "cpuManagerPolicy (default none)"),
      field("cpu_manager_policy_options", &Kubelet::cpu_manager_policy_options, "cpuManagerPolicyOptions"),
      field("reserved_system_cpus", &Kubelet::reserved_system_cpus, "reservedSystemCPUs"),
      field("memory_manager_policy", &Kubelet::memory_manager_policy, "memoryManagerPolicy (default None)"),
      field("reserved_memory", &Kubelet::reserved_memory, "reservedMemory by node"),
      field("topology_manager_policy", &Kubelet::topology_manager_policy, "topologyManagerPolicy (default none)"),
      field("topology_manager_scope", &Kubelet::topology_manager_scope, "topologyManagerScope (default container)"),
      field("topology_manager_policy_options", &Kubelet::topology_manager_policy_options,
            "topologyManagerPolicyOptions"),
      field("kube_reserved", &Kubelet::kube_reserved, "kubeReserved: quantities as written"),
      field("system_reserved", &Kubelet::system_reserved, "systemReserved: quantities as written"),
      field("cgroup_driver", &Kubelet::cgroup_driver, "cgroupDriver"),
      field("cpu_cfs_quota", &Kubelet::cpu_cfs_quota, "cpuCFSQuota (default true)"),
      field("cpu_cfs_quota_period", &Kubelet::cpu_cfs_quota_period, "cpuCFSQuotaPeriod"),
      field("pod_pids_limit", &Kubelet::pod_pids_limit, "podPidsLimit; absent when unlimited"),
      field("max_pods", &Kubelet::max_pods, "maxPods"),
      field("fail_swap_on", &Kubelet::fail_swap_on, "failSwapOn"),
      field("feature_gates", &Kubelet::feature_gates, "featureGates"),
      field("flags", &Kubelet::flags,
            "its command line options that matter here, without dashes; they go before the configuration file"),
      field("cpu_manager_state", &Kubelet::cpu_manager_state, "/var/lib/kubelet/cpu_manager_state"),
      field("memory_manager_state", &Kubelet::memory_manager_state, "/var/lib/kubelet/memory_manager_state")};
};

template <>
struct Describe<Container> {
  static constexpr std::string_view kName = "container";
  static constexpr auto kFields = std::tuple{
      field("runtimes", &Container::runtimes,
            "container runtimes that hold a worker, told by its cgroup: docker, containerd, cri-o, podman, …"),
      field("kubelet", &Container::kubelet, "the node's kubelet")};
};

}  // namespace ihc
