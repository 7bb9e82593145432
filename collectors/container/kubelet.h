// The kubelet: its configuration (YAML or JSON), its command line, and the state files of its CPU and memory managers.
//
//   /var/lib/kubelet/config.yaml            kind: KubeletConfiguration / cpuManagerPolicy: static / …
//   /var/lib/kubelet/cpu_manager_state
//   {"policyName":"static","defaultCpuSet":"0-1","entries":{"uid":{"c":"2-9"}},"checksum":1}
//   /var/lib/kubelet/memory_manager_state
//   {"policyName":"Static","machineState":{"0":{"memoryMap":{"memory":{…}}}},"entries":{…}}
//
// Sources: KubeletConfiguration (kubelet.config.k8s.io/v1beta1), the checkpoint types of pkg/kubelet/cm. OpenShift
// keeps the same object below spec.kubeletConfig of a KubeletConfig; the kubelet's configz endpoint below
// kubeletconfig.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "facts/container.h"

namespace ihc {

/// Fails (malformed) when the text is neither YAML nor JSON, or holds no kubelet configuration.
Result<Kubelet> parse_kubelet_config(std::string_view text);

/// Fails (malformed) when it is no such state.
Result<CpuManagerState> parse_cpu_manager_state(std::string_view text);
Result<MemoryManagerState> parse_memory_manager_state(std::string_view text);

/// Of a command line: --cpu-manager-policy=static, --reserved-cpus 0-1, --config=…; nothing when the program is no
/// kubelet.
std::optional<std::map<std::string, std::string>> kubelet_flags(const std::vector<std::string>& arguments);

}  // namespace ihc
