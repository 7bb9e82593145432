// Ratios recomputed from counts: which events each is made from, under the names that each CPU generation gives them.
// Nothing that perf computed is used: it divides by another PMU's cycles on hybrid CPUs, and by what was not counted.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "facts/perf.h"

namespace ihc {

/// An event's name taken apart: "cpu_core/instructions/u" and "cpu_core/instructions:u/" are instructions of cpu_core
/// in user space. Lower case, aliases resolved ("cpu-cycles" is cycles); the PMU "cpu" is none.
struct PerfEventName {
  std::string pmu;
  std::string name;
  std::string modifiers;
};

PerfEventName perf_event_name(std::string_view event);

/// All ratios whose events were counted, by name; "cpu_core/ipc" and "ipc:u" where events of several PMUs or with
/// several modifiers were counted, "ipc" where there is one.
std::map<std::string, PerfRatio> perf_ratios(const std::map<std::string, PerfEvent>& events);

}  // namespace ihc
