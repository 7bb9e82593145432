// The name under which a worker is the same subject before and after a restart, on this node and in another bundle of
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ihc {

/// What is known of a worker that a restart does not change.
struct WorkerIdentity {
  std::string comm;
  std::vector<std::string> arguments;  ///< scrubbed
  std::optional<std::string> unit;
  std::optional<std::string> unit_kind;
  bool in_container = false;
  std::optional<std::string> framework;
  std::optional<std::string> role;
  std::vector<std::string> gpus;  ///< PCI addresses
  std::int64_t start_time_ticks = 0;
  std::int64_t pid = 0;  ///< only to order twins that started in the same tick
};

/// One key for each, in the order given, all different: the unit ("vllm.service", with "/<process title or role>" when
/// several processes share it); else framework, model, port, title and GPUs ("vllm model=meta-llama/Llama-3.1-8B
/// port=8000 gpus=0000:3b:00.0"); else the process name and a hash of its command line ("python3-1f0c2d3e"). Twins get
/// "#2", "#3" in the order in which they started. Names of scopes and of containers change with every start and are
/// never used.
std::vector<std::string> worker_keys(const std::vector<WorkerIdentity>& workers);

/// The value of the first of these options: "--model X", "--model=X".
std::optional<std::string> option_value(const std::vector<std::string>& arguments,
                                        const std::vector<std::string_view>& names);

}  // namespace ihc
