// The description of the structs of facts/host.h.
#pragma once

#include "facts/describe.h"
#include "facts/host.h"

namespace ihc {

template <>
struct Describe<MemoryModuleErrors> {
  static constexpr std::string_view kName = "memory_module_errors";
  static constexpr auto kFields =
      std::tuple{field("id", &MemoryModuleErrors::id, "dimm0 or rank0 below its controller"),
                 field("label", &MemoryModuleErrors::label, "dimm_label: what the board calls it"),
                 field("location", &MemoryModuleErrors::location, "dimm_location: channel and slot"),
                 field("corrected", &MemoryModuleErrors::corrected, "dimm_ce_count since the driver was loaded"),
                 field("uncorrected", &MemoryModuleErrors::uncorrected, "dimm_ue_count since the driver was loaded")};
};

template <>
struct Describe<MemoryController> {
  static constexpr std::string_view kName = "memory_controller";
  static constexpr auto kFields = std::tuple{
      field("id", &MemoryController::id, "mc0, …: a controller of EDAC"),
      field("name", &MemoryController::name, "mc_name: its driver"),
      field("corrected", &MemoryController::corrected, "ce_count"),
      field("uncorrected", &MemoryController::uncorrected, "ue_count"),
      field("corrected_without_module", &MemoryController::corrected_without_module, "ce_noinfo_count"),
      field("uncorrected_without_module", &MemoryController::uncorrected_without_module, "ue_noinfo_count"),
      field("seconds_since_reset", &MemoryController::seconds_since_reset, "how long the counters have counted"),
      field("modules", &MemoryController::modules, "its memory modules")};
};

template <>
struct Describe<MachineCheckSettings> {
  static constexpr std::string_view kName = "machine_check_settings";
  static constexpr auto kFields = std::tuple{
      field("ignore_ce", &MachineCheckSettings::ignore_ce, "1: corrected errors are not reported at all"),
      field("cmci_disabled", &MachineCheckSettings::cmci_disabled, "1: corrected errors are only found by polling"),
      field("check_interval_seconds", &MachineCheckSettings::check_interval_seconds, "how often it polls")};
};

template <>
struct Describe<BlockedTask> {
  static constexpr std::string_view kName = "blocked_task";
  static constexpr auto kFields = std::tuple{
      field("name", &BlockedTask::name, "comm of the thread"), field("pid", &BlockedTask::pid, "process"),
      field("tid", &BlockedTask::tid, "thread"),
      field("at_start", &BlockedTask::at_start, "in uninterruptible sleep (D) before the window"),
      field("at_end", &BlockedTask::at_end, "in uninterruptible sleep after it; one look alone is normal I/O")};
};

template <>
struct Describe<CacheMonitor> {
  static constexpr std::string_view kName = "cache_monitor";
  static constexpr auto kFields =
      std::tuple{field("domain", &CacheMonitor::domain, "L3 domain: mon_L3_00 is 00"),
                 field("llc_occupancy_bytes", &CacheMonitor::llc_occupancy_bytes, "llc_occupancy at the end"),
                 field("memory_total_bytes_per_second", &CacheMonitor::memory_total_bytes_per_second,
                       "growth of mbm_total_bytes over the window"),
                 field("memory_local_bytes_per_second", &CacheMonitor::memory_local_bytes_per_second,
                       "growth of mbm_local_bytes over the window: from memory of the same node")};
};

template <>
struct Describe<ResctrlGroup> {
  static constexpr std::string_view kName = "resctrl_group";
  static constexpr auto kFields = std::tuple{
      field("name", &ResctrlGroup::name, "directory below /sys/fs/resctrl; / for the default group"),
      field("schemata", &ResctrlGroup::schemata, "by resource and domain: L3:0 is a mask of ways, MB:0 a limit"),
      field("cpus", &ResctrlGroup::cpus, "cpus_list"), field("mode", &ResctrlGroup::mode, "shareable or exclusive"),
      field("monitors", &ResctrlGroup::monitors, "what its tasks used, by L3 domain")};
};

template <>
struct Describe<SharedMemory> {
  static constexpr std::string_view kName = "shared_memory";
  static constexpr auto kFields =
      std::tuple{field("path", &SharedMemory::path, "mount point: /dev/shm"),
                 field("pid", &SharedMemory::pid, "the worker that sees it; absent for the node's own"),
                 field("size_bytes", &SharedMemory::size_bytes, "statvfs: f_blocks times f_frsize"),
                 field("available_bytes", &SharedMemory::available_bytes, "statvfs: f_bavail times f_frsize"),
                 field("mount_options", &SharedMemory::mount_options, "of the node's mount, from /proc/mounts")};
};

template <>
struct Describe<Timer> {
  static constexpr std::string_view kName = "timer";
  static constexpr auto kFields =
      std::tuple{field("unit", &Timer::unit, "name of the timer"),
                 field("next", &Timer::next, "when it elapses next, as systemctl writes it"),
                 field("activates", &Timer::activates, "the unit it starts")};
};

template <>
struct Describe<Host> {
  static constexpr std::string_view kName = "host";
  static constexpr auto kFields = std::tuple{
      field("memory_controllers", &Host::memory_controllers,
            "EDAC, /sys/devices/system/edac/mc; absent without a driver"),
      field("machine_check", &Host::machine_check, "/sys/devices/system/machinecheck/machinecheck0"),
      field("blocked_tasks", &Host::blocked_tasks, "threads in uninterruptible sleep before or after the window"),
      field("resctrl_groups", &Host::resctrl_groups, "/sys/fs/resctrl; empty when it is not mounted"),
      field("shared_memory", &Host::shared_memory, "/dev/shm of the node and of each worker"),
      field("timers", &Host::timers, "systemd timers that are loaded")};
};

}  // namespace ihc
