// What changed second by second, on one time axis: it reads nothing on the node itself, but what other families read
// again and again through the window.
//
//   samples/pressure        /proc/pressure/cpu               some … total=157656722
//   samples/worker-threads  /proc/PID/task/TID/schedstat     1284512345 38123456 90211
//   commands/nvidia-smi-loop/stdout
//
// A series of a counter file is one row in series/counter_series.cpp, of a GPU in series/gpu_series.cpp, of a worker's
// threads in series/worker_series.cpp, of what a server counts about itself in series/metrics_series.cpp.

#include "base/clock.h"
#include "collect/collector.h"
#include "collectors/series/axis.h"
#include "collectors/series/counter_series.h"
#include "collectors/series/gpu_series.h"
#include "collectors/series/metrics_series.h"
#include "collectors/series/worker_series.h"

namespace ihc {

namespace {

// "2026-11-21T08:40:00.250Z"
std::string utc_text(std::int64_t epoch_ms) {
  std::string text = utc_to_text(epoch_ms / 1000);
  const std::string thousandths = std::to_string(1000 + epoch_ms % 1000).substr(1);
  return text.insert(text.size() - 1, "." + thousandths);
}

void read(const Bundle&, FactsBuilder&) {}

void read_after(const Bundle& bundle, FactsBuilder& builder) {
  constexpr double kNsPerSecond = 1e9;
  const EvidenceReader reader(bundle, builder, "series");
  const auto axis = time_axis(bundle);
  if (!axis) {
    return reader.missing("/series", "interval_too_short", "nothing was read again and again; collect with a window");
  }
  const std::vector<Worker> workers = builder.facts.workers.value_or(std::vector<Worker>{});
  SeriesShelf shelf(reader);
  add_node_series(bundle, *axis, shelf);
  add_worker_series(bundle, *axis, builder.facts.topology, workers, shelf);
  add_cgroup_series(bundle, *axis, workers, shelf);
  add_gpu_series(reader, *axis, shelf);
  add_metrics_series(reader, *axis, shelf);
  Series& series = shelf.series();
  if (series.rows.empty()) {
    return reader.missing("/series", "interval_too_short", "no file was read twice; collect with a window");
  }
  const Manifest& manifest = bundle.manifest();
  series.started_ns = axis->start_ns;
  series.step_seconds = static_cast<double>(axis->step_ns) / kNsPerSecond;
  if (manifest.window_observed_s > 0) series.window_seconds = manifest.window_observed_s;
  if (manifest.window_started_utc_ms && *manifest.window_started_utc_ms >= 0) {
    series.started_utc = utc_text(*manifest.window_started_utc_ms);
  } else {
    reader.missing("/series/started_utc", "structural", "the bundle does not note when its window began");
  }
  builder.source("/series", "manifest.json");
  builder.facts.series = std::move(series);
}

}  // namespace

extern const Collector k_series_collector{
    .name = "series",
    .about = "what changed second by second: waiting, switches, stalls, placement, GPU clocks",
    .captures = {},
    .read = read,
    .read_after = read_after,
};

}  // namespace ihc
