// /sys/fs/resctrl: who shares which part of the caches and of the memory bandwidth, and the traffic of each group.
//
//   schemata                               L3:0=7ff;1=7ff
//                                          MB:0=100;1=100
//   batch/schemata                         L3:0=00f;1=00f
//   mon_data/mon_L3_00/mbm_total_bytes     12345678          ("Unavailable" where the CPU gives no count)
//
// Source: Documentation/filesystems/resctrl.rst.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/reading/evidence_reader.h"
#include "facts/pressure.h"

namespace ihc {

/// "L3" → "0=7ff;1=7ff".
Parsed<std::map<std::string, std::string>> parse_schemata(std::string_view text);

std::optional<std::vector<ResctrlGroup>> read_resctrl(const EvidenceReader& reader);

}  // namespace ihc
