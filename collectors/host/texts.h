// The small texts of a machine's health.
//
//   systemctl list-timers      Tue 2026-09-15 20:00:00 UTC  7min left  …  logrotate.timer   logrotate.service
//   /sys/fs/resctrl/schemata       MB:0=100;1=100
//                                  L3:0=fffff;1=fffff
//   /proc/mounts               tmpfs /dev/shm tmpfs rw,nosuid,nodev,size=65536k 0 0
//
// Source: systemctl(1), Documentation/arch/x86/resctrl.rst, fstab(5).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/reading/parsed.h"
#include "facts/host.h"

namespace ihc {

Parsed<std::vector<Timer>> parse_timers(std::string_view text);
/// "MB:0" → "100".
Parsed<std::map<std::string, std::string>> parse_schemata(std::string_view text);
/// The options of the last mount at `path`.
std::optional<std::vector<std::string>> mount_options(std::string_view mounts, std::string_view path);

}  // namespace ihc
