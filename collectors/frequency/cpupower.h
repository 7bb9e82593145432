// What `cpupower frequency-info` prints, and cpufreq-info before it (cpupower-frequency-info(1), tools/power/cpupower).
// Frequencies are rounded to what is printed. `-c all` repeats it for each CPU.
//
//   analyzing CPU 0:
//     driver: intel_pstate                                       or: no or unknown cpufreq driver is active on this CPU
//     CPUs which run at the same hardware frequency: 0
//     CPUs which need to have their frequency coordinated by software: 0
//     energy performance preference: balance_performance         (newer versions)
//     hardware limits: 800 MHz - 3.00 GHz
//     available cpufreq governors: performance powersave
//     current policy: frequency should be within 800 MHz and 3.00 GHz.
//                     The governor "performance" may decide which speed to use
//                     within this range.
//     current CPU frequency: 1.22 GHz (asserted by call to kernel)
//     boost state support:
//       Supported: yes
//       Active: yes
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collect/foreign_text.h"
#include "collectors/reading/parsed.h"
#include "facts/frequency.h"

namespace ihc {

struct CpupowerCpu {
  std::int64_t cpu = 0;
  bool no_driver = false;  ///< said in so many words
  FrequencyPolicy policy;  ///< id: the first CPU of `cpus`
  std::optional<bool> boost_active;
};

struct CpupowerText {
  std::vector<CpupowerCpu> cpus;
  bool cut = false;  ///< the last block is not whole and was left out
};

Parsed<CpupowerText> parse_cpupower(std::string_view text);

Likeness like_cpupower(std::string_view text);

}  // namespace ihc
