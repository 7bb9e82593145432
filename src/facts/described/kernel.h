// The description of the structs of facts/kernel.h.
#pragma once

#include "facts/describe.h"
#include "facts/kernel.h"

namespace ihc {

template <>
struct Describe<SwapDevice> {
  static constexpr std::string_view kName = "swap_device";
  static constexpr auto kFields = std::tuple{
      field("path", &SwapDevice::path, "as in /proc/swaps; /dev/zram0 is compressed memory and costs less"),
      field("kind", &SwapDevice::kind, "partition or file"), field("size_bytes", &SwapDevice::size_bytes, "its size"),
      field("used_bytes", &SwapDevice::used_bytes, "in use")};
};

template <>
struct Describe<Kernel> {
  static constexpr std::string_view kName = "kernel";
  static constexpr auto kFields = std::tuple{
      field("release", &Kernel::release, "/proc/sys/kernel/osrelease"),
      field("version", &Kernel::version, "/proc/version"),
      field("command_line", &Kernel::command_line, "/proc/cmdline"),
      field("thp_enabled", &Kernel::thp_enabled, "transparent_hugepage/enabled: always, madvise or never"),
      field("thp_defrag", &Kernel::thp_defrag,
            "transparent_hugepage/defrag: always, defer, defer+madvise, madvise or never"),
      field("numa_balancing", &Kernel::numa_balancing, "kernel.numa_balancing: bit 0 balancing, bit 1 memory tiering"),
      field("zone_reclaim_mode", &Kernel::zone_reclaim_mode, "vm.zone_reclaim_mode"),
      field("swappiness", &Kernel::swappiness, "vm.swappiness"),
      field("numa_stat", &Kernel::numa_stat, "vm.numa_stat: 0 means that the NUMA counters are not exact"),
      field("min_free_kbytes", &Kernel::min_free_kbytes, "vm.min_free_kbytes"),
      field("max_map_count", &Kernel::max_map_count, "vm.max_map_count: mappings that one process may have"),
      field("sched_rt_runtime_us", &Kernel::sched_rt_runtime_us,
            "kernel.sched_rt_runtime_us: what real-time tasks may use of a period; -1 is all of it"),
      field("sched_rt_period_us", &Kernel::sched_rt_period_us, "kernel.sched_rt_period_us"),
      field("sched_schedstats", &Kernel::sched_schedstats, "kernel.sched_schedstats"),
      field("nmi_watchdog", &Kernel::nmi_watchdog, "kernel.nmi_watchdog: 1 takes one hardware counter"),
      field("perf_event_paranoid", &Kernel::perf_event_paranoid, "kernel.perf_event_paranoid"),
      field("clocksource", &Kernel::clocksource, "clocksource0/current_clocksource"),
      field("available_clocksources", &Kernel::available_clocksources, "clocksource0/available_clocksource"),
      field("tuned_profile", &Kernel::tuned_profile,
            "/etc/tuned/active_profile; absent when tuned is not installed or off"),
      field("memory_total_bytes", &Kernel::memory_total_bytes, "MemTotal of /proc/meminfo"),
      field("memory_available_bytes", &Kernel::memory_available_bytes, "MemAvailable of /proc/meminfo"),
      field("swap_total_bytes", &Kernel::swap_total_bytes, "SwapTotal of /proc/meminfo"),
      field("swap_free_bytes", &Kernel::swap_free_bytes, "SwapFree of /proc/meminfo"),
      field("swap_cached_bytes", &Kernel::swap_cached_bytes,
            "SwapCached of /proc/meminfo: read back and still on disk"),
      field("swap_devices", &Kernel::swap_devices, "/proc/swaps; empty when there is no swap"),
      field("zswap_enabled", &Kernel::zswap_enabled,
            "zswap/parameters/enabled: pages are compressed before they go out"),
      field("parameters", &Kernel::parameters,
            "of the command line those about CPU isolation, memory, power, clocks, PCIe and mitigations, as written"),
      field("isolcpus_flags", &Kernel::isolcpus_flags,
            "flags of isolcpus=; absent when it has none, which means domain"),
      field("isolcpus", &Kernel::isolcpus, "CPUs of isolcpus="),
      field("nohz_full", &Kernel::nohz_full, "CPUs of nohz_full= as asked for; topology.cpus_nohz_full is what holds"),
      field("rcu_nocbs", &Kernel::rcu_nocbs, "CPUs of rcu_nocbs="),
      field("irqaffinity", &Kernel::irqaffinity, "CPUs of irqaffinity=: where new interrupts go"),
      field("workqueue_cpus", &Kernel::workqueue_cpus, "workqueue/cpumask: where unbound kernel work may run"),
      field("vulnerabilities", &Kernel::vulnerabilities,
            "cpu/vulnerabilities/*: what the kernel says of each and of its mitigation")};
};

}  // namespace ihc
