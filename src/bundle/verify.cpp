// Holding a bundle against its own manifest: every member by size and hash, nothing that is not named, and a manifest
// that does not contradict itself.
#include <map>
#include <set>
#include <utility>

#include "base/sha256.h"
#include "bundle/bundle.h"
#include "bundle/member_path.h"

namespace ihc {

namespace {

class Findings {
 public:
  void note(std::string what, std::string_view path) {
    found_.push_back(
        {ErrorCode::corrupt, std::move(what), printable_path(path), "do not rely on this bundle; collect it again"});
  }
  std::vector<Error> take() { return std::move(found_); }

 private:
  std::vector<Error> found_;
};

void check_member(const MemberRecord& record, const Bundle& bundle, Findings& findings) {
  const auto stored = bundle.members().find(record.path);
  if (stored == bundle.members().end()) {
    return findings.note("the manifest names it, and it is not in the bundle", record.path);
  }
  const auto size_bytes = static_cast<std::int64_t>(stored->second.size());
  if (size_bytes != record.size_bytes) {
    return findings.note(
        "has " + std::to_string(size_bytes) + " bytes where the manifest says " + std::to_string(record.size_bytes),
        record.path);
  }
  if (sha256_hex(stored->second) != record.sha256) {
    findings.note("its SHA-256 is not the one in the manifest: the content was changed", record.path);
  }
}

void check_manifest(const Manifest& manifest, Findings& findings) {
  const auto note = [&](std::string what) { findings.note(std::move(what), "manifest.json"); };
  if (manifest.ended_ns < manifest.started_ns || manifest.ended_utc < manifest.started_utc) {
    note("the collection ends before it starts");
  }
  std::set<std::string_view> collectors;
  for (const CollectorRecord& record : manifest.collectors) {
    if (!collectors.insert(record.name).second) note("names the collector " + printable_path(record.name) + " twice");
  }
  std::set<std::string_view> commands;
  for (const CommandRecord& record : manifest.commands) {
    if (!commands.insert(record.slug).second) note("names the command " + printable_path(record.slug) + " twice");
  }
}

}  // namespace

std::vector<Error> verify(const Bundle& bundle) {
  Findings findings;
  std::set<std::string_view> named;
  for (const MemberRecord& record : bundle.manifest().members) {
    if (named.insert(record.path).second) {
      check_member(record, bundle, findings);
    } else {
      findings.note("the manifest names it twice", record.path);
    }
  }
  for (const auto& [path, bytes] : bundle.members()) {
    if (!named.contains(path)) findings.note("is in the bundle, and the manifest does not name it", path);
  }
  check_manifest(bundle.manifest(), findings);
  return findings.take();
}

}  // namespace ihc
