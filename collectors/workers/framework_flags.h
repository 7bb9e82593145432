// The options of an inference server that say how many processes and threads it has and where they go.
//
//   vllm serve m -tp 2 --api-server-count=4 --numa-bind --gpu-memory-utilization 0.9
//     → tensor_parallel_size 2, api_server_count 4, numa_bind true, gpu_memory_utilization 0.9
//
// Sources: `vllm serve --help`, SGLang's server arguments, llama-server(1) --help, text-generation-launcher --help.
// Only names on the list are taken: a command line may hold anything.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace ihc {

/// By the long name with underscores; an option without value is "true". Of an option that stands twice the last holds.
std::map<std::string, std::string> framework_flags(const std::vector<std::string>& arguments);

}  // namespace ihc
