// facts.host: health of the machine beside its log, and what it shares out: memory errors, stuck tasks, shared memory,
// cache and bandwidth control, timers.
// Sources: Documentation/admin-guide/ras.rst, Documentation/arch/x86/resctrl.rst, proc(5), statvfs(3), systemctl(1).
#pragma once

#include "facts/describe.h"

namespace ihc {

struct MemoryModuleErrors {
  std::string id;
  std::optional<std::string> label;
  std::optional<std::string> location;
  std::optional<std::int64_t> corrected;
  std::optional<std::int64_t> uncorrected;
};

struct MemoryController {
  std::string id;
  std::optional<std::string> name;
  std::optional<std::int64_t> corrected;
  std::optional<std::int64_t> uncorrected;
  std::optional<std::int64_t> corrected_without_module;
  std::optional<std::int64_t> uncorrected_without_module;
  std::optional<std::int64_t> seconds_since_reset;
  std::vector<MemoryModuleErrors> modules;
};

struct MachineCheckSettings {
  std::optional<std::int64_t> ignore_ce;
  std::optional<std::int64_t> cmci_disabled;
  std::optional<std::int64_t> check_interval_seconds;
};

struct BlockedTask {
  std::string name;
  std::int64_t pid = 0;
  std::int64_t tid = 0;
  bool at_start = false;
  bool at_end = false;
};

struct CacheMonitor {
  std::string domain;
  std::optional<std::int64_t> llc_occupancy_bytes;
  std::optional<double> memory_total_bytes_per_second;
  std::optional<double> memory_local_bytes_per_second;
};

struct ResctrlGroup {
  std::string name;
  std::map<std::string, std::string> schemata;
  std::optional<CpuSet> cpus;
  std::optional<std::string> mode;
  std::vector<CacheMonitor> monitors;
};

struct SharedMemory {
  std::string path;
  std::optional<std::int64_t> pid;
  std::int64_t size_bytes = 0;
  std::int64_t available_bytes = 0;
  std::optional<std::vector<std::string>> mount_options;
};

struct Timer {
  std::string unit;
  std::optional<std::string> next;
  std::optional<std::string> activates;
};

struct Host {
  std::optional<std::vector<MemoryController>> memory_controllers;
  std::optional<MachineCheckSettings> machine_check;
  std::optional<std::vector<BlockedTask>> blocked_tasks;
  std::optional<std::vector<ResctrlGroup>> resctrl_groups;
  std::optional<std::vector<SharedMemory>> shared_memory;
  std::optional<std::vector<Timer>> timers;
};

}  // namespace ihc
