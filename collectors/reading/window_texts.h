// A sampled file as two texts: what it said when the window began, and when it ended.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "bundle/bundle.h"
#include "collectors/reading/evidence_reader.h"

namespace ihc {

struct WindowTexts {
  std::string_view last;                  ///< the only one where the file was read once
  std::optional<std::string_view> first;  ///< only with a later reading
  std::optional<double> seconds;          ///< between the two
};

/// The readings of a sampled path, else the single file of a bundle that was made from someone's files.
std::optional<WindowTexts> window_texts(const Bundle& bundle, const std::string& path);

/// The paths that match, sampled or single, in natural order.
std::vector<std::string> window_paths(const Bundle& bundle, const std::string& pattern);

/// Notes why there is no growth: one reading only, or a counter that went backwards.
void explain_growth(const EvidenceReader& reader, const std::string& pointer, const std::optional<WindowTexts>& texts);

/// The growth of every counter that both have; nothing when one of them went backwards.
template <class Key>
std::optional<std::map<Key, std::int64_t>> growth_between(const std::map<Key, std::int64_t>& before,
                                                          const std::map<Key, std::int64_t>& after) {
  std::map<Key, std::int64_t> growth;
  for (const auto& [key, value] : after) {
    const auto found = before.find(key);
    if (found == before.end()) continue;
    if (value < found->second) return std::nullopt;
    growth[key] = value - found->second;
  }
  return growth;
}

}  // namespace ihc
