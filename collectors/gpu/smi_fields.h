// Which value of nvidia-smi is which fact: one table for the XML, the text and the names of --query-gpu.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/gpu/smi_log.h"
#include "facts/gpu.h"

namespace ihc {

/// A GPU as one text describes it. `unknown` are values that were printed but are none, with what was printed instead:
/// {"/power/draw_w", "N/A"}.
struct GpuReading {
  Gpu gpu;
  std::vector<std::pair<std::string, std::string>> unknown;
};

enum class SmiLayout { xml, text };

GpuReading gpu_of_smi(const SmiGpu& smi, SmiLayout layout);
/// `names` are columns of --query-gpu ("memory.total"), `values` have their unit.
GpuReading gpu_of_query(const std::vector<std::pair<std::string, std::string>>& named_values);
/// Whether --query-gpu (or --query-remapped-rows) has a column of this name.
bool is_query_column(std::string_view name);
/// The names of event reasons in the order of their bits: clocks_event_reasons.active is the sum of 1 << position.
std::map<std::string, bool> event_reasons_of_mask(std::uint64_t mask);

/// The driver's and CUDA's version and the number of GPUs, from the head of a report.
GpuStack stack_of_smi(const SmiLog& log);

}  // namespace ihc
