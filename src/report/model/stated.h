// What people state about this node: decisions and attestations, goals and prices. Printed as stated, never as
// measured.
#pragma once

#include "facts/describe.h"
#include "report/input.h"
#include "report/words.h"

namespace ihc::report {

struct StatedRow {
  std::string item;
  std::string statement;
  std::string who;
  std::string date;
};

struct StatedValue {
  std::string kind;
  std::string name;
  std::string value;
};

struct Stated {
  std::vector<StatedRow> rows;
  bool has_rows = false;
  std::vector<StatedValue> values;
  bool has_values = false;
};

/// From facts.engagement. Decisions come before attestations, each in the order of the file.
Stated make_stated(const ReportInput& input, const Words& words);

/// The statements that name this item of the checklist.
std::vector<StatedRow> statements_about(const ReportInput& input, std::string_view item);

}  // namespace ihc::report

namespace ihc {

template <>
struct Describe<report::StatedRow> {
  using T = report::StatedRow;
  static constexpr std::string_view kName = "stated_row";
  static constexpr auto kFields =
      std::tuple{field("item", &T::item, "what it is about: an item of the checklist, or words"),
                 field("statement", &T::statement, "as stated"), field("who", &T::who, "who states it"),
                 field("date", &T::date, "when")};
};

template <>
struct Describe<report::StatedValue> {
  using T = report::StatedValue;
  static constexpr std::string_view kName = "stated_value";
  static constexpr auto kFields =
      std::tuple{field("kind", &T::kind, "goal, demand or price"), field("name", &T::name, "as the file has it"),
                 field("value", &T::value, "the number, with the currency of a price")};
};

template <>
struct Describe<report::Stated> {
  using T = report::Stated;
  static constexpr std::string_view kName = "stated";
  static constexpr auto kFields = std::tuple{
      field("rows", &T::rows, "decisions and attestations"), field("has_rows", &T::has_rows, "there are any"),
      field("values", &T::values, "goals, demand, prices"), field("has_values", &T::has_values, "there are any")};
};

}  // namespace ihc
