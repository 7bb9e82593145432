// `systemctl show UNIT…`: one property a line, units separated by an empty line.
//
//   Id=vllm.service
//   ExecStart={ path=/usr/bin/numactl ; argv[]=/usr/bin/numactl -N0 -m0 vllm serve m ; ignore_errors=no ; … }
//   AllowedCPUs=0-31
//   CPUWeight=[not set]
//
//   Id=system.slice
//   …
//
// Source: systemctl(1), and the tool's print functions: a list property that has several values (ExecStart) is printed
// once for each; a number that is not set reads [not set], or in old versions 18446744073709551615.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/reading/parsed.h"
#include "facts/services.h"

namespace ihc {

struct ShownUnit {
  std::string unit;  ///< Id, else the first of Names
  std::map<std::string, std::vector<std::string>> properties;
};

/// A unit without Id and Names is not understood, and neither is a line that has no "NAME=".
Parsed<std::vector<ShownUnit>> parse_systemctl_show(std::string_view text);

/// The value of a property that is printed once; nothing when it is absent, empty, "[not set]", "[no data]" or "n/a".
std::optional<std::string> shown_value(const ShownUnit& unit, const std::string& name);

/// What the service manager has in force for the unit.
ServiceSettings settings_of(const ShownUnit& unit);

/// "1min 30s", "100ms", "1.500000s", "90": systemd.time(7) → microseconds; nothing for "infinity" and other texts. A
/// number without unit is of seconds.
std::optional<std::int64_t> parse_time_span_us(std::string_view text);

/// "0-3 8", "0,1", "0-3,8 10": the grammar of systemd's CPU and node sets.
std::optional<CpuSet> parse_systemd_set(std::string_view text);

}  // namespace ihc
