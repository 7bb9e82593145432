// Which processes of an imported tree serve inference, when a person says so: the same choice as `ihc collect` makes on
// a node with --pid and --match, made from /proc/PID/{stat,cmdline} of the tree.
#pragma once

#include "base/result.h"
#include "collect/importing/gather.h"

namespace ihc {

/// Adds probes/discovery.json when `options` choose processes; else the tree speaks for itself. Fails (usage) when they
/// name nothing.
Result<void> find_imported_workers(const ImportOptions& options, Gathering& gathering);

}  // namespace ihc
