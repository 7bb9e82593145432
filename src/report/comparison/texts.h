// How figures and codes of a comparison read.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "report/words.h"

namespace ihc::report {

class ComparisonTexts {
 public:
  explicit ComparisonTexts(const Words& words) : words_(words) {}

  const Words& words() const { return words_; }
  /// Digits as the size of the number asks for; a dash for what is absent.
  std::string figure(const Json& object, std::string_view key) const;
  /// "+12.3 %", "-4 %"; a dash for what is absent.
  std::string change(const Json& object, std::string_view key) const;
  /// "12,345"; a dash for what is absent.
  std::string count(const Json& object, std::string_view key) const;
  std::string none() const { return words_.text("compare.none"); }

  /// "time to first token".
  std::string metric(std::string_view code) const { return words_.text("benchmark_metrics", code, "name"); }
  /// "ms", or nothing.
  std::string unit(std::string_view code) const { return words_.text_or_empty("benchmark_metrics", code, "unit"); }
  /// "95th percentile".
  std::string statistic(std::string_view code) const { return words_.text("statistics", code, "label"); }
  std::string label(std::string_view group, std::string_view code) const { return words_.text(group, code, "label"); }
  /// Why a value is not known: the label of the reason and the fact that is lacking. Nothing where neither is told.
  std::string why(const Json& row) const;

 private:
  const Words& words_;
};

/// "a, b, c".
void join(std::string& list, std::string_view next);

}  // namespace ihc::report
