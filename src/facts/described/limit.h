// The description of the structs of facts/limit.h.
#pragma once

#include "facts/describe.h"
#include "facts/limit.h"

namespace ihc {

template <>
struct Describe<Limit> {
  static constexpr std::string_view kName = "limit";
  static constexpr auto kFields = std::tuple{
      field("unlimited", &Limit::unlimited, "whether there is no limit"),
      field("value", &Limit::value, "the limit, in the unit that the fact's name says; absent when unlimited")};
};

template <>
struct Describe<LimitPair> {
  static constexpr std::string_view kName = "limit_pair";
  static constexpr auto kFields =
      std::tuple{field("soft", &LimitPair::soft, "in force; the process may raise it up to the hard limit"),
                 field("hard", &LimitPair::hard, "only a privileged process may raise it")};
};

}  // namespace ihc
