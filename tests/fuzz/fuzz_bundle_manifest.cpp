// A manifest of a stranger: what is read prints back to what reads the same, and no bundle around it breaks its reader.
#include <cstdint>
#include <cstdlib>

#include "bundle/bundle.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto json = ihc::parse_json(text, "manifest.json");
  if (!json) return 0;
  const auto manifest = ihc::manifest_from_json(*json);
  if (!manifest) {
    if (ihc::to_string(manifest.error()).find('\n') != std::string::npos) std::abort();
    return 0;
  }
  const auto again = ihc::manifest_from_json(ihc::to_json(*manifest));
  if (!again || ihc::to_json(*again) != ihc::to_json(*manifest)) std::abort();

  const auto bundle = ihc::MemoryBundle::make({{"manifest.json", text}, {"root/a", "1"}, {"commands/a/stdout", "2"}});
  if (!bundle) std::abort();
  for (const ihc::Error& problem : ihc::verify(**bundle)) {
    if (ihc::to_string(problem).find('\n') != std::string::npos) std::abort();
  }
  for (const auto& record : manifest->not_read) (void)(*bundle)->find(record.path);
  (void)(*bundle)->glob("*/*");
  return 0;
}
