// The description of the structs of facts/pressure.h.
#pragma once

#include "facts/describe.h"
#include "facts/pressure.h"

namespace ihc {

template <>
struct Describe<PsiLine> {
  static constexpr std::string_view kName = "psi_line";
  static constexpr auto kFields =
      std::tuple{field("avg10_pct", &PsiLine::avg10_pct, "share of the last 10 s, as the kernel averages it"),
                 field("avg60_pct", &PsiLine::avg60_pct, "share of the last minute"),
                 field("avg300_pct", &PsiLine::avg300_pct, "share of the last 5 minutes: longer than most tests"),
                 field("total_us", &PsiLine::total_us, "stall time since boot, microseconds: context only"),
                 field("delta_us", &PsiLine::delta_us, "stall time within the window, microseconds"),
                 field("window_pct", &PsiLine::window_pct, "delta_us as a share of the window")};
};

template <>
struct Describe<Psi> {
  static constexpr std::string_view kName = "psi";
  static constexpr auto kFields = std::tuple{
      field("some", &Psi::some, "at least one task waited"),
      field("full", &Psi::full, "all tasks waited; undefined for the CPU of a whole system, so absent there")};
};

template <>
struct Describe<CpuTime> {
  static constexpr std::string_view kName = "cpu_time";
  static constexpr auto kFields = std::tuple{
      field("cpu", &CpuTime::cpu, "CPU number, or all"),
      field("ticks", &CpuTime::ticks, "since boot, in units of 1/USER_HZ s, by kind of time: context only"),
      field("busy_pct", &CpuTime::busy_pct, "share of the window in user, nice, system, irq and softirq time"),
      field("user_pct", &CpuTime::user_pct, "user time, guest time included"),
      field("nice_pct", &CpuTime::nice_pct, "user time at low priority"),
      field("system_pct", &CpuTime::system_pct, "kernel time"),
      field("idle_pct", &CpuTime::idle_pct, "idle time"),
      field("iowait_pct", &CpuTime::iowait_pct, "idle time with I/O outstanding: unreliable by the kernel's own word"),
      field("irq_pct", &CpuTime::irq_pct, "time in hardware interrupts, where the kernel accounts it"),
      field("softirq_pct", &CpuTime::softirq_pct, "time in software interrupts"),
      field("steal_pct", &CpuTime::steal_pct, "time a hypervisor gave to others; some report none at all"),
      field("guest_pct", &CpuTime::guest_pct, "time of this machine's own guests, part of user and nice")};
};

template <>
struct Describe<LoadAverage> {
  static constexpr std::string_view kName = "load_average";
  static constexpr auto kFields = std::tuple{
      field("one_minute", &LoadAverage::one_minute, "tasks runnable or in uninterruptible sleep, 1 min average"),
      field("five_minutes", &LoadAverage::five_minutes, "5 min average"),
      field("fifteen_minutes", &LoadAverage::fifteen_minutes, "15 min average"),
      field("runnable", &LoadAverage::runnable, "runnable now"),
      field("scheduling_entities", &LoadAverage::scheduling_entities, "processes and threads that exist now")};
};

template <>
struct Describe<Neighbour> {
  static constexpr std::string_view kName = "neighbour";
  static constexpr auto kFields =
      std::tuple{field("pid", &Neighbour::pid, "process id"),
                 field("name", &Neighbour::name, "comm, at most 15 bytes"),
                 field("is_kernel_thread", &Neighbour::is_kernel_thread,
                       "PF_KTHREAD: per-CPU kernel threads are bound by design and no misplacement"),
                 field("is_worker", &Neighbour::is_worker, "it is one of facts.workers"),
                 field("unit", &Neighbour::unit, "its systemd unit or container, from /proc/PID/cgroup"),
                 field("cpu_ms", &Neighbour::cpu_ms, "CPU time within the window, milliseconds"),
                 field("cpu_pct", &Neighbour::cpu_pct, "the same as a share of one CPU"),
                 field("last_cpu", &Neighbour::last_cpu, "the CPU its first thread ran on last"),
                 field("cpus_seen", &Neighbour::cpus_seen, "the CPUs its first thread had run on at both looks"),
                 field("cgroup", &Neighbour::cgroup, "its control group, from /proc/PID/cgroup"),
                 field("in_container", &Neighbour::in_container, "the control group is a container's or a pod's"),
                 field("shares", &Neighbour::shares,
                       "what it was seen to share with threads of workers, the nearest: cpu, l3, node, or none; absent "
                       "of workers and where the places of CPUs are not known")};
};

template <>
struct Describe<NeighbourGroup> {
  static constexpr std::string_view kName = "neighbour_group";
  static constexpr auto kFields = std::tuple{
      field("cgroup", &NeighbourGroup::cgroup, "control group, from /proc/PID/cgroup; kernel threads are in none"),
      field("unit", &NeighbourGroup::unit, "its systemd unit"),
      field("in_container", &NeighbourGroup::in_container, "it is a container's or a pod's"),
      field("holds_worker", &NeighbourGroup::holds_worker, "a worker is in it"),
      field("processes", &NeighbourGroup::processes, "processes of it that used CPU time within the window"),
      field("cpu_ms", &NeighbourGroup::cpu_ms, "their CPU time within the window, milliseconds"),
      field("cpu_pct", &NeighbourGroup::cpu_pct, "the same as a share of one CPU"),
      field(
          "shares", &NeighbourGroup::shares,
          "the nearest that any of them shares with workers: cpu, l3, node, or none; absent where a worker is in it")};
};

template <>
struct Describe<SharedPlace> {
  static constexpr std::string_view kName = "shared_place";
  static constexpr auto kFields = std::tuple{
      field("place", &SharedPlace::place,
            "cpu: the CPUs where threads of workers were seen; l3, node: all CPUs of these CPUs' level 3 caches, NUMA "
            "nodes"),
      field("cpus", &SharedPlace::cpus, "the CPUs of it"),
      field("busy_cpus", &SharedPlace::busy_cpus, "of all programs on them in the window, in CPUs (/proc/stat)"),
      field("workers_cpus", &SharedPlace::workers_cpus, "CPU time of all workers, in CPUs"),
      field("others_cpus", &SharedPlace::others_cpus, "busy_cpus less workers_cpus: what others used of these CPUs"),
      field("steal_pct", &SharedPlace::steal_pct, "time a hypervisor gave to others, mean of these CPUs"),
      field("max_steal_pct", &SharedPlace::max_steal_pct, "the same of the CPU with the most")};
};

template <>
struct Describe<Pressure> {
  static constexpr std::string_view kName = "pressure";
  static constexpr auto kFields = std::tuple{
      field("cpu", &Pressure::cpu, "/proc/pressure/cpu"),
      field("memory", &Pressure::memory, "/proc/pressure/memory"),
      field("io", &Pressure::io, "/proc/pressure/io"),
      field("irq", &Pressure::irq, "/proc/pressure/irq, of kernels that account interrupt time"),
      field("unnamed", &Pressure::unnamed, "a text of /proc/pressure that does not say of which resource"),
      field("window_seconds", &Pressure::window_seconds, "time between the two readings of the deltas"),
      field("load", &Pressure::load, "/proc/loadavg at the start"),
      field("all_cpus", &Pressure::all_cpus, "the cpu line of /proc/stat: a mean that hides single CPUs"),
      field("cpus", &Pressure::cpus, "per online CPU, from /proc/stat"),
      field("counters", &Pressure::counters, "ctxt, processes, procs_running, procs_blocked of /proc/stat at the end"),
      field("counters_delta", &Pressure::counters_delta, "growth of ctxt and processes within the window"),
      field("neighbours", &Pressure::neighbours, "the processes with the most CPU time within the window, most first"),
      field("neighbour_groups", &Pressure::neighbour_groups,
            "the control groups whose processes used the most CPU time within the window, most first"),
      field("kernel_threads_cpus", &Pressure::kernel_threads_cpus, "CPU time of all kernel threads, in CPUs"),
      field("shared_places", &Pressure::shared_places,
            "who else used the workers' CPUs, level 3 caches and nodes within the window")};
};

}  // namespace ihc
