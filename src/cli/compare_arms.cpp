#include "cli/compare_arms.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>

#include "base/text.h"
#include "bundle/member_path.h"
#include "bundle/study.h"

namespace ihc {

namespace {

namespace fs = std::filesystem;

// Commas part the files, unless the whole is the name of one.
std::vector<std::string> paths_in(const std::string& text) {
  std::error_code error;
  if (fs::exists(text, error)) return {text};
  std::vector<std::string> paths;
  for (const std::string_view path : split(text, ',')) {
    if (!path.empty()) paths.emplace_back(path);
  }
  return paths;
}

Result<std::vector<ArmFiles>> groups_of(const std::vector<std::string>& options) {
  std::vector<ArmFiles> groups;
  for (const std::string& option : options) {
    const std::size_t sign = option.find('=');
    const std::string label = option.substr(0, sign);
    if (sign == std::string::npos || !is_arm_label(label))
      return fail(ErrorCode::usage, "--group is LABEL=FILE,FILE…", printable_path(option),
                  "a label is letters, digits, '.', '_' and '-'");
    const auto paths = paths_in(option.substr(sign + 1));
    if (paths.empty()) return fail(ErrorCode::usage, "the group has no file", label);
    auto group = std::ranges::find(groups, label, &ArmFiles::label);
    if (group == groups.end()) group = groups.insert(groups.end(), {.label = label});
    group->paths.insert(group->paths.end(), paths.begin(), paths.end());
  }
  if (groups.size() < 2)
    return fail(ErrorCode::usage, "one group has nothing to be held against", groups.front().label,
                "give a second --group");
  return groups;
}

Result<std::vector<std::string>> paths_of(const std::string& folder, const std::vector<std::string>& names) {
  std::vector<std::string> paths;
  for (const std::string& name : names) {
    const auto path = study_path(folder, name);
    if (!path) return fail(path.error());
    paths.push_back(path->string());
  }
  return paths;
}

Result<ComparedFiles> files_of_study(const std::string& folder) {
  auto plan = read_study(folder);
  if (!plan) return fail(plan.error());
  std::stable_partition(plan->arms.begin(), plan->arms.end(),
                        [&](const StudyArm& arm) { return arm.label == plan->baseline; });
  ComparedFiles files{.order = plan->order};
  for (const StudyArm& arm : plan->arms) {
    const auto paths = paths_of(folder, arm.bundles);
    if (!paths) return fail(paths.error());
    files.arms.push_back({.label = arm.label, .paths = *paths, .changed = arm.changed});
  }
  if (!plan->control) return files;
  const auto before = paths_of(folder, plan->control->before);
  if (!before) return fail(before.error());
  const auto after = paths_of(folder, plan->control->after);
  if (!after) return fail(after.error());
  files.control = {{.label = "control before", .paths = *before}, {.label = "control after", .paths = *after}};
  return files;
}

std::string real_name(const std::string& path) {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  return error ? path : real.string();
}

// A file in two groups would be held against itself, and one that is in a group twice would count as two runs.
Result<void> check_files(const std::vector<ArmFiles>& arms, bool may_be_shared) {
  std::map<std::string, std::string> of;
  for (const ArmFiles& arm : arms) {
    if (may_be_shared) of.clear();
    for (const std::string& path : arm.paths) {
      const auto [place, is_new] = of.try_emplace(real_name(path), arm.label);
      if (is_new) continue;
      const std::string twice = place->second == arm.label ? "it is given twice in " + arm.label
                                                           : "it is in " + place->second + " and in " + arm.label;
      return fail(ErrorCode::usage, twice, printable_path(path), "a measurement counts once");
    }
  }
  return {};
}

Result<ComparedFiles> files_of_two(const ArmOptions& options) {
  if (options.before.empty())
    return fail(ErrorCode::usage, "nothing to compare", {},
                "give BEFORE... --after AFTER..., or --group twice, or --plan");
  if (options.after.empty()) return fail(ErrorCode::usage, "--after is missing", {}, "name the bundles from after it");
  if (options.control.empty() != options.control_after.empty())
    return fail(ErrorCode::usage, "a control group is measured before and after", {},
                "give --control and --control-after");
  ComparedFiles files;
  files.arms = {{.label = "before", .paths = options.before}, {.label = "after", .paths = options.after}};
  if (!options.control.empty())
    files.control = {{.label = "control before", .paths = options.control},
                     {.label = "control after", .paths = options.control_after}};
  return files;
}

Result<void> check_only_one_way(const ArmOptions& options) {
  const bool has_two = !options.before.empty() || !options.after.empty();
  const bool has_control = !options.control.empty() || !options.control_after.empty();
  const int ways =
      static_cast<int>(has_two) + static_cast<int>(!options.groups.empty()) + static_cast<int>(!options.plan.empty());
  if (ways > 1)
    return fail(ErrorCode::usage, "BEFORE/--after, --group and --plan exclude each other", {}, "give one of them");
  if (has_control && (!options.groups.empty() || !options.plan.empty()))
    return fail(ErrorCode::usage, "--control goes with BEFORE and --after", {},
                "a study names its control group in plan.json");
  return {};
}

}  // namespace

void add_arm_options(CLI::App& app, ArmOptions& options) {
  app.add_option("BEFORE", options.before, "bundles or facts files (.json) from before the change");
  app.add_option("--after", options.after, "those from after it");
  app.add_option("--control", options.control,
                 "those of a group that was not changed, from before: its change is taken off the other");
  app.add_option("--control-after", options.control_after, "and from after");
  app.add_option("--group", options.groups,
                 "instead: LABEL=FILE,FILE…, twice or more, the first the baseline of each other; the same LABEL again "
                 "adds files, and a FILE with a comma in its name stands alone")
      ->allow_extra_args(false);
  app.add_option("--plan", options.plan, "instead: the folder of a study, with its plan.json");
}

Result<ComparedFiles> compared_files(const ArmOptions& options) {
  if (const auto good = check_only_one_way(options); !good) return fail(good.error());
  Result<ComparedFiles> files = ComparedFiles{};
  if (!options.plan.empty()) {
    files = files_of_study(options.plan);
  } else if (!options.groups.empty()) {
    auto groups = groups_of(options.groups);
    if (!groups) return fail(groups.error());
    files->arms = std::move(*groups);
  } else {
    files = files_of_two(options);
  }
  if (!files) return fail(files.error());
  std::vector<ArmFiles> all = files->arms;
  all.insert(all.end(), files->control.begin(), files->control.end());
  const bool is_pair = options.plan.empty() && options.groups.empty();
  if (const auto good = check_files(all, is_pair && files->control.empty()); !good) return fail(good.error());
  return files;
}

}  // namespace ihc
