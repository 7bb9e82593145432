// A person's own map of roles to metrics, from its YAML file to the form a bundle keeps.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace ihc {

/// The JSON text for the bundle member kMetricsMapMember. Fails (not_found, permission, io, too_large, malformed)
/// naming the file, and the line or role that is wrong.
Result<std::string> read_metrics_map_file(const std::filesystem::path& file);

}  // namespace ihc
