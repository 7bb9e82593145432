// facts.pressure: what the node's CPUs, memory and disks were asked for beyond what they had, and who else runs on it.
// Sources: Documentation/accounting/psi.rst, proc_stat(5), proc_loadavg(5), proc_pid_stat(5).
#pragma once

#include "facts/describe.h"

namespace ihc {

struct PsiLine {
  double avg10_pct = 0;
  double avg60_pct = 0;
  double avg300_pct = 0;
  std::optional<std::int64_t> total_us;
  std::optional<std::int64_t> delta_us;
  std::optional<double> window_pct;
};

struct Psi {
  std::optional<PsiLine> some;
  std::optional<PsiLine> full;
};

struct CpuTime {
  std::string cpu;
  std::map<std::string, std::int64_t> ticks;
  std::optional<double> busy_pct;
  std::optional<double> user_pct;
  std::optional<double> nice_pct;
  std::optional<double> system_pct;
  std::optional<double> idle_pct;
  std::optional<double> iowait_pct;
  std::optional<double> irq_pct;
  std::optional<double> softirq_pct;
  std::optional<double> steal_pct;
  std::optional<double> guest_pct;
};

struct LoadAverage {
  double one_minute = 0;
  double five_minutes = 0;
  double fifteen_minutes = 0;
  std::int64_t runnable = 0;
  std::int64_t scheduling_entities = 0;
};

struct Neighbour {
  std::int64_t pid = 0;
  std::string name;
  bool is_kernel_thread = false;
  bool is_worker = false;
  std::optional<std::string> unit;
  double cpu_ms = 0;
  std::optional<double> cpu_pct;
  std::int64_t last_cpu = 0;
  std::optional<CpuSet> cpus_seen;
  std::optional<std::string> cgroup;
  std::optional<bool> in_container;
  std::optional<std::string> shares;
};

struct NeighbourGroup {
  std::string cgroup;
  std::optional<std::string> unit;
  std::optional<bool> in_container;
  bool holds_worker = false;
  std::int64_t processes = 0;
  double cpu_ms = 0;
  std::optional<double> cpu_pct;
  std::optional<std::string> shares;
};

struct SharedPlace {
  std::string place;
  CpuSet cpus;
  double busy_cpus = 0;
  double workers_cpus = 0;
  double others_cpus = 0;
  std::optional<double> steal_pct;
  std::optional<double> max_steal_pct;
};

struct Pressure {
  std::optional<Psi> cpu;
  std::optional<Psi> memory;
  std::optional<Psi> io;
  std::optional<Psi> irq;
  std::optional<Psi> unnamed;
  std::optional<double> window_seconds;
  std::optional<LoadAverage> load;
  std::optional<CpuTime> all_cpus;
  std::optional<std::vector<CpuTime>> cpus;
  std::optional<std::map<std::string, std::int64_t>> counters;
  std::optional<std::map<std::string, std::int64_t>> counters_delta;
  std::optional<std::vector<Neighbour>> neighbours;
  std::optional<std::vector<NeighbourGroup>> neighbour_groups;
  std::optional<double> kernel_threads_cpus;
  std::optional<std::vector<SharedPlace>> shared_places;
};

}  // namespace ihc
