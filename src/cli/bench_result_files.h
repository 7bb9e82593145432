// Files given with --bench-result: results of other load generators, to be kept in a bundle beside what it collects.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "collect/collector.h"

namespace ihc {

/// Reads each file, finds out which tool's it is, scrubs it, and puts it where `ihc import` would: the same readers
/// make facts of both. Fails naming the file: it cannot be read, is too large, or is no result that a collector knows.
Result<void> attach_bench_results(const std::vector<std::string>& files, std::span<const Collector* const> collectors,
                                  std::map<std::string, std::string>& attachments);

}  // namespace ihc
