// An archive of a stranger: read or refused, and what is read obeys the limits and the rules for paths.
#include <cstdint>
#include <cstdlib>

#include "bundle/member_path.h"
#include "bundle/member_set.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr ihc::ReadLimits kSmall{
      .members = 64, .member_bytes = 1 << 16, .total_bytes = 1 << 18, .ratio = 100, .ratio_free_bytes = 1 << 16};
  const std::string bytes(data, data + size);
  const auto members = ihc::read_archive(bytes, "fuzz", kSmall);
  if (!members) {
    if (members.error().what.empty() || ihc::to_string(members.error()).find('\n') != std::string::npos) std::abort();
    return 0;
  }
  std::size_t total = 0;
  for (const auto& [path, content] : *members) {
    if (!ihc::check_bundle_path(path, ihc::PathKind::member)) std::abort();
    if (content.size() > kSmall.member_bytes) std::abort();
    total += content.size();
  }
  if (members->size() > kSmall.members || total > kSmall.total_bytes || !members->contains("manifest.json"))
    std::abort();
  return 0;
}
