// Idle states, limits on wake-up latency, and thermal throttling, CPU by CPU.
//
//   /sys/devices/system/cpu/cpu0/cpuidle/state3/{name,latency,residency,disable}       C6, 290, 800, 0  (microseconds)
//   /sys/devices/system/cpu/cpu0/cpuidle/state3/{time,usage}                           9071823 (µs), 35113
//   /sys/devices/system/cpu/cpu0/power/pm_qos_resume_latency_us                        0 (no limit), n/a (no latency)
//   /sys/devices/system/cpu/cpu0/thermal_throttle/{core,package}_throttle_count        0
//
// Source: Documentation/ABI/testing/sysfs-devices-system-cpu, Documentation/admin-guide/pm/cpuidle.rst,
// Documentation/ABI/testing/sysfs-devices-power.
#pragma once

#include "base/result.h"
#include "collectors/reading/evidence_reader.h"

namespace ihc {

void read_idle(const EvidenceReader& reader, Frequency& frequency);
void read_latency_limits(const EvidenceReader& reader, Frequency& frequency);
void read_thermal_throttles(const EvidenceReader& reader, Frequency& frequency);

/// The limit that /dev/cpu_dma_latency holds now and the processes that keep it open, as JSON text; runs in the
/// collection's helper process. Opening the device adds a request with no effect (PM_QOS_CPU_LATENCY_DEFAULT_VALUE),
/// which closing takes back: Documentation/power/pm_qos_interface.rst.
Result<std::string> probe_cpu_dma_latency(int pid);

}  // namespace ihc
