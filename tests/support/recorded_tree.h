// Recorded machines as bundles: a tar of a /proc and /sys tree (as hwloc-gather-topology, lscpu and others make them),
// read into memory by the code of `ihc import`.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "bundle/bundle.h"
#include "collect/import.h"

namespace ihc::test {

/// Where the shared captures are: IHC_SHARED_DIR, else shared/ beside the checkout. May not exist.
inline std::filesystem::path shared_dir() {
  const char* named = std::getenv("IHC_SHARED_DIR");
  return named != nullptr ? std::filesystem::path(named) : std::filesystem::path(IHC_SOURCE_DIR) / "../shared";
}

/// The files of a tar below "root/", links followed; null when it cannot be read.
inline std::unique_ptr<MemoryBundle> bundle_of_tree(const std::filesystem::path& archive) {
  auto import = import_evidence({.sources = {{archive.string(), {}}}}, all_collectors());
  if (!import) return nullptr;
  std::map<std::string, std::string, std::less<>> members;
  for (ImportedFile& file : import->files) members.emplace(std::move(file.path), std::move(file.bytes));
  return MemoryBundle::of_files(std::move(members));
}

}  // namespace ihc::test
