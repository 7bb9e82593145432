// The conditions of the measurement and what it cost: without them its numbers are half a claim.
#pragma once

#include "facts/describe.h"
#include "report/input.h"
#include "report/model/node.h"
#include "report/words.h"

namespace ihc::report {

struct CollectorRow {
  std::string name;
  std::string state;
  std::string reason;
  std::string hint;
};

struct ConflictRow {
  std::string fact;
  std::string used;
  std::string other;
};

struct Conditions {
  std::vector<Row> rows;
  std::vector<CollectorRow> collectors;
  std::vector<CollectorRow> incomplete;
  std::vector<Row> cost;
  std::vector<Row> slowest;
  std::vector<ConflictRow> conflicts;
  bool is_interrupted = false;
  bool is_unprivileged = false;
  bool is_redacted = false;
};

Conditions make_conditions(const ReportInput& input, const Words& words);

}  // namespace ihc::report

namespace ihc {

template <>
struct Describe<report::CollectorRow> {
  using T = report::CollectorRow;
  static constexpr std::string_view kName = "collector_row";
  static constexpr auto kFields =
      std::tuple{field("name", &T::name, "the collector"), field("state", &T::state, "collected, partial, …"),
                 field("reason", &T::reason, "why not all; empty when collected"),
                 field("hint", &T::hint, "what to do about it; empty when collected")};
};

template <>
struct Describe<report::ConflictRow> {
  using T = report::ConflictRow;
  static constexpr std::string_view kName = "conflict_row";
  static constexpr auto kFields =
      std::tuple{field("fact", &T::fact, "JSON pointer"), field("used", &T::used, "the source that was kept"),
                 field("other", &T::other, "what another source said")};
};

template <>
struct Describe<report::Conditions> {
  using T = report::Conditions;
  static constexpr std::string_view kName = "conditions";
  static constexpr auto kFields =
      std::tuple{field("rows", &T::rows, "window, privileges, labels, …"),
                 field("collectors", &T::collectors, "every collector and how it went"),
                 field("incomplete", &T::incomplete, "those that did not get everything"),
                 field("cost", &T::cost, "what the collection itself used"),
                 field("slowest", &T::slowest, "its slowest reads"),
                 field("conflicts", &T::conflicts, "facts on which two sources differ"),
                 field("is_interrupted", &T::is_interrupted, "the window was ended early"),
                 field("is_unprivileged", &T::is_unprivileged, "it did not run as root"),
                 field("is_redacted", &T::is_redacted, "names were replaced by pseudonyms")};
};

}  // namespace ihc
