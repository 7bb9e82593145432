// How GPU counters grew between the reports taken before and after the window.
#pragma once

#include <vector>

#include "bundle/bundle.h"
#include "collectors/gpu/gather.h"

namespace ihc {

/// Fills `delta` of each GPU that is in both reports. A counter that went backwards was reset and has no growth.
void add_gpu_growth(const Bundle& bundle, std::vector<GatheredGpu>& gpus);

}  // namespace ihc
