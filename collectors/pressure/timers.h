// systemctl show '*.timer': what starts by the clock, one block of properties a timer.
//
//   Id=logrotate.timer
//   Unit=logrotate.service
//   NextElapseUSecRealtime=Sun 2026-11-22 00:00:00 UTC
//   LastTriggerUSec=Sat 2026-11-21 00:00:12 UTC
//
// Source: org.freedesktop.systemd1(5), Timer Unit Objects.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "collectors/reading/evidence_reader.h"
#include "facts/pressure.h"

namespace ihc {

Parsed<std::vector<Timer>> parse_timers(std::string_view text);

std::optional<std::vector<Timer>> read_timers(const EvidenceReader& reader);

}  // namespace ihc
