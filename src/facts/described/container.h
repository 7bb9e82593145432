// The description of the structs of facts/container.h.
#pragma once

#include "facts/container.h"
#include "facts/describe.h"

namespace ihc {

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
