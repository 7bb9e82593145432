// A benchmark within a collection's window: in a process of its own, so that neither pays for the other, and with the
// priority that the program was started with, which a collection lowers.
#pragma once

#include <memory>

#include "base/result.h"
#include "bench/load/benchmark.h"
#include "collect/window_job.h"

namespace ihc {

class BenchJob : public WindowJob {
 public:
  /// Forks; the process waits for start(). Before anything else that opens files or lowers priorities. `quiet`: it
  /// draws no live line.
  static Result<std::shared_ptr<BenchJob>> create(const bench::LoadSettings& settings,
                                                  const std::map<std::string, bench::Floor>& floor, bool quiet);

  /// After members(): the runs; fails as run_benchmark() did.
  virtual Result<std::vector<bench::RunRecord>> runs() = 0;
};

}  // namespace ihc
