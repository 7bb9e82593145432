// Series of each server's own metrics, from the readings that --metrics-url took every second: its queue, its cache,
// its tokens, and the mean of the latencies that ended in a second. Which metric plays which role, the metrics map
// says.
#pragma once

#include "collectors/series/shelf.h"

namespace ihc {

void add_metrics_series(const EvidenceReader& reader, const TimeAxis& axis, SeriesShelf& shelf);

}  // namespace ihc
