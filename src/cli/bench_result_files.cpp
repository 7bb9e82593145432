#include "cli/bench_result_files.h"

#include <algorithm>

#include "base/files.h"
#include "base/limits.h"
#include "bundle/scrub.h"
#include "collect/foreign_text.h"

namespace ihc {

namespace {

constexpr std::string_view kPrefix = "bench-";  // of the kinds that are results of load generators

std::string known_kinds(std::span<const Collector* const> collectors) {
  std::string kinds;
  for (const ForeignText* text : foreign_texts(collectors)) {
    if (text->kind.starts_with(kPrefix)) kinds += (kinds.empty() ? "" : ", ") + std::string(text->kind);
  }
  return kinds;
}

const ForeignText* kind_of(std::string_view text, std::span<const Collector* const> collectors) {
  const Recognition recognition = recognise(text, collectors);
  const auto found = std::ranges::find_if(
      recognition.candidates, [](const ForeignText* candidate) { return candidate->kind.starts_with(kPrefix); });
  return found == recognition.candidates.end() ? nullptr : *found;
}

// "commands/bench-wrk/stdout" and 2 → "commands/bench-wrk-2/stdout", as import numbers them.
std::string free_place(std::string_view member, const std::map<std::string, std::string>& taken) {
  std::string place(member);
  for (int number = 2; taken.contains(place); ++number) {
    const std::size_t slash = member.rfind('/');
    place = std::string(member.substr(0, slash)) + "-" + std::to_string(number) + std::string(member.substr(slash));
  }
  return place;
}

}  // namespace

Result<void> attach_bench_results(const std::vector<std::string>& files, std::span<const Collector* const> collectors,
                                  std::map<std::string, std::string>& attachments) {
  for (const std::string& file : files) {
    const auto text = read_file(file, limits::kMaxBenchResultBytes);
    if (!text) return fail(text.error());
    const ForeignText* kind = kind_of(*text, collectors);
    if (kind == nullptr) {
      return fail(ErrorCode::malformed, "is no result of a load generator that ihc knows", file,
                  "known kinds: " + known_kinds(collectors));
    }
    attachments[free_place(kind->member, attachments)] = Scrubber().scrub(*text, kind->scrub);
  }
  return {};
}

}  // namespace ihc
