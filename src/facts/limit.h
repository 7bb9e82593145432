// A limit that may be none: what systemd calls "infinity", cgroup files "max" and /proc/PID/limits "unlimited". And the
// pair of them that getrlimit(2) knows.
#pragma once

#include "facts/describe.h"

namespace ihc {

struct Limit {
  bool unlimited = false;
  std::optional<std::int64_t> value;

  bool operator==(const Limit&) const = default;
};

struct LimitPair {
  std::optional<Limit> soft;
  std::optional<Limit> hard;

  bool operator==(const LimitPair&) const = default;
};

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
