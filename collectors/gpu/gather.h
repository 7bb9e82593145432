// The GPUs of a node, put together from everything that names one: PCI, driver files and the tools' texts.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "collectors/gpu/merge.h"
#include "collectors/gpu/smi_fields.h"

namespace ihc {

/// One GPU and where its facts came from.
struct GatheredGpu {
  Gpu gpu;
  std::vector<std::string> sources;
  std::map<std::string, std::string> unknown;                      ///< fact → what was printed instead of a value
  std::vector<std::pair<std::string, GpuDifference>> differences;  ///< source → difference
};

class GpuGathering {
 public:
  /// What PCI says: the frame that the texts fill.
  void begin(std::vector<Gpu> devices);
  /// Adds what the text at `source` says of one GPU; it is found by address, UUID or index, else it is a further one.
  void add(const GpuReading& reading, const std::string& source);
  /// A GPU by the index of nvidia-smi; null when none has it.
  GatheredGpu* of_index(std::int64_t index);
  /// nvidia-smi counts GPUs in the order of their PCI addresses: gives those of the vendor, when there are just
  /// `count` of them and none has an index yet, theirs.
  void number(std::string_view vendor, std::size_t count);
  /// By address, then by index.
  std::vector<GatheredGpu> take();

 private:
  GatheredGpu* find(const Gpu& gpu);

  std::vector<GatheredGpu> gpus_;
};

}  // namespace ihc
