// One parser of foreign text behind one signature, and how its results are shown: text in, what was understood as JSON
// out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/cpu_set.h"
#include "base/json.h"
#include "collectors/reading/parsed.h"
#include "facts/described/document.h"

namespace ihc::test {

struct Parser {
  std::string_view name;    ///< also its folder in tests/corpus
  std::string_view sample;  ///< whole and good, with a final newline
  Json (*run)(std::string_view text);
};

template <class T>
Json shown(const T& value) {
  return value;
}
inline Json shown(const CpuSet& value) { return value.to_list(); }
template <class T>
Json shown(const std::optional<T>& value) {
  return value ? shown(*value) : Json();
}

inline Json with_account(Json value, const Unparsed& unparsed) {
  if (unparsed.any()) value["not_understood"] = {{"lines", unparsed.lines}, {"first", unparsed.first}};
  return value;
}

}  // namespace ihc::test
