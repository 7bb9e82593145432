// The facts document: all sections, where each fact came from, and why a missing one is missing. The engine, the report
// and compare see a node only through this document's JSON.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/benchmark.h"
#include "facts/cgroups.h"
#include "facts/collection.h"
#include "facts/container.h"
#include "facts/describe.h"
#include "facts/engagement.h"
#include "facts/frequency.h"
#include "facts/gpu.h"
#include "facts/host.h"
#include "facts/interrupts.h"
#include "facts/kernel.h"
#include "facts/kernel_log.h"
#include "facts/network.h"
#include "facts/node.h"
#include "facts/numa_memory.h"
#include "facts/perf.h"
#include "facts/pressure.h"
#include "facts/runtime_metrics.h"
#include "facts/series.h"
#include "facts/services.h"
#include "facts/software.h"
#include "facts/topology.h"
#include "facts/traces.h"
#include "facts/workers.h"

namespace ihc {

inline constexpr std::int64_t kFactsSchemaVersion = 1;

struct Facts {
  std::int64_t schema_version = kFactsSchemaVersion;
  std::optional<Node> node;
  std::optional<Topology> topology;
  std::optional<Frequency> frequency;
  std::optional<NumaMemory> numa_memory;
  std::optional<Host> host;
  std::optional<Kernel> kernel;
  std::optional<KernelLog> kernel_log;
  std::optional<std::vector<Gpu>> gpus;
  std::optional<std::vector<GpuLink>> gpu_links;
  std::optional<GpuStack> gpu_stack;
  std::optional<std::vector<Nic>> nics;
  std::optional<Network> network;
  std::optional<std::vector<Irq>> irqs;
  std::optional<Interrupts> interrupts;
  std::optional<Pressure> pressure;
  std::optional<std::vector<Worker>> workers;
  std::optional<std::vector<Worker>> processes;
  std::optional<std::vector<Cgroup>> cgroups;
  std::optional<std::vector<Service>> services;
  std::optional<Container> container;
  std::optional<Perf> perf;
  std::optional<Traces> traces;
  std::optional<RuntimeMetrics> runtime_metrics;
  std::optional<Software> software;
  std::optional<Collection> collection;
  std::optional<Engagement> engagement;
  std::optional<std::vector<StatedWaiver>> waivers;
  std::optional<Series> series;
  std::optional<std::vector<Benchmark>> benchmarks;
};

// Instantiated once, in document.cpp: the whole document's description is too much for every file that includes this.
extern template const TypeInfo& type_of<Facts>();
extern template Json facts_to_json<Facts>(const Facts& value);

/// Why a fact is absent. `reason` is a reason code of DESIGN "Words" (file_absent, permission, tool_missing, …).
struct MissingFact {
  std::string reason;
  std::string collector;
  std::string hint;
};

/// Two sources that say different things of one fact; the one kept is `used`.
struct FactConflict {
  std::string pointer;
  std::string used;
  std::string other;
  std::string detail;
};

/// What collectors write into. Pointers are JSON pointers into the document ("/topology/numa_nodes"); an entry holds
/// for everything below it, the longest prefix wins.
class FactsBuilder {
 public:
  Facts facts;

  /// Notes that the facts at `pointer` were read from the evidence at `evidence_path` (a plain-tree path of the
  /// bundle).
  void source(const std::string& pointer, const std::string& evidence_path);
  /// Notes why the facts at `pointer` are absent.
  void missing(const std::string& pointer, MissingFact why);
  /// Takes back what `missing` noted at exactly this pointer: another source had the fact after all.
  void found(const std::string& pointer);
  void conflict(FactConflict conflict);

  const std::map<std::string, std::vector<std::string>>& sources() const { return sources_; }
  const std::map<std::string, MissingFact>& missing() const { return missing_; }
  const std::vector<FactConflict>& conflicts() const { return conflicts_; }

 private:
  std::map<std::string, std::vector<std::string>> sources_;
  std::map<std::string, MissingFact> missing_;
  std::vector<FactConflict> conflicts_;
};

/// The whole document: the sections of Facts at the top level, `sources` {pointer: [evidence path]}, `missing`
/// {pointer: {reason, collector, hint}}, `conflicts` [{pointer, used, other, detail}].
Json to_json(const FactsBuilder& builder);

/// Draft-07 JSON Schema of that document.
Json facts_schema();

/// Reference page of all facts, Markdown.
std::string facts_reference();

}  // namespace ihc
