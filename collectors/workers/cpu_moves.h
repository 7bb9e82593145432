// Where a worker's threads ran from reading to reading, and how often on another NUMA node or level 3 cache than
// before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collectors/reading/evidence_reader.h"
#include "facts/topology.h"
#include "facts/workers.h"

namespace ihc {

/// Which node and which level 3 cache each CPU belongs to.
class CpuPlaces {
 public:
  explicit CpuPlaces(const std::optional<Topology>& topology);
  bool knows_nodes() const { return !nodes_.empty(); }
  bool knows_caches() const { return !caches_.empty(); }
  std::optional<std::int64_t> node_of(std::int64_t cpu) const { return at(nodes_, cpu); }
  std::optional<std::int64_t> cache_of(std::int64_t cpu) const { return at(caches_, cpu); }
  /// The nodes of these CPUs.
  CpuSet nodes_of(const CpuSet& cpus) const;

 private:
  static std::optional<std::int64_t> at(const std::vector<std::int64_t>& places, std::int64_t cpu);

  std::vector<std::int64_t> nodes_;  // by CPU; -1: not known
  std::vector<std::int64_t> caches_;
};

/// A reading of a thread's last CPU for which it had run since the reading before.
struct CpuSample {
  std::int64_t taken_ns = 0;
  std::int64_t cpu = 0;
  std::int64_t cpu_before = 0;
};

struct ThreadSamples {
  std::vector<CpuSample> samples;
  std::int64_t readings = 0;  ///< how often the thread was looked at, whether it had run or not
};

/// From the samples of stat (which CPU) and schedstat (whether it ran) in a thread's directory. The sampler leaves out
/// the stat of a thread whose schedstat says the same as before; where schedstat counts nothing, a thread has run when
/// its CPU time grew by a clock tick.
ThreadSamples thread_samples(const Bundle& bundle, const std::string& directory);

/// Shares of CPU samples: the numerators, as far as both places are known.
struct CrossCounts {
  std::int64_t samples = 0;
  std::int64_t node = 0;
  std::int64_t cache = 0;

  void add(const CpuSample& sample, const CpuPlaces& places);
  CrossCounts& operator+=(const CrossCounts& other);
};

/// Whether a thread was looked at all through the window, when the most that any was looked at is `most`.
bool is_followed(std::int64_t readings, std::int64_t most);

/// The CPUs a worker and each of its threads used, and the shares of their samples that crossed; `dir` is
/// root/proc/PID/, pointers are the worker's own.
void read_cpu_moves(const EvidenceReader& reader, const std::string& dir, const CpuPlaces& places,
                    std::vector<WorkerThread>& threads, Worker& worker);

/// What it may use against what it used, by node.
void set_nodes(const CpuPlaces& places, Worker& worker);

}  // namespace ihc
