// `systemctl list-units`: one unit a line, with or without the header and the legend.
//
//     UNIT                  LOAD      ACTIVE   SUB     DESCRIPTION
//     tuned.service         loaded    active   running Dynamic System Tuning Daemon
//   ● kdump.service         loaded    failed   failed  Crash recovery kernel arming
//
// and `systemctl status`, of which only what systemctl show would say is taken:
//
//   ● tuned.service - Dynamic System Tuning Daemon
//        Loaded: loaded (/usr/lib/systemd/system/tuned.service; enabled; preset: enabled)
//       Drop-In: /etc/systemd/system/tuned.service.d
//                └─10-nice.conf
//        Active: active (running) since Thu 2022-03-10 00:00:10 UTC; 3h ago
//      Main PID: 812 (tuned)
//         Tasks: 4 (limit: 2274)
//        CGroup: /system.slice/tuned.service
//
// Source: systemctl(1).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/reading/parsed.h"
#include "facts/services.h"

namespace ihc {

struct ListedUnit {
  std::string unit;
  std::string load;
  std::string active;
  std::string sub;
  std::string description;
};

Parsed<std::vector<ListedUnit>> parse_unit_list(std::string_view text);

/// Only lines before the log excerpt; a text without a unit's first line has none.
Parsed<std::vector<Service>> parse_unit_status(std::string_view text);

}  // namespace ihc
