// facts.kernel: settings that decide how the kernel treats an inference server.
// Sources: Documentation/admin-guide/sysctl/{kernel,vm}.rst, transhuge.rst, kernel-parameters.rst.
#pragma once

#include "facts/describe.h"

namespace ihc {

struct Kernel {
  std::optional<std::string> release;
  std::optional<std::string> version;
  std::optional<std::string> command_line;
  std::optional<std::string> thp_enabled;
  std::optional<std::string> thp_defrag;
  std::optional<std::int64_t> numa_balancing;
  std::optional<std::int64_t> zone_reclaim_mode;
  std::optional<std::int64_t> swappiness;
  std::optional<std::int64_t> numa_stat;
  std::optional<std::int64_t> min_free_kbytes;
  std::optional<std::int64_t> sched_schedstats;
  std::optional<std::int64_t> nmi_watchdog;
  std::optional<std::int64_t> perf_event_paranoid;
  std::optional<std::string> clocksource;
  std::optional<std::vector<std::string>> available_clocksources;
  std::optional<std::string> tuned_profile;
  std::optional<std::int64_t> memory_total_bytes;
  std::optional<std::int64_t> memory_available_bytes;
  std::optional<std::int64_t> swap_total_bytes;
  std::optional<std::int64_t> swap_free_bytes;
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
      field("swap_free_bytes", &Kernel::swap_free_bytes, "SwapFree of /proc/meminfo")};
};

}  // namespace ihc
