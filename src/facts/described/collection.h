// The description of the structs of facts/collection.h.
#pragma once

#include "facts/collection.h"
#include "facts/describe.h"

namespace ihc {

template <>
struct Describe<Collection> {
  static constexpr std::string_view kName = "collection";
  static constexpr auto kFields = std::tuple{
      field("cpu_seconds", &Collection::cpu_seconds, "user and system time of the collector"),
      field("commands_cpu_seconds", &Collection::commands_cpu_seconds, "user and system time of the programs it ran"),
      field("sampling_cpu_seconds", &Collection::sampling_cpu_seconds,
            "of cpu_seconds, what reading between the window's first and last readings took"),
      field("sampling_cpu_pct", &Collection::sampling_cpu_pct, "the same as a percentage of one CPU over the window"),
      field("wall_seconds", &Collection::wall_seconds, "from start to end"),
      field("cpu_share_pct", &Collection::cpu_share_pct,
            "both CPU times as a percentage of one CPU over the wall time"),
      field("peak_memory_bytes", &Collection::peak_memory_bytes, "largest resident set of the collector"),
      field("bytes_read", &Collection::bytes_read, "bytes of evidence read")};
};

}  // namespace ihc
