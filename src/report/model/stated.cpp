#include "report/model/stated.h"

#include "base/json_read.h"
#include "report/format.h"

namespace ihc::report {

namespace {

std::vector<StatedRow> all_statements(const ReportInput& input) {
  std::vector<StatedRow> rows;
  const Json& engagement = at(input.facts, "engagement");
  for (const char* list : {"decisions", "attestations"}) {
    for (const Json& entry : list_at(engagement, list)) {
      rows.push_back({.item = string_at(entry, "item"),
                      .statement = string_at(entry, "statement"),
                      .who = string_at(entry, "who"),
                      .date = string_at(entry, "date")});
    }
  }
  return rows;
}

}  // namespace

Stated make_stated(const ReportInput& input, const Words& words) {
  Stated stated;
  stated.rows = all_statements(input);
  stated.has_rows = !stated.rows.empty();
  const Json& engagement = at(input.facts, "engagement");
  for (const char* kind : {"slo", "demand", "prices"}) {
    const Json& values = at(engagement, kind);
    if (!values.is_object()) continue;
    const std::string unit = std::string_view(kind) == "prices" ? " " + string_at(engagement, "currency") : "";
    for (const auto& [name, value] : values.items()) {
      stated.values.push_back(
          {.kind = words.text("stated", kind, "label"), .name = name, .value = fact_text(value, 40, words) + unit});
    }
  }
  stated.has_values = !stated.values.empty();
  return stated;
}

std::vector<StatedRow> statements_about(const ReportInput& input, std::string_view item) {
  std::vector<StatedRow> rows = all_statements(input);
  std::erase_if(rows, [item](const StatedRow& row) { return row.item != item; });
  return rows;
}

}  // namespace ihc::report
