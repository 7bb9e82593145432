#include "report/comparison/texts.h"

#include <array>
#include <cmath>

#include "base/json_read.h"
#include "report/format.h"

namespace ihc::report {

namespace {

// About three digits that mean something: no figure of a benchmark is better than that.
int decimals_for(double value) {
  static constexpr std::array<double, 3> kSteps{1, 100, 10000};
  int decimals = 3;
  for (const double step : kSteps) {
    if (std::abs(value) < step) break;
    --decimals;
  }
  return decimals;
}

}  // namespace

std::string ComparisonTexts::figure(const Json& object, std::string_view key) const {
  const auto value = number_at(object, key);
  return value ? decimal_text(*value, decimals_for(*value)) : none();
}

std::string ComparisonTexts::change(const Json& object, std::string_view key) const {
  const auto value = number_at(object, key);
  return value ? signed_percent_text(*value, words_) : none();
}

std::string ComparisonTexts::count(const Json& object, std::string_view key) const {
  const auto value = number_at(object, key);
  return value ? grouped_text(std::llround(*value)) : none();
}

std::string ComparisonTexts::why(const Json& row) const {
  std::string text;
  const std::string reason = string_at(row, "reason");
  if (!reason.empty()) join(text, label("reasons", reason));
  join(text, string_at(row, "missing"));
  return text;
}

void join(std::string& list, std::string_view next) {
  if (next.empty()) return;
  list += (list.empty() ? "" : ", ") + std::string(next);
}

}  // namespace ihc::report
