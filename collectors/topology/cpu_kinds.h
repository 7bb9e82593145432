// Kinds and capacities of cores, and the CPUs whose RCU callbacks run elsewhere.
//
//   /sys/devices/cpu_core/cpus                  0-15          (hybrid x86: the perf device of each kind)
//   /sys/devices/system/cpu/cpu4/cpu_capacity   446           (Arm; 1024 is the fastest)
//   /proc/cmdline                               … rcu_nocbs=2-31 …
//
// Source: tools/perf/Documentation/intel-hybrid.txt,
// Documentation/ABI/testing/sysfs-devices-system-cpu, Documentation/admin-guide/kernel-parameters.rst.
#pragma once

#include "collectors/reading/evidence_reader.h"

namespace ihc {

/// The CPUs of a command line's `name=LIST`; "all" and "N" (the last CPU) stand for `possible`. An argument without a
/// list, or none, is the empty set; nothing when the list does not parse.
std::optional<CpuSet> cmdline_cpus(std::string_view cmdline, std::string_view name, const CpuSet& possible);

void read_cpu_kinds(const EvidenceReader& reader, Topology& topology);

}  // namespace ihc
