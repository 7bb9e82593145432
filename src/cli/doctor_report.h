// What a look at the node found, for a terminal and as JSON: the same content.
#pragma once

#include <span>
#include <string>

#include "base/json.h"
#include "cli/remedies.h"
#include "collect/doctor.h"
#include "report/terminal.h"
#include "report/words.h"

namespace ihc {

struct DoctorReport {
  const DoctorLook& look;
  std::span<const Collector* const> collectors;
  std::vector<Remedy> remedies;
};

/// {"node", "user": {"uid", "capabilities"}, "workers": {"method", "pids", "units", "cgroups", "not_seen"},
///  "collectors": [{"name", "about", "had": "ok"|"part"|"no", "state", "reason", "hint", "rows": [{"kind", "what",
///  "slug", "had", "reason", "example", "looked", "good", "remedies": [id]}]}],
///  "remedies": [{"id", "why", "commands": [{"run", "undo"}], "host_side", "advice", "collectors"}],
///  "summary": {"ok", "part", "no", "commands"}}
Json doctor_json(const DoctorReport& report);

std::string doctor_text(const DoctorReport& report, const report::Words& words, const report::TerminalStyle& style);

}  // namespace ihc
