// Series of single files: of the node (pressure, vmstat, stat) and of the workers' control groups.
#pragma once

#include "collectors/series/shelf.h"

namespace ihc {

void add_node_series(const Bundle& bundle, const TimeAxis& axis, SeriesShelf& shelf);

/// Of the groups that hold a worker, not of those above them.
void add_cgroup_series(const Bundle& bundle, const TimeAxis& axis, const std::vector<Worker>& workers,
                       SeriesShelf& shelf);

}  // namespace ihc
