// What bpftrace prints of its maps at its end (-f json): a number, or numbers by key.
//
//   {"type": "attached_probes", "data": {"probes": 3}}
//   {"type": "map", "data": {"@all": 67}}
//   {"type": "map", "data": {"@moves": {"20225,1,0": 1, "20224,0,1": 3}}}
//
// A key of several parts has commas between them. Source: bpftrace(8); its reference guide, "JSON output".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/reading/parsed.h"

namespace ihc {

struct BpfMaps {
  std::map<std::string, std::int64_t> numbers;                        ///< "@all" → 67
  std::map<std::string, std::map<std::string, std::int64_t>> by_key;  ///< "@moves" → {"20225,1,0" → 1}

  std::optional<std::int64_t> number(const std::string& name) const;
  /// The map of that name; empty when it has no entry, as bpftrace then prints none.
  const std::map<std::string, std::int64_t>& map(const std::string& name) const;
  /// Time between the programs' BEGIN and END, which note it in ns as @begin and @end; nothing when the text is cut.
  std::optional<double> seconds() const;
};

Parsed<BpfMaps> parse_bpf_maps(std::string_view text);

/// "20295,my,name,sys_enter_mbind" → {"20295", "my,name", "sys_enter_mbind"}: a number, a name of a process that may
/// hold commas, and a last part. Nothing when there are fewer than three.
struct BpfProcessKey {
  std::int64_t pid = 0;
  std::string process;
  std::string last;
};
std::optional<BpfProcessKey> parse_process_key(std::string_view key);

}  // namespace ihc
