#include "collectors/reading/window_texts.h"

namespace ihc {

std::optional<WindowTexts> window_texts(const Bundle& bundle, const std::string& path) {
  constexpr double kNsPerSecond = 1e9;
  std::optional<Reading> first;
  std::optional<Reading> last;
  for (const Reading& reading : bundle.samples(path)) {
    if (reading.status != EvidenceStatus::ok) continue;
    if (!first) first = reading;
    last = reading;
  }
  if (!last) {
    const auto text = bundle.text(path);
    return text ? std::optional(WindowTexts{.last = *text, .first = {}, .seconds = {}}) : std::nullopt;
  }
  WindowTexts texts{.last = last->bytes, .first = {}, .seconds = {}};
  if (last->taken_ns > first->taken_ns) {
    texts.first = first->bytes;
    texts.seconds = static_cast<double>(last->taken_ns - first->taken_ns) / kNsPerSecond;
  }
  return texts;
}

std::vector<std::string> window_paths(const Bundle& bundle, const std::string& pattern) {
  std::vector<std::string> paths = bundle.sampled(pattern);
  return paths.empty() ? bundle.glob(pattern) : paths;
}

void explain_growth(const EvidenceReader& reader, const std::string& pointer, const std::optional<WindowTexts>& texts) {
  if (!texts || !texts->first) {
    return reader.missing(pointer, "interval_too_short", "a delta needs two readings; collect with a window");
  }
  reader.missing(pointer, "conflicting_evidence", "a counter went backwards within the window");
}

}  // namespace ihc
