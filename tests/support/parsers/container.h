// The parsers of the kubelet's files.
#pragma once

#include <array>

#include "base/text.h"
#include "collectors/container/kubelet.h"
#include "support/parsers/parser.h"

namespace ihc::test {

template <class T>
Json facts_or_nothing(const T& result) {
  return result ? facts_to_json(*result) : Json();
}

inline Json run_kubelet_config(std::string_view text) { return facts_or_nothing(parse_kubelet_config(text)); }
inline Json run_cpu_manager_state(std::string_view text) { return facts_or_nothing(parse_cpu_manager_state(text)); }
inline Json run_memory_manager_state(std::string_view text) {
  return facts_or_nothing(parse_memory_manager_state(text));
}

inline constexpr std::array kContainerParsers{
    Parser{"kubelet_config",
           "kind: KubeletConfiguration\ncpuManagerPolicy: static\nreservedSystemCPUs: \"0-1\"\n"
           "topologyManagerPolicy: single-numa-node\nreservedMemory:\n- numaNode: 0\n  limits:\n    memory: 1100Mi\n",
           run_kubelet_config},
    Parser{"cpu_manager_state",
           "{\"policyName\":\"static\",\"defaultCpuSet\":\"0-1\",\"entries\":{\"3f1a\":{\"vllm\":\"2-9\"}},"
           "\"checksum\":1}\n",
           run_cpu_manager_state},
    Parser{"memory_manager_state",
           "{\"policyName\":\"Static\",\"machineState\":{\"0\":{\"memoryMap\":{\"memory\":{\"allocatable\":1024,"
           "\"free\":512}}}},\"entries\":{\"3f1a\":{\"vllm\":[{\"numaAffinity\":[0],\"type\":\"memory\",\"size\":512}]"
           "}}}\n",
           run_memory_manager_state},
};

}  // namespace ihc::test
