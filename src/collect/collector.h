// What a collector is: a name, its table of captures, and the reading of its evidence into facts. One constant per file
// in collectors/; the build finds it and writes the list.
#pragma once

#include <span>
#include <string_view>

#include "collect/capture.h"
#include "collect/foreign_text.h"

namespace ihc {

class Bundle;
class FactsBuilder;

struct Collector {
  std::string_view name;   ///< as in --only, --skip and the manifest: "topology"
  std::string_view about;  ///< one line for people: "CPUs, packages, NUMA nodes, distances, caches, PCI devices"
  std::span<const Capture> captures;
  /// Parses this family's evidence into facts. Touches no disk, no clock, no log; does no arithmetic that a rule could
  /// do.
  void (*read)(const Bundle& bundle, FactsBuilder& facts);
  /// What `import` may bring for this family besides its own captures.
  std::span<const ForeignText> texts{};
  /// The same as `read`, for facts that build on other families': it runs when all have been read.
  void (*read_after)(const Bundle& bundle, FactsBuilder& facts) = nullptr;
};

/// All collectors, sorted by name. Defined by the source that the build generates from the files in collectors/:
/// collectors/<stem>.cpp defines `extern const Collector k_<stem>_collector`.
std::span<const Collector* const> all_collectors();

}  // namespace ihc
