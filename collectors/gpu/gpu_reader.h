// All that a bundle has about GPUs, of whichever tool, put together GPU by GPU.
#pragma once

#include "bundle/bundle.h"
#include "facts/document.h"

namespace ihc {

/// Fills facts.gpus, facts.gpu_links and facts.gpu_stack.
void read_gpus(const Bundle& bundle, FactsBuilder& builder);

}  // namespace ihc
