// Which lines of the kernel's log tell of trouble, and of whose.
//
//   NVRM: Xid (PCI:0000:3b:00): 79, pid=1234, name=python3, GPU has fallen off the bus.
//   pcieport 0000:00:01.0: PCIe Bus Error: severity=Corrected, type=Physical Layer, (Receiver ID)
//   Out of memory: Killed process 4242 (python3) total-vm:…
//   oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=…,task_memcg=/kubepods/…,task=python3,pid=4242,uid=0
//   watchdog: BUG: soft lockup - CPU#12 stuck for 22s! [python3:4242]
//   INFO: task nvidia-smi:4242 blocked for more than 120 seconds.
//   EDAC MC0: 1 CE memory read error on CPU_SrcID#0_MC#0_Chan#1_DIMM#0 (channel:1 slot:0 page:0x…)
//
// Source of each form: the kernel's source (mm/oom_kill.c, kernel/watchdog.c, kernel/hung_task.c,
// kernel/rcu/tree_stall.h, drivers/pci/pcie/aer.c, drivers/edac/edac_mc.c, arch/x86/kernel/cpu/mce,
// kernel/time/clocksource.c) and NVIDIA's Xid documentation.
#pragma once

#include <string_view>

#include "collectors/reading/parsed.h"
#include "facts/kernel_log.h"

namespace ihc {

/// The events of a log; `source` and `uptime_seconds` are left empty. Unparsed are
/// lines before the first that is in a form of a log, and a last one that may be cut; lines of other programs and those
/// that tell of no trouble are passed over.
Parsed<KernelLog> parse_kernel_log(std::string_view text);

/// The event that one message tells of, if any, with a count and no times. `constraint` of an OOM kill stands on a line
/// of its own.
std::optional<KernelEvent> kernel_event(std::string_view message);

}  // namespace ihc
