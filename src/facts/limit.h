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

}  // namespace ihc
