// Bundles made by hand for tests of read functions: single files, and readings of sampled files at given times.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bundle/bundle.h"
#include "bundle/packed.h"

namespace ihc::test {

struct SampledFile {
  std::string path;
  std::int64_t taken_ns = 0;
  std::string bytes;
  EvidenceStatus status = EvidenceStatus::ok;
};

using Files = std::map<std::string, std::string, std::less<>>;

inline std::unique_ptr<MemoryBundle> bundle_of(Files files, const std::vector<SampledFile>& samples = {}) {
  std::string member = packed_preamble();
  for (const SampledFile& sample : samples) {
    member +=
        packed_text({.path = sample.path, .status = sample.status, .taken_ns = sample.taken_ns, .bytes = sample.bytes});
  }
  if (!samples.empty()) files["samples/test"] = member;
  return MemoryBundle::of_files(std::move(files));
}

/// The same with a manifest of its own.
inline std::unique_ptr<MemoryBundle> bundle_with_manifest(Manifest manifest, Files files) {
  if (manifest.node.empty()) manifest.node = "test";
  if (manifest.tool_version.empty()) manifest.tool_version = "0";
  if (manifest.started_utc.empty()) manifest.started_utc = "2026-01-01T00:00:00Z";
  if (manifest.ended_utc.empty()) manifest.ended_utc = "2026-01-01T00:00:30Z";
  files["manifest.json"] = to_pretty_text(to_json(manifest));
  auto bundle = MemoryBundle::make(std::move(files));
  return bundle ? std::move(*bundle) : nullptr;
}

}  // namespace ihc::test
