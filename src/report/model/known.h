// Facts as text, where an absent one reads "not known" with the collector's reason.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "report/words.h"

namespace ihc::report {

class KnownFacts {
 public:
  KnownFacts(const Json& facts, const Words& words) : facts_(facts), words_(words) {}

  /// "not known (no permission)": the reason is that of the longest noted prefix of the pointer.
  std::string not_known(std::string_view pointer) const;

  /// The fact at a pointer through `format`, or not_known().
  std::string text(std::string_view pointer) const;
  std::string bytes(std::string_view pointer) const;
  std::string count(std::string_view pointer) const;
  std::string flag(std::string_view pointer) const;

  const Json& facts() const { return facts_; }
  const Words& words() const { return words_; }

 private:
  const Json* why_missing(std::string_view pointer) const;
  const Json& facts_;
  const Words& words_;
};

}  // namespace ihc::report
