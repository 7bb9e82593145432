#include "collect/foreign_text.h"

#include <algorithm>
#include <cctype>
#include <functional>

#include "base/limits.h"
#include "base/text.h"
#include "collect/collector.h"

namespace ihc {

namespace {

// "sos_commands/numa/numastat_-m" → "numastat-m": the last component, and one dash for every run of what is neither
// letter nor digit.
std::string spoken_name(std::string_view file_name) {
  std::string spoken;
  for (const char c : file_name.substr(file_name.rfind('/') + 1)) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      spoken += c;
    } else if (!spoken.empty() && !spoken.ends_with('-')) {
      spoken += '-';
    }
  }
  return to_lower(spoken);
}

// Whole words only: "numastat-m" is spoken by "numastat-m-txt", not by "numastat-mem".
bool speaks(std::string_view spoken, std::string_view kind) {
  const std::string padded = "-" + std::string(spoken) + "-";
  return padded.find("-" + to_lower(kind) + "-") != std::string::npos;
}

// How much of a kind a name speaks: all of it, or all but its last word ("perf-stat" of "perf-stat-text").
std::size_t agreement(std::string_view spoken, std::string_view kind) {
  if (speaks(spoken, kind)) return 2 * kind.size();
  const std::size_t dash = kind.rfind('-');
  return dash != std::string_view::npos && speaks(spoken, kind.substr(0, dash)) ? dash : 0;
}

}  // namespace

std::vector<const ForeignText*> foreign_texts(std::span<const Collector* const> collectors) {
  std::vector<const ForeignText*> texts;
  for (const Collector* collector : collectors) {
    for (const ForeignText& text : collector->texts) texts.push_back(&text);
  }
  std::ranges::sort(texts, {}, &ForeignText::kind);
  return texts;
}

const ForeignText* foreign_text_of_kind(std::string_view kind, std::span<const Collector* const> collectors) {
  const auto texts = foreign_texts(collectors);
  const auto found = std::ranges::find(texts, kind, &ForeignText::kind);
  return found == texts.end() ? nullptr : *found;
}

Recognition recognise(std::string_view text, std::span<const Collector* const> collectors) {
  Recognition recognition;
  const std::string_view start = text.substr(0, limits::kLikenessBytes);
  for (const ForeignText* candidate : foreign_texts(collectors)) {
    const Likeness likeness = candidate->likeness(start);
    if (likeness == Likeness::no || likeness < recognition.likeness) continue;
    if (likeness > recognition.likeness) recognition.candidates.clear();
    recognition.likeness = likeness;
    recognition.candidates.push_back(candidate);
  }
  // A report that quotes others looks like each of them; it is the report.
  const auto quotes = [](const ForeignText* candidate) { return candidate->parts != nullptr; };
  if (std::ranges::any_of(recognition.candidates, quotes)) std::erase_if(recognition.candidates, std::not_fn(quotes));
  return recognition;
}

const ForeignText* choose_by_name(const Recognition& recognition, std::string_view file_name) {
  const auto& candidates = recognition.candidates;
  if (candidates.size() == 1) return candidates.front();
  const std::string spoken = spoken_name(file_name);
  const ForeignText* best = nullptr;
  std::size_t best_agreement = 0;
  bool is_tie = false;
  for (const ForeignText* candidate : candidates) {
    const std::size_t agreed = agreement(spoken, candidate->kind);
    if (agreed == 0 || agreed < best_agreement) continue;
    is_tie = agreed == best_agreement;
    best = candidate;
    best_agreement = agreed;
  }
  return is_tie ? nullptr : best;
}

std::string kinds_for_people(std::span<const Collector* const> collectors) {
  std::string kinds;
  for (const ForeignText* text : foreign_texts(collectors)) {
    kinds += (kinds.empty() ? "" : ", ") + std::string(text->kind);
  }
  return kinds;
}

}  // namespace ihc
