// Looking before collecting: which of the collectors' rows could be had now, by this user. Files are opened and closed
// and of cheap ones a byte is read, programs are looked up and not run, what guards them is asked; probes are made as
// a collection makes them. Nothing is written, and every answer has a deadline.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "collect/discovery.h"
#include "collect/runner.h"

namespace ihc {

/// How much of a row, or of a collector, can be had.
enum class Had { all, part, none };
std::string_view to_word(Had had);  ///< ok, part, no

/// One row of a collector's table.
struct RowLook {
  std::size_t collector = 0;         ///< its place among the collectors
  const Capture* capture = nullptr;  ///< the row itself
  Had had = Had::all;
  std::string reason;   ///< of collect/reasons.h: why not all of it; also why some paths are not there; may be empty
  std::string example;  ///< a path (or a program) that the reason is about
  std::string hint;     ///< as the collection's manifest would have it; may be empty
  std::int64_t looked = 0;  ///< paths, programs or probes looked at: of many paths only the first are
  std::int64_t good = 0;    ///< of those, how many can be had
};

struct DoctorLook {
  std::vector<RowLook> rows;                ///< in the order of collectors and their tables
  std::vector<CollectorRecord> collectors;  ///< of each collector, what a collection would write into its manifest
  Discovery discovery;
  int effective_uid = 0;
  std::vector<std::string> capabilities;     ///< effective, by name
  std::map<std::string, std::string> texts;  ///< of the files asked for besides, those that could be read
};

/// Looks at the node, or at the tree below options.root_dir. `files` are read besides, at most 1 MiB of each, for who
/// explains what was found. Fails (usage) as collect() does.
Result<DoctorLook> look_at_node(const CollectOptions& options, std::span<const Collector* const> collectors,
                                std::span<const std::string> files);

}  // namespace ihc
