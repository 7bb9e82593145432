// The description of the structs of facts/kernel_log.h.
#pragma once

#include "facts/describe.h"
#include "facts/kernel_log.h"

namespace ihc {

template <>
struct Describe<KernelEvent> {
  static constexpr std::string_view kName = "kernel_event";
  static constexpr auto kFields = std::tuple{
      field("kind", &KernelEvent::kind,
            "oom_kill, xid, sxid, nvidia_init_failed, nvidia_version_mismatch, gpu_reset, aer, mce, hardware_error, "
            "edac, soft_lockup, hard_lockup, workqueue_lockup, hung_task, rcu_stall, kernel_bug, "
            "clocksource_unstable, cpu_thermal, pcie_bandwidth_limited, page_allocation_failure, io_error, "
            "nic_link_down, perf_rate_lowered, segfault"),
      field("subject", &KernelEvent::subject, "PCI address, cpu:N, memory module, clock source, device or cgroup"),
      field("process", &KernelEvent::process, "name of the process that it happened to"),
      field("pid", &KernelEvent::pid, "its id"),
      field("code", &KernelEvent::code, "number of an Xid or SXid; what it means is the vendor's catalogue's"),
      field("severity", &KernelEvent::severity, "corrected, nonfatal, fatal or uncorrected, where the line says so"),
      field("constraint", &KernelEvent::constraint,
            "what a killed process had run out of: none (the whole machine), memcg, cpuset or memory_policy"),
      field("count", &KernelEvent::count, "how often, equal lines together; errors that a line counts are counted"),
      field("first_seconds", &KernelEvent::first_seconds, "seconds since boot of the first one"),
      field("last_seconds", &KernelEvent::last_seconds, "seconds since boot of the last one"),
      field("first_time", &KernelEvent::first_time, "the first one's time as the log writes it, where it writes one"),
      field("last_time", &KernelEvent::last_time, "the last one's time"),
      field("text", &KernelEvent::text, "the first one's line, without its time")};
};

template <>
struct Describe<KernelLog> {
  static constexpr std::string_view kName = "kernel_log";
  static constexpr auto kFields = std::tuple{
      field("source", &KernelLog::source, "the evidence that was read: journal-kernel, dmesg or an imported text"),
      field("lines", &KernelLog::lines, "kernel lines read; no event in no line is no health"),
      field("begins_at_boot", &KernelLog::begins_at_boot,
            "whether the log goes back to the boot: a ring buffer that ran over has lost its beginning"),
      field("uptime_seconds", &KernelLog::uptime_seconds, "/proc/uptime, to compare with seconds since boot"),
      field("first_time", &KernelLog::first_time, "time of its first line"),
      field("last_time", &KernelLog::last_time, "time of its last line"),
      field("events", &KernelLog::events, "lines that matter, in the order of their first appearance"),
      field("counts", &KernelLog::counts, "sum of count by kind")};
};

}  // namespace ihc
