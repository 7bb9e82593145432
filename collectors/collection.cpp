// What collecting cost, from the bundle's own manifest: this collector reads nothing on the node.

#include "collect/collector.h"
#include "collectors/reading/evidence_reader.h"

namespace ihc {

namespace {

void read(const Bundle& bundle, FactsBuilder& builder) {
  constexpr double kNsPerSecond = 1e9;
  const Manifest& manifest = bundle.manifest();
  const CollectionCost& cost = manifest.cost;
  Collection collection;
  builder.source("/collection", "manifest.json");
  // A bundle made by `import` has no collection of ours behind it: its times are equal.
  if (manifest.ended_ns <= manifest.started_ns) {
    builder.missing("/collection", {"structural", "collection", "the bundle was not made by ihc collect"});
    builder.facts.collection = collection;
    return;
  }
  const double wall_seconds = static_cast<double>(manifest.ended_ns - manifest.started_ns) / kNsPerSecond;
  collection.cpu_seconds = cost.cpu_seconds;
  collection.commands_cpu_seconds = cost.commands_cpu_seconds;
  collection.wall_seconds = wall_seconds;
  collection.sampling_cpu_seconds = manifest.sampling_cpu_seconds;
  if (manifest.sampling_cpu_seconds && manifest.window_observed_s > 0) {
    collection.sampling_cpu_pct = *manifest.sampling_cpu_seconds / manifest.window_observed_s * 100;
  }
  collection.cpu_share_pct = (cost.cpu_seconds + cost.commands_cpu_seconds) / wall_seconds * 100;
  collection.peak_memory_bytes = cost.peak_memory_bytes;
  collection.bytes_read = cost.bytes_read;
  builder.facts.collection = collection;
}

}  // namespace

extern const Collector k_collection_collector{
    .name = "collection",
    .about = "what collecting cost: CPU time, memory, bytes read",
    .captures = {},
    .read = read,
};

}  // namespace ihc
