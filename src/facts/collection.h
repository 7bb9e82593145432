// facts.collection: what the collection itself cost, so that a rule can judge whether it disturbed what it measured.
#pragma once

#include "facts/describe.h"

namespace ihc {

struct Collection {
  std::optional<double> cpu_seconds;
  std::optional<double> commands_cpu_seconds;
  std::optional<double> wall_seconds;
  std::optional<double> cpu_share_pct;
  std::optional<std::int64_t> peak_memory_bytes;
  std::optional<std::int64_t> bytes_read;
  std::optional<double> sampling_cpu_seconds;
  std::optional<double> sampling_cpu_pct;
};

}  // namespace ihc
