#include "cli/remedies.h"

#include <algorithm>
#include <set>

#include <re2/re2.h>

#include "base/json_read.h"
#include "base/resources.h"
#include "base/text.h"
#include "collect/plan.h"
#include "collectors/node/os_release.h"

namespace ihc {

namespace {

constexpr const char* kTable = "words/remedies.json";
constexpr const char* kOsRelease = "/etc/os-release";
constexpr const char* kKernelRelease = "/proc/sys/kernel/osrelease";

bool finds(const std::string& pattern, std::string_view text) { return RE2::PartialMatch(text, RE2(pattern)); }

bool names(const Json& list, std::string_view word) {
  return std::any_of(list.begin(), list.end(), [&](const Json& one) { return one.is_string() && one == word; });
}

std::string text_of(const DoctorLook& look, const std::string& path) {
  const auto found = look.texts.find(path);
  return found == look.texts.end() ? std::string() : found->second;
}

/// The distribution's family by the table; empty when it knows none.
std::string family_of(const Json& families, std::string_view os_release) {
  const auto values = parse_os_release(os_release).value;
  for (const char* key : {"ID", "ID_LIKE"}) {
    const auto words = values.find(key);
    if (words == values.end()) continue;
    for (const std::string_view id : split_words(words->second)) {
      for (const auto& [family, members] : families.items()) {
        if (names(members, id)) return family;
      }
    }
  }
  return {};
}

bool holds(const Json& condition, const DoctorLook& look) {
  const auto found = look.texts.find(string_at(condition, "file"));
  const bool is_there = found != look.texts.end();
  if (at(condition, "absent").is_boolean()) return !is_there;
  if (!is_there) return false;
  if (at(condition, "matches").is_string()) return finds(string_at(condition, "matches"), found->second);
  return !finds(string_at(condition, "lacks"), found->second);
}

/// One pass of filling in. What has no value makes the whole command useless.
class Filler {
 public:
  Filler(const Json& table, const DoctorLook& look, const RemedyContext& context)
      : table_(table), family_(family_of(at(table, "families"), text_of(look, kOsRelease))) {
    values_["collect"] = context.collect;
    values_["ihc"] = context.program;
    values_["release"] = std::string(trim(text_of(look, kKernelRelease)));
    values_["user"] = std::to_string(look.effective_uid);
  }

  void set(const std::string& name, std::string value) { values_[name] = std::move(value); }

  /// Empty when a placeholder has no value.
  std::string fill(std::string_view text) const {
    std::string filled;
    while (!text.empty()) {
      const std::size_t open = std::min(text.find('{'), text.size());
      filled += text.substr(0, open);
      text.remove_prefix(open);
      if (text.empty()) break;
      const std::size_t close = text.find('}');
      if (close == std::string_view::npos) return {};
      const std::string value = value_of(std::string(text.substr(1, close - 1)));
      if (value.empty()) return {};
      filled += value;
      text.remove_prefix(close + 1);
    }
    return filled;
  }

 private:
  std::string value_of(const std::string& name) const {
    const std::size_t colon = name.find(':');
    if (colon != std::string::npos) {
      Filler inner = *this;
      inner.set("argument", name.substr(colon + 1));
      return inner.fill(string_at(at(table_, name.substr(0, colon)), family_));
    }
    if (name == "install") return fill(string_at(at(table_, "install"), family_));
    if (name == "package") {
      const auto program = values_.find("program");
      return program == values_.end() ? std::string()
                                      : fill(string_at(at(at(table_, "packages"), program->second), family_));
    }
    const auto found = values_.find(name);
    return found == values_.end() ? std::string() : found->second;
  }

