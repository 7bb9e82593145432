// Which processes of an imported tree serve inference: the same choice as `ihc collect` makes on a node, made from
// /proc/PID/{stat,cmdline} of the tree.
#pragma once

#include "base/result.h"
#include "collect/importing/gather.h"

namespace ihc {

/// Adds probes/discovery.json when the tree has processes; without any nothing is known of workers, and nothing is
/// said. Fails (usage) when --pid or --match of `options` names nothing.
Result<void> find_imported_workers(const ImportOptions& options, Gathering& gathering);

}  // namespace ihc
