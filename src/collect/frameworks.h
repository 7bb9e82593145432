// Which inference server a process belongs to, told from its command line alone.
//
//     /usr/bin/python3 /usr/local/bin/vllm serve meta-llama/Llama-3.1-8B     vllm, server
//     VLLM::Worker_TP0                                                       vllm, worker (a title the process gave
//     itself) vim vllm.py                                                            none: the program counts, not its
//     arguments
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace ihc {

/// Words as facts.workers has them: framework "vllm", "sglang", "tgi", …; role "server", "engine", "worker", "router",
/// "launcher", "runner", "idle".
struct FrameworkMatch {
  std::string_view framework;
  std::string_view role;

  bool operator==(const FrameworkMatch&) const = default;
};

/// `comm` as /proc/PID/comm (at most 15 bytes), `argv` as /proc/PID/cmdline split at NUL; it is empty when the command
/// line could not be read, and then `comm` alone decides. Nothing: not a process of an inference server that we know.
std::optional<FrameworkMatch> framework_of(std::string_view comm, std::span<const std::string_view> argv);

/// Whether a process that holds a GPU open does so to watch or to draw, not to compute: monitors and display servers.
bool is_gpu_bystander(std::string_view comm);

/// One line per row of the table ("vllm: program vllm serve"), sorted: what the dry run and the bundle say was looked
/// for.
std::vector<std::string> framework_patterns();

}  // namespace ihc
