// The shipped rules, templates and words: from a folder when one is given or installed, else as compiled into the
// program.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ihc {

/// One file compiled in; `path` is relative to the source tree ("rules/packs/topology.yaml").
struct EmbeddedResource {
  std::string_view path;
  std::string_view bytes;
};

/// Defined by the generated source that the build makes from rules/ and templates/, sorted by path.
std::span<const EmbeddedResource> embedded_resources();

/// One resource and where it came from (a file's path, or "(built in) rules/…") for diagnostics.
struct Resource {
  std::string path;  ///< relative: "packs/topology.yaml"
  std::string origin;
  std::string bytes;
};

/// All files below a kind ("rules" or "templates"), sorted by relative path. `override_dir` (from --rules/--templates)
/// is used alone when given and must exist; else <program>/../share/ihc/<kind> when it exists; else what is compiled
/// in.
Result<std::vector<Resource>> load_resources(std::string_view kind, const std::filesystem::path& override_dir);

}  // namespace ihc
