// CPUs, packages, cores and caches from /sys/devices/system/cpu.
// Source: Documentation/ABI/stable/sysfs-devices-system-cpu, Documentation/admin-guide/cputopology.rst.
#pragma once

#include "collectors/reading/evidence_reader.h"

namespace ihc {

/// The CPUs that are online: the kernel's list, else the processors of /proc/cpuinfo. Notes nothing.
std::optional<CpuSet> online_cpus(const Bundle& bundle);

/// The CPU lists, packages, cores and SMT siblings of `facts.topology`.
void read_cpus(const EvidenceReader& reader, Topology& topology);

/// The distinct caches, and how many of them are level 3.
void read_caches(const EvidenceReader& reader, Topology& topology);

}  // namespace ihc
