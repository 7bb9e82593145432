// A study (DESIGN §4): a folder of bundles and a plan.json that says which arm each is of, in which order they were to
// be taken, and what was changed. What an experiment writes and `ihc compare --plan` reads.
// rules/schema/plan.schema.json describes every member.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ihc {

struct StudyArm {
  std::string label;
  std::vector<std::string> bundles;  ///< paths inside the study's folder
  std::vector<std::string> changed;  ///< keys of the conditions that were changed for it; none for the baseline
};

/// A group that was not changed, measured over the same time as the baseline and the other arm.
struct StudyControl {
  std::vector<std::string> before;
  std::vector<std::string> after;
};

struct StudyPlan {
  std::string baseline;  ///< label of the arm that each other one is held against
  std::vector<StudyArm> arms;
  std::vector<std::string> order;  ///< the arm of each bundle, in the order in which they were to be taken
  std::optional<StudyControl> control;
};

/// A label: a letter or digit, then those, '.', '_' and '-', 64 at most.
bool is_arm_label(std::string_view text);

/// The text of a plan.json. Fails (malformed) naming the first place that is wrong, unknown members too; `where` names
/// the source for messages. No file is looked at.
Result<StudyPlan> read_study_plan(std::string_view text, const std::string& where);

/// <folder>/plan.json.
Result<StudyPlan> read_study(const std::filesystem::path& folder);

/// Where a file of a study lies. Fails for a name that leads out of the folder, by itself or by a link (malformed), and
/// for one that is not there (not_found).
Result<std::filesystem::path> study_path(const std::filesystem::path& folder, const std::string& name);

}  // namespace ihc
