#include "collectors/services/likeness.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "collectors/reading/saved_text.h"
#include "collectors/services/unit_list.h"

namespace ihc {

namespace {

constexpr std::string_view kShownNames[] = {"ActiveEnterTimestamp",
                                            "ActiveState",
                                            "ControlGroup",
                                            "DropInPaths",
                                            "ExecMainPID",
                                            "FragmentPath",
                                            "Id",
                                            "LoadState",
                                            "MainPID",
                                            "Names",
                                            "SubState",
                                            "UnitFileState",
                                            "NeedDaemonReload",
                                            "Slice",
                                            "TasksCurrent",
                                            "InvocationID",
                                            "MemoryCurrent",
                                            "ExecMainStartTimestamp"};

}  // namespace

bool looks_shown(std::string_view text) {
  std::set<std::string_view> seen;
  for (std::string_view line : split_lines(text)) {
    const auto pair = split_key_value(line, '=');
    if (!pair) continue;
    const auto* known = std::find(std::begin(kShownNames), std::end(kShownNames), pair->first);
    if (known != std::end(kShownNames)) seen.insert(*known);
  }
  constexpr std::size_t kEnough = 3;
  return seen.size() >= kEnough;
}

bool looks_like_unit_file(std::string_view text) {
  constexpr std::string_view kSections[] = {"[Unit]", "[Service]", "[Install]", "[Slice]", "[Scope]"};
  bool has_section = false;
  bool has_assignment = false;
  for (const std::string_view raw : split_lines(text)) {
    const std::string_view line = trim(raw);
    has_section = has_section || std::find(std::begin(kSections), std::end(kSections), line) != std::end(kSections);
    has_assignment = has_assignment || (has_section && line.find('=') != std::string_view::npos);
  }
  return has_assignment;
}

bool looks_like_status(std::string_view text) {
  const auto units = parse_unit_status(text).value;
  return std::any_of(units.begin(), units.end(), [](const Service& unit) { return unit.load_state.has_value(); });
}

namespace {

bool looks_like_list(std::string_view text) {
  const auto listed = parse_unit_list(text);
  return listed.value.size() > 1 || (listed.value.size() == 1 && listed.unparsed.lines == 0);
}

}  // namespace

Likeness systemd_likeness(std::string_view given) {
  const std::string text = saved_text(given);
  return looks_shown(text) || looks_like_status(text) || looks_like_list(text) ? Likeness::sure : Likeness::no;
}

Likeness unit_likeness(std::string_view given) {
  const std::string text = saved_text(given);
  if (!looks_like_unit_file(text)) return Likeness::no;
  // Only a unit starts something or is installed; other files of this form may have a section of that name.
  for (const std::string_view sign : {"ExecStart", "WantedBy", "Description", "After", "AllowedCPUs", "CPUAffinity"}) {
    if (text.find(sign) != std::string_view::npos) return Likeness::sure;
  }
  return Likeness::maybe;
}

}  // namespace ihc
