// /proc/cmdline: the parameters that decide which CPUs are left alone, and what guards the kernel.
//
//   BOOT_IMAGE=/vmlinuz root=/dev/vda1 ro isolcpus=managed_irq,domain,2-15 nohz_full=2-15 rcu_nocbs=2-15
//   irqaffinity=0-1 mitigations=auto "dyndbg=file a.c +p" -- single
//
// Source: Documentation/admin-guide/kernel-parameters.rst ("cpu lists": N-M, N-M:used/group, all, N for the last CPU).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/cpu_set.h"

namespace ihc {

/// The parameters by name, as far as "--"; a name without value is "", of a repeated one the last counts, '_' in a name
/// is '-'s equal and is kept as written.
std::map<std::string, std::string> parse_command_line(std::string_view text);

/// isolcpus=[flag-list,]cpu-list taken apart; cpus is absent when it is no list that can be read without the machine
/// ("all", "N", strides).
struct IsolatedCpus {
  std::string flags;  ///< "managed_irq,domain"; empty: domain
  std::optional<CpuSet> cpus;
};

IsolatedCpus parse_isolcpus(std::string_view value);

}  // namespace ihc
