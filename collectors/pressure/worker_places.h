// Where the workers ran, and who else was busy there.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "facts/pressure.h"
#include "facts/topology.h"
#include "facts/workers.h"

namespace ihc {

class WorkerPlaces {
 public:
  WorkerPlaces(const std::optional<std::vector<Worker>>& workers, const std::optional<Topology>& topology);

  /// "cpu", "l3", "node" or "none": the nearest that was shared. Nothing where it is not known where workers ran.
  std::optional<std::string> shared_with(const CpuSet& cpus) const;

  /// For each kind of place how busy it was and with whom. Nothing without a window.
  std::optional<std::vector<SharedPlace>> use(const std::optional<std::vector<CpuTime>>& times,
                                              const std::optional<std::vector<Worker>>& workers) const;

 private:
  struct Place {
    const char* name;
    CpuSet cpus;
  };
  std::vector<Place> places_;  // the nearest first; empty: not known
};

/// Of two words of shared_with() the one that is nearer.
std::string nearer(const std::optional<std::string>& left, const std::string& right);

}  // namespace ihc
