// The parsers of frequency and power policy.
#pragma once

#include <array>

#include "collectors/frequency/cpupower.h"
#include "collectors/frequency/power_managers.h"
#include "collectors/frequency/tuned.h"
#include "facts/describe.h"
#include "support/parsers/parser.h"

namespace ihc::test {

inline Json run_cpupower(std::string_view text) {
  const auto parsed = parse_cpupower(text);
  Json cpus = Json::array();
  for (const CpupowerCpu& cpu : parsed.value.cpus) {
    cpus.push_back({{"cpu", cpu.cpu},
                    {"no_driver", cpu.no_driver},
                    {"policy", facts_to_json(cpu.policy)},
                    {"boost_active", shown(cpu.boost_active)}});
  }
  return with_account({{"cpus", std::move(cpus)}, {"cut", parsed.value.cut}}, parsed.unparsed);
}

inline Json run_tuned(std::string_view text) {
  const auto parsed = parse_tuned(text);
  return with_account({{"tuned", facts_to_json(parsed.value.tuned)}, {"no_profile", parsed.value.no_profile}},
                      parsed.unparsed);
}

inline Json run_unit_states(std::string_view text) {
  const auto parsed = parse_unit_states(text);
  return with_account({{"units", facts_to_json(parsed.value)}}, parsed.unparsed);
}

inline Json run_power_profile(std::string_view text) { return {{"profile", shown(parse_power_profile(text))}}; }

inline constexpr std::array kFrequencyParsers{
    Parser{"cpupower",
           "analyzing CPU 0:\n  driver: intel_pstate\n  CPUs which run at the same hardware frequency: 0\n"
           "  CPUs which need to have their frequency coordinated by software: 0\n"
           "  hardware limits: 800 MHz - 3.00 GHz\n  available cpufreq governors: performance powersave\n"
           "  current policy: frequency should be within 800 MHz and 3.00 GHz.\n"
           "                  The governor \"performance\" may decide which speed to use\n"
           "                  within this range.\n  current CPU frequency: 1.22 GHz (asserted by call to kernel)\n"
           "  boost state support:\n    Supported: yes\n    Active: yes\n",
           run_cpupower},
    Parser{"tuned",
           "Available profiles:\n- balanced                    - General non-specialized tuned profile\n"
           "- virtual-guest\nCurrent active profile: virtual-guest\n",
           run_tuned},
    Parser{"unit_states",
           "Id=tuned.service\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\n\nId=tlp.service\n"
           "LoadState=not-found\nActiveState=inactive\nUnitFileState=\n",
           run_unit_states},
    Parser{"power_profile", "[State]\nCpuDriver=intel_pstate\nProfile=performance\n", run_power_profile},
};

}  // namespace ihc::test
