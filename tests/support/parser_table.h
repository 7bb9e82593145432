// Every parser of foreign text. The corpus, the test of hostile input and the fuzz target walk this list.
#pragma once

#include <vector>

#include "support/parsers/benchmark.h"
#include "support/parsers/cgroup.h"
#include "support/parsers/container.h"
#include "support/parsers/frequency.h"
#include "support/parsers/gpu.h"
#include "support/parsers/host.h"
#include "support/parsers/irq.h"
#include "support/parsers/kernel_log.h"
#include "support/parsers/network.h"
#include "support/parsers/node.h"
#include "support/parsers/numa_memory.h"
#include "support/parsers/pci.h"
#include "support/parsers/perf.h"
#include "support/parsers/pressure.h"
#include "support/parsers/reading.h"
#include "support/parsers/runtime_metrics.h"
#include "support/parsers/services.h"
#include "support/parsers/software.h"
#include "support/parsers/topology.h"
#include "support/parsers/traces.h"
#include "support/parsers/workers.h"

namespace ihc::test {

/// Whether a number below zero is anywhere in a document: no parser of ours has one to give.
inline bool has_negative(const Json& json) {
  if (json.is_number()) return json.get<double>() < 0;
  if (!json.is_structured()) return false;
  for (const Json& element : json) {
    if (has_negative(element)) return true;
  }
  return false;
}

inline const std::vector<Parser>& all_parsers() {
  static const std::vector<Parser> kAll = [] {
    std::vector<Parser> all;
    const auto add = [&all](const auto& family) { all.insert(all.end(), family.begin(), family.end()); };
    add(kBenchmarkParsers);
    add(kCgroupParsers);
    add(kContainerParsers);
    add(kFrequencyParsers);
    add(kGpuParsers);
    add(kHostParsers);
    add(kIrqParsers);
    add(kKernelLogParsers);
    add(kNetworkParsers);
    add(kNodeParsers);
    add(kNumaMemoryParsers);
    add(kPciParsers);
    add(kPerfParsers);
    add(kPressureParsers);
    add(kReadingParsers);
    add(kRuntimeMetricsParsers);
    add(kServicesParsers);
    add(kSoftwareParsers);
    add(kTopologyParsers);
    add(kTracesParsers);
    add(kWorkersParsers);
    return all;
  }();
  return kAll;
}

}  // namespace ihc::test
