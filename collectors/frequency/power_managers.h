// Who else sets power policy: the states of the services that do, as `systemctl show` prints them, and the profile that
// power-profiles-daemon keeps.
//
//   Id=tuned.service                  /var/lib/power-profiles-daemon/state.ini
//   LoadState=loaded                  [State]
//   ActiveState=active                CpuDriver=intel_pstate
//   UnitFileState=enabled             Profile=performance
//
//   Id=tlp.service
//   LoadState=not-found
//
// Source: systemctl(1), systemd.unit(5). powerprofilesctl itself is not asked: D-Bus would start the daemon.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/reading/parsed.h"
#include "facts/frequency.h"

namespace ihc {

/// One entry for each block that has an Id; blocks are separated by blank lines.
Parsed<std::vector<PowerManager>> parse_unit_states(std::string_view text);

/// The value of "Profile=".
std::optional<std::string> parse_power_profile(std::string_view text);

}  // namespace ihc