  const Json& table_;
  std::string family_;
  std::map<std::string, std::string> values_;
};

struct RowText {
  std::string_view collector;
  std::string what;
};

bool fits(const Json& remedy, const RowLook& row, const RowText& text, const DoctorLook& look) {
  const bool is_advice = at(remedy, "advice").is_boolean();
  if (!is_advice && row.had == Had::all && row.good > 0) return false;
  const Json& collectors = at(remedy, "collectors");
  if (collectors.is_array() && !names(collectors, text.collector)) return false;
  if (!list_at(remedy, "reason").empty() && !names(list_at(remedy, "reason"), row.reason)) return false;
  const std::string user = string_at(remedy, "user");
  if (!user.empty() && (user == "root") != (look.effective_uid == 0)) return false;
  if (!finds(string_at(remedy, "row"), text.what) || !finds(string_at(remedy, "hint"), row.hint)) return false;
  const Json& conditions = list_at(remedy, "when");
  return std::all_of(conditions.begin(), conditions.end(), [&](const Json& one) { return holds(one, look); });
}

Remedy filled_remedy(const Json& remedy, const Filler& filler) {
  Remedy filled{.id = string_at(remedy, "id"),
                .why = filler.fill(string_at(remedy, "why")),
                .commands = {},
                .host_side = at(remedy, "host_side").is_boolean(),
                .is_advice = at(remedy, "advice").is_boolean(),
                .rows = {}};
  if (filled.why.empty()) filled.why = string_at(remedy, "why");
  for (const Json& command : list_at(remedy, "commands")) {
    RemedyCommand one{.run = filler.fill(string_at(command, "run")), .undo = filler.fill(string_at(command, "undo"))};
    if (!one.run.empty()) filled.commands.push_back(std::move(one));
  }
  return filled;
}

std::string first_pattern_error(const Json& remedy) {
  std::vector<std::string> patterns{string_at(remedy, "row"), string_at(remedy, "hint")};
  for (const Json& condition : list_at(remedy, "when")) {
    for (const char* key : {"matches", "lacks"}) patterns.push_back(string_at(condition, key));
  }
  for (const std::string& pattern : patterns) {
    const RE2 regex(pattern, RE2::Quiet);
    if (!regex.ok()) return regex.error();
  }
  return {};
}

}  // namespace

Result<RemedyTable> RemedyTable::load() {
  const auto resources = load_resources("templates", {});
  if (!resources) return fail(resources.error());
  for (const Resource& resource : *resources) {
    if (resource.path == kTable) return parse(resource.bytes, resource.origin);
  }
  return fail(ErrorCode::not_found, "there is no such file among the templates", kTable);
}

Result<RemedyTable> RemedyTable::parse(std::string_view text, const std::string& origin) {
  auto table = parse_json(text, origin);
  if (!table) return fail(std::move(table.error()));
  for (const Json& remedy : list_at(*table, "remedies")) {
    const std::string id = string_at(remedy, "id");
    if (id.empty() || string_at(remedy, "why").empty()) {
      return fail(ErrorCode::malformed, "a remedy has no id or no why", origin);
    }
    if (const std::string error = first_pattern_error(remedy); !error.empty()) {
      return fail(ErrorCode::malformed, "remedy " + id + ": " + error, origin);
    }
  }
  return RemedyTable(std::move(*table));
}

std::vector<std::string> RemedyTable::files() const {
  std::set<std::string> paths{kOsRelease, kKernelRelease};
  for (const Json& remedy : list_at(table_, "remedies")) {
    for (const Json& condition : list_at(remedy, "when")) paths.insert(string_at(condition, "file"));
  }
  return {paths.begin(), paths.end()};
}

std::vector<Remedy> RemedyTable::remedies(const DoctorLook& look, std::span<const Collector* const> collectors,
                                          const RemedyContext& context) const {
  std::vector<Remedy> found;
  std::vector<bool> explained(look.rows.size());
  Filler filler(table_, look, context);
  for (const Json& remedy : list_at(table_, "remedies")) {
    const Json& conditions = list_at(remedy, "when");
    filler.set("value", conditions.empty() ? std::string()
                                           : std::string(trim(text_of(look, string_at(conditions.front(), "file")))));
    for (std::size_t index = 0; index < look.rows.size(); ++index) {
      const RowLook& row = look.rows[index];
      const RowText text{collectors[row.collector]->name, describe(*row.capture, std::chrono::seconds(1)).what};
      if (!fits(remedy, row, text, look)) continue;
      const bool is_advice = at(remedy, "advice").is_boolean();
      if (!is_advice && explained[index]) continue;
      if (!is_advice) explained[index] = true;
      const auto* command = std::get_if<CommandOutput>(row.capture);
      filler.set("program", command == nullptr ? std::string() : std::string(command->argv.front()));
      filler.set("hint", row.hint);
      Remedy filled = filled_remedy(remedy, filler);
      const auto same = std::find_if(found.begin(), found.end(), [&](const Remedy& other) {
        return other.id == filled.id && other.why == filled.why;
      });
      Remedy& target = same == found.end() ? found.emplace_back(std::move(filled)) : *same;
      target.rows.push_back(index);
    }
  }
  return found;
}

}  // namespace ihc
