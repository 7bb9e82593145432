// `nvidia-smi --query-gpu=… --format=csv` and its relatives (--query-compute-apps, --query-remapped-rows), with any
// columns, with and without heading, with and without units.
//
//   index, utilization.gpu [%], memory.used [MiB]            0, NVIDIA L4, GPU-24598a07-f97d-fc79-86de-485c4c82d01c
//   0, 0 %, 46109 MiB                                        1, NVIDIA A1, GPU-63110aaa-3561-c8f5-e125-4ab40bbcf838
//
// Without a heading (csv,noheader) only the columns that say themselves what they are can be read: UUIDs, PCI
// addresses, an index that counts up from 0, and the product's name. "23034 MiB" alone may be memory of any kind.
// Source: nvidia-smi --help-query-gpu.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/reading/parsed.h"

namespace ihc {

struct SmiCsv {
  bool has_heading = false;
  std::vector<std::string> columns;  ///< names without unit; "" where a column is not known
  /// For each row: name → value with its unit, known columns only.
  std::vector<std::vector<std::pair<std::string, std::string>>> rows;
  std::size_t unknown_columns = 0;  ///< without a heading: columns that do not say what they are
};

/// `query` are the names that were asked for, when the command is known; they stand for a heading that is not there.
Parsed<SmiCsv> parse_smi_csv(std::string_view text, const std::vector<std::string>& query = {});

}  // namespace ihc
