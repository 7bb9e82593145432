#include "bundle/study.h"

#include <algorithm>
#include <map>
#include <set>
#include <system_error>

#include "base/files.h"
#include "base/json_read.h"
#include "base/limits.h"
#include "bundle/member_path.h"

namespace ihc {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxLabelBytes = 64;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_condition_key(std::string_view text) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !text.empty() && text.front() >= 'a' && text.front() <= 'z' && std::ranges::all_of(text, fits);
}

// Reads members and keeps the first thing that is wrong, with its place.
class PlanReader {
 public:
  const std::string& problem() const { return problem_; }

  void note(const std::string& place, const std::string& what) {
    if (problem_.empty()) problem_ = (place.empty() ? "" : place + ": ") + what;
  }

  void members(const Json& object, const std::string& place, const std::set<std::string>& required,
               const std::set<std::string>& others = {}) {
    if (!object.is_object()) return note(place, "it is no object");
    for (const auto& [key, value] : object.items()) {
      if (!required.contains(key) && !others.contains(key)) note(place, "unknown member " + printable_path(key));
    }
    for (const std::string& key : required) {
      if (!object.contains(key)) note(place, "it lacks " + key);
    }
  }

  std::string label(const Json& value, const std::string& place) {
    if (value.is_string() && is_arm_label(value.get<std::string>())) return value.get<std::string>();
    note(place, "a label is letters, digits, '.', '_' and '-', and begins with one of the first two");
    return {};
  }

  template <class Read>
  void list(const Json& object, const std::string& place, std::string_view key, std::size_t fewest, const Read& read) {
    const Json& values = at(object, key);
    const std::string here = place + "/" + std::string(key);
    if (!values.is_array() || values.size() < fewest)
      return note(here, "it is no list of at least " + std::to_string(fewest));
    for (std::size_t i = 0; i < values.size(); ++i) read(values[i], here + "/" + std::to_string(i));
  }

  std::vector<std::string> bundles(const Json& object, const std::string& place, std::string_view key) {
    std::vector<std::string> names;
    list(object, place, key, 1, [&](const Json& value, const std::string& here) {
      if (!value.is_string()) return note(here, "it is no path");
      names.push_back(value.get<std::string>());
      if (const auto good = check_bundle_path(names.back(), PathKind::member); !good)
        note(here, to_string(good.error()));
      if (!seen_.insert(names.back()).second) note(here, "the bundle is named twice");
    });
    return names;
  }

  StudyArm arm(const Json& value, const std::string& place) {
    members(value, place, {"label", "bundles"}, {"changed"});
    StudyArm arm{.label = label(at(value, "label"), place + "/label"), .bundles = bundles(value, place, "bundles")};
    if (!value.is_object() || !value.contains("changed")) return arm;
    list(value, place, "changed", 0, [&](const Json& key, const std::string& here) {
      if (!key.is_string() || !is_condition_key(key.get<std::string>()))
        return note(here, "it is no key of a condition, such as governor");
      arm.changed.push_back(key.get<std::string>());
    });
    return arm;
  }

 private:
  std::string problem_;
  std::set<std::string> seen_;
};

// What one member says must fit the others.
void check_together(const StudyPlan& plan, PlanReader& reader) {
  std::map<std::string, std::size_t> left;
  for (const StudyArm& arm : plan.arms) {
    if (left.contains(arm.label)) reader.note("/arms", "two arms are labelled " + arm.label);
    left[arm.label] = arm.bundles.size();
    if (arm.label == plan.baseline && !arm.changed.empty())
      reader.note("/arms", "the baseline is what nothing was changed for");
  }
  if (!left.contains(plan.baseline)) reader.note("/baseline", "no arm is labelled " + plan.baseline);
  for (std::size_t i = 0; i < plan.order.size(); ++i) {
    const auto arm = left.find(plan.order[i]);
    const std::string place = "/order/" + std::to_string(i);
    if (arm == left.end()) return reader.note(place, "no arm is labelled " + plan.order[i]);
    if (arm->second-- == 0) return reader.note(place, "it names " + plan.order[i] + " more often than it has bundles");
  }
  for (const auto& [label, count] : left) {
    if (count > 0) reader.note("/order", "it names " + label + " less often than it has bundles");
  }
  if (plan.control && plan.arms.size() != 2) reader.note("/control", "a control group goes with two arms");
}

StudyPlan plan_of(const Json& document, PlanReader& reader) {
  StudyPlan plan;
  reader.members(document, "", {"schema_version", "baseline", "arms", "order"}, {"control"});
  if (at(document, "schema_version") != Json(1)) reader.note("/schema_version", "this version reads 1");
  plan.baseline = reader.label(at(document, "baseline"), "/baseline");
  reader.list(document, "", "arms", 2,
              [&](const Json& value, const std::string& place) { plan.arms.push_back(reader.arm(value, place)); });
  reader.list(document, "", "order", 2,
              [&](const Json& value, const std::string& place) { plan.order.push_back(reader.label(value, place)); });
  if (document.is_object() && document.contains("control")) {
    const Json& control = document["control"];
    reader.members(control, "/control", {"before", "after"});
    plan.control = StudyControl{.before = reader.bundles(control, "/control", "before"),
                                .after = reader.bundles(control, "/control", "after")};
  }
  if (reader.problem().empty()) check_together(plan, reader);
  return plan;
}

}  // namespace

bool is_arm_label(std::string_view text) {
  const auto fits = [](char c) { return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-'; };
  return !text.empty() && text.size() <= kMaxLabelBytes && is_letter_or_digit(text.front()) &&
         std::ranges::all_of(text, fits);
}

Result<StudyPlan> read_study_plan(std::string_view text, const std::string& where) {
  const auto document = parse_json(text, where);
  if (!document) return fail(document.error());
  PlanReader reader;
  StudyPlan plan = plan_of(*document, reader);
  if (!reader.problem().empty())
    return fail(ErrorCode::malformed, reader.problem(), where, "rules/schema/plan.schema.json says what a plan holds");
  return plan;
}

Result<StudyPlan> read_study(const fs::path& folder) {
  const auto path = study_path(folder, "plan.json");
  if (!path) return fail(path.error());
  const auto text = read_file(*path, limits::kMaxYamlBytes);
  if (!text) return fail(text.error());
  return read_study_plan(*text, (folder / "plan.json").string());
}

Result<fs::path> study_path(const fs::path& folder, const std::string& name) {
  if (const auto good = check_bundle_path(name, PathKind::member); !good) return fail(good.error());
  std::error_code error;
  const fs::path root = fs::canonical(folder, error);
  if (error) return fail(ErrorCode::not_found, "no such folder", printable_path(folder.string()));
  const fs::path found = fs::canonical(root / name, error);
  if (error) return fail(ErrorCode::not_found, "no such file in the study", printable_path((folder / name).string()));
  if (std::mismatch(root.begin(), root.end(), found.begin(), found.end()).first != root.end())
    return fail(ErrorCode::malformed, "it is a link that leads out of the study",
                printable_path((folder / name).string()), "put the bundle itself into the folder");
  return found;
}

}  // namespace ihc
