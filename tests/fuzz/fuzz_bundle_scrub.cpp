// Any bytes through the scrubber: no token of a known shape comes out, wherever the input put it, and counts match
// marks.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "bundle/scrub.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr ihc::ScrubKind kKinds[]{ihc::ScrubKind::text, ihc::ScrubKind::nul_vector, ihc::ScrubKind::environment};
  const ihc::ScrubKind kind = kKinds[data[0] % 3];
  const std::string bytes(data + 1, data + size);
  // A token between words of the input, so that whatever the passes before did to them, it still has to go.
  const std::string token = "hf_" + std::string(34, 'Q');
  if (bytes.find("hf_Q") != std::string::npos) return 0;  // part of a longer word perhaps, and then no token
  const std::size_t middle = bytes.size() / 2;
  ihc::Scrubber scrubber;
  const std::string scrubbed = scrubber.scrub(bytes.substr(0, middle) + " " + token + " " + bytes.substr(middle), kind);
  if (scrubbed.find(token) != std::string::npos) std::abort();
  if (scrubber.counts().empty()) std::abort();
  ihc::Scrubber numeric;
  if (numeric.scrub(bytes, ihc::ScrubKind::none) != bytes || !numeric.counts().empty()) std::abort();
  return 0;
}
