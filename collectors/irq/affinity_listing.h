// The affinity files of all interrupts as one text: what "grep . /proc/irq/*/smp_affinity_list" prints.
//
//   /proc/irq/10/effective_affinity_list:48
//   proc/irq/10/node:0
//   /proc/irq/10/smp_affinity_list:0-79
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "collectors/reading/parsed.h"

namespace ihc {

/// "10" → {"node": "0", "smp_affinity_list": "0-79"}: by number and file name.
using AffinityListing = std::map<std::string, std::map<std::string, std::string>>;

Parsed<AffinityListing> parse_affinity_listing(std::string_view text);

}  // namespace ihc
