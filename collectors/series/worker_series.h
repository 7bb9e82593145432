// Series of each worker: the sums over its threads.
#pragma once

#include "collectors/series/shelf.h"

namespace ihc {

/// run_delay, context_switches and cpus_used from schedstat, cross_node_share and cross_l3_share from the CPUs that its
/// threads were seen on; of the threads that were followed through the window.
void add_worker_series(const Bundle& bundle, const TimeAxis& axis, const std::optional<Topology>& topology,
                       const std::vector<Worker>& workers, SeriesShelf& shelf);

}  // namespace ihc
