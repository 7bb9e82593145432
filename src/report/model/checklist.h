// The checklist "Inference Node OS & NUMA Health Check v0.1": five items, each with what stands behind its mark.
#pragma once

#include "facts/describe.h"
#include "report/input.h"
#include "report/model/stated.h"
#include "report/words.h"

namespace ihc::report {

struct ChecklistReason {
  std::string title;
  std::string subject;
  std::string id;
  std::string anchor;
  std::string state;
};

struct ChecklistItem {
  std::string text;
  bool is_checked = false;
  std::string state;
  std::string explanation;
  std::string hint;
  std::vector<ChecklistReason> behind;
  std::vector<StatedRow> stated;
};

struct Checklist {
  std::vector<ChecklistItem> items;
  std::string checked;
  std::string total;
};

Checklist make_checklist(const ReportInput& input, const Words& words);

}  // namespace ihc::report

namespace ihc {

template <>
struct Describe<report::ChecklistReason> {
  using T = report::ChecklistReason;
  static constexpr std::string_view kName = "checklist_reason";
  static constexpr auto kFields = std::tuple{
      field("title", &T::title, "the check"), field("subject", &T::subject, "what it is about; empty for the node"),
      field("id", &T::id, "F1, when it failed"), field("anchor", &T::anchor, "f1"),
      field("state", &T::state, "its result, with the reason")};
};

template <>
struct Describe<report::ChecklistItem> {
  using T = report::ChecklistItem;
  static constexpr std::string_view kName = "checklist_item";
  static constexpr auto kFields =
      std::tuple{field("text", &T::text, "the item"),
                 field("is_checked", &T::is_checked, "earned: every check behind it passed"),
                 field("state", &T::state, "met, not met, or not assessed"),
                 field("explanation", &T::explanation, "why it is not checked; empty when it is"),
                 field("hint", &T::hint, "what to do to have it assessed; empty unless not assessed"),
                 field("behind", &T::behind, "the failed and not assessed checks behind it"),
                 field("stated", &T::stated, "what people state about it: never a measurement")};
};

template <>
struct Describe<report::Checklist> {
  using T = report::Checklist;
  static constexpr std::string_view kName = "checklist";
  static constexpr auto kFields = std::tuple{field("items", &T::items, "the five items, in order"),
                                             field("checked", &T::checked, "how many are checked"),
                                             field("total", &T::total, "how many there are")};
};

}  // namespace ihc
