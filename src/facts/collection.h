// facts.collection: what the collection itself cost, so that a rule can judge whether it disturbed what it measured.
#pragma once

#include "facts/describe.h"

namespace ihc {

struct Collection {
  std::optional<double> cpu_seconds;
  std::optional<double> commands_cpu_seconds;
  std::optional<double> wall_seconds;
  std::optional<double> cpu_share_pct;
  std::optional<std::int64_t> peak_memory_bytes;
  std::optional<std::int64_t> bytes_read;
};

template <>
struct Describe<Collection> {
  static constexpr std::string_view kName = "collection";
  static constexpr auto kFields = std::tuple{
      field("cpu_seconds", &Collection::cpu_seconds, "user and system time of the collector"),
      field("commands_cpu_seconds", &Collection::commands_cpu_seconds, "user and system time of the programs it ran"),
      field("wall_seconds", &Collection::wall_seconds, "from start to end"),
      field("cpu_share_pct", &Collection::cpu_share_pct,
            "both CPU times as a percentage of one CPU over the wall time"),
      field("peak_memory_bytes", &Collection::peak_memory_bytes, "largest resident set of the collector"),
      field("bytes_read", &Collection::bytes_read, "bytes of evidence read")};
};

}  // namespace ihc
