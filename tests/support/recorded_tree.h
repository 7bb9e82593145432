// Recorded machines as bundles: a tar of a /proc and /sys tree (as hwloc-gather-topology, lscpu and others make them),
// read into memory with its links followed.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "bundle/bundle.h"

namespace ihc::test {

/// Where the shared captures are: IHC_SHARED_DIR, else shared/ beside the checkout. May not exist.
std::filesystem::path shared_dir();

/// The files of a tar (gz, bz2, xz, zst) below "root/"; null when it cannot be read. What stands before the first
/// "proc" or "sys" in a path is cut off.
std::unique_ptr<MemoryBundle> bundle_of_tree(const std::filesystem::path& archive);

}  // namespace ihc::test
