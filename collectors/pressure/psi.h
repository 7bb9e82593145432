// /proc/pressure/{cpu,memory,io,irq} and cgroup *.pressure: shares of time in which tasks waited for a resource.
//
//   some avg10=2.04 avg60=0.75 avg300=0.42 total=157656722
//   full avg10=0.00 avg60=0.00 avg300=0.00 total=0
//
// Source: Documentation/accounting/psi.rst. total is in microseconds. The irq file has a full line alone.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "collectors/reading/parsed.h"
#include "facts/pressure.h"

namespace ihc {

Parsed<Psi> parse_psi(std::string_view text);

/// All resources in one text, by name ("cpu"): "grep . /proc/pressure/*" puts the path before each line, "head" and
/// "tail" print it above ("==> /proc/pressure/cpu <=="). What is named by neither is under "".
Parsed<std::map<std::string, Psi>> parse_psi_listing(std::string_view text);

}  // namespace ihc
