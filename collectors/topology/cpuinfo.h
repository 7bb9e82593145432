// /proc/cpuinfo: blocks of "name<tab>: value", one block a CPU. Names differ by architecture (arch/*/kernel/…/proc.c).
//
//   processor       : 0
//   vendor_id       : GenuineIntel
//   model name      : Intel(R) Xeon(R) Platinum 8480+
//   microcode       : 0x2b0004b1
//   flags           : fpu vme de … hypervisor …
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/cpu_set.h"
#include "collectors/reading/parsed.h"

namespace ihc {

struct CpuInfo {
  CpuSet processors;
  std::optional<std::string> vendor;
  std::optional<std::string> model;
  std::set<std::string> microcodes;  ///< distinct revisions
  /// Whether the x86 flags hold "hypervisor"; absent where there is no x86 flags line.
  std::optional<bool> has_hypervisor_flag;
};

Parsed<CpuInfo> parse_cpuinfo(std::string_view text);

}  // namespace ihc
