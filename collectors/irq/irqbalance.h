// /etc/sysconfig/irqbalance (Red Hat) and /etc/default/irqbalance (Debian): the environment of the daemon.
//
//   # IRQBALANCE_BANNED_CPUS
//   IRQBALANCE_BANNED_CPUS=f8
//   IRQBALANCE_BANNED_CPULIST=3-7
//   IRQBALANCE_ARGS="--banirq=24 --policyscript=/etc/irq.sh"
//
// Source: irqbalance(1), misc/irqbalance.env.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cpu_set.h"
#include "collectors/reading/parsed.h"

namespace ihc {

struct IrqbalanceSettings {
  std::optional<CpuSet> banned_cpus;
  std::optional<std::vector<std::string>> arguments;
  std::vector<std::string> banned_irqs;  ///< "24" of --banirq, "module nvme" of --banmod
  bool is_one_shot = false;
};

Parsed<IrqbalanceSettings> parse_irqbalance_settings(std::string_view text);

}  // namespace ihc
