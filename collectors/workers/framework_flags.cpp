#include "collectors/workers/framework_flags.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace ihc {

namespace {

struct ShortOption {
  std::string_view spelled;
  std::string_view name;
};

constexpr ShortOption kShortOptions[] = {
    {"-asc", "api_server_count"},
    {"-dp", "data_parallel_size"},
    {"-dpa", "data_parallel_address"},
    {"-dpb", "data_parallel_backend"},
    {"-dpl", "data_parallel_size_local"},
    {"-ep", "enable_expert_parallel"},
    {"-ngl", "n_gpu_layers"},
    {"-np", "parallel"},
    {"-pp", "pipeline_parallel_size"},
    {"-q", "quantization"},
    {"-t", "threads"},
    {"-tb", "threads_batch"},
    {"-tp", "tensor_parallel_size"},
    {"--dp", "data_parallel_size"},
    {"--dp-size", "data_parallel_size"},
    {"--ep-size", "expert_parallel_size"},
    {"--pp-size", "pipeline_parallel_size"},
    {"--tp", "tensor_parallel_size"},
    {"--tp-size", "tensor_parallel_size"},
};

// Sorted, so that a test can see it.
constexpr std::string_view kNames[] = {"api_server_count",
                                       "async_scheduling",
                                       "block_size",
                                       "chunked_prefill_size",
                                       "context_length",
                                       "cpu_mask",
                                       "cpu_offload_gb",
                                       "cpu_range",
                                       "cpu_strict",
                                       "cuda_graph_max_bs",
                                       "data_parallel_backend",
                                       "data_parallel_size",
                                       "data_parallel_size_local",
                                       "disable_cuda_graph",
                                       "disaggregation_ib_device",
                                       "disaggregation_mode",
                                       "distributed_executor_backend",
                                       "dtype",
                                       "enable_chunked_prefill",
                                       "enable_dp_attention",
                                       "enable_expert_parallel",
                                       "enable_mixed_chunk",
                                       "enable_prefix_caching",
                                       "enforce_eager",
                                       "expert_parallel_size",
                                       "gpu_memory_utilization",
                                       "http_port",
                                       "kv_cache_dtype",
                                       "kv_offloading_size",
                                       "load_format",
                                       "max_batch_prefill_tokens",
                                       "max_concurrent_requests",
                                       "max_model_len",
                                       "max_num_batched_tokens",
                                       "max_num_seqs",
                                       "max_running_requests",
                                       "mem_fraction_static",
                                       "mlock",
                                       "model",
                                       "model_path",
                                       "n_gpu_layers",
                                       "nnodes",
                                       "no_enable_prefix_caching",
                                       "no_mmap",
                                       "num_gpu_blocks_override",
                                       "num_scheduler_steps",
                                       "num_shard",
                                       "numa",
                                       "numa_bind",
                                       "numa_bind_cpus",
                                       "numa_bind_nodes",
                                       "numa_node",
                                       "parallel",
                                       "pipeline_parallel_size",
                                       "port",
                                       "quantization",
                                       "schedule_policy",
                                       "served_model_name",
                                       "sharded",
                                       "split_mode",
                                       "stream_interval",
                                       "swap_space",
                                       "tensor_parallel_size",
                                       "tensor_split",
                                       "threads",
                                       "threads_batch",
                                       "threads_http",
                                       "tokenizer_worker_num",
                                       "uvicorn_log_level"};

std::optional<std::string> name_of(std::string_view option) {
  for (const ShortOption& known : kShortOptions) {
    if (known.spelled == option) return std::string(known.name);
  }
  if (!option.starts_with("--")) return std::nullopt;
  std::string name(option.substr(2));
  std::replace(name.begin(), name.end(), '-', '_');
  if (std::find(std::begin(kNames), std::end(kNames), name) == std::end(kNames)) return std::nullopt;
  return name;
}

// A negative number is a value, everything else with a dash the next option.
bool is_value(std::string_view word) {
  return !word.starts_with('-') || (word.size() > 1 && word[1] >= '0' && word[1] <= '9');
}

}  // namespace

std::map<std::string, std::string> framework_flags(const std::vector<std::string>& arguments) {
  std::map<std::string, std::string> flags;
  for (std::size_t index = 0; index < arguments.size(); ++index) {
    const std::string_view word = arguments[index];
    if (!word.starts_with('-')) continue;
    const std::size_t equals = word.find('=');
    const auto name = name_of(word.substr(0, equals));
    if (!name) continue;
    std::string value = "true";
    if (equals != std::string_view::npos) {
      value = std::string(word.substr(equals + 1));
    } else if (index + 1 < arguments.size() && is_value(arguments[index + 1])) {
      value = arguments[++index];
      // Lists of values follow one option: --numa-bind-nodes 0 0 1 1.
      while (name->starts_with("numa_bind_") && index + 1 < arguments.size() && is_value(arguments[index + 1])) {
        value += " " + arguments[++index];
      }
    }
    flags[*name] = std::move(value);
  }
  return flags;
}

}  // namespace ihc
