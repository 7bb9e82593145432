// The description of the structs of facts/perf.h.
#pragma once

#include "facts/describe.h"
#include "facts/perf.h"

namespace ihc {

template <>
struct Describe<PerfEvent> {
  static constexpr std::string_view kName = "perf_event";
  static constexpr auto kFields =
      std::tuple{field("value", &PerfEvent::value,
                       "count, scaled for multiplexing as perf prints it; absent unless status is counted"),
                 field("running_pct", &PerfEvent::running_pct,
                       "share of the time the event was on a counter; over intervals: the lowest"),
                 field("variance_pct", &PerfEvent::variance_pct, "spread over repeated runs (-r), as perf prints it"),
                 field("unit", &PerfEvent::unit, "unit as perf prints it, for example msec"),
                 field("status", &PerfEvent::status, "counted, not_counted (never scheduled) or not_supported")};
};

template <>
struct Describe<PerfRatio> {
  static constexpr std::string_view kName = "perf_ratio";
  static constexpr auto kFields = std::tuple{
      field("value", &PerfRatio::value, "sum of the numerator's counts over sum of the denominator's"),
      field("numerator", &PerfRatio::numerator, "names in events"),
      field("denominator", &PerfRatio::denominator, "names in events"),
      field("min_running_pct", &PerfRatio::min_running_pct, "the smallest running_pct of the events it is made from")};
};

template <>
struct Describe<PerfRun> {
  static constexpr std::string_view kName = "perf_run";
  static constexpr auto kFields = std::tuple{
      field(
          "label", &PerfRun::label,
          "the command's slug, software-counters or proc; with the scope behind '/' where one text has several scopes"),
      field("scope", &PerfRun::scope,
            "workers, process, thread, command, system, cpus:0-3, socket:0, die:S0-D1, core:S0-D0-C2, "
            "cache:S0-D0-L3-ID0, cluster:S0-D0-CLS1, node:1, cpu:7, thread:NAME-TID, cgroup:PATH, or not_stated; "
            "scopes are never added up"),
      field("source", &PerfRun::source,
            "perf_stat, perf_event_open (software counters, without perf) or proc: which way was taken"),
      field("target", &PerfRun::target, "what was measured, as perf says: PIDs, CPUs or a command"),
      field("started", &PerfRun::started, "when, as perf wrote it"),
      field("cpus", &PerfRun::cpus, "how many CPUs were added up in this scope"),
      field("repeats", &PerfRun::repeats, "runs of the command that the counts are the mean of (-r)"),
      field("intervals", &PerfRun::intervals, "intervals that the counts are the sum of (-I)"),
      field("seconds", &PerfRun::seconds, "measured time"),
      field("seconds_variance_pct", &PerfRun::seconds_variance_pct, "its spread over repeated runs (-r)"),
      field("user_seconds", &PerfRun::user_seconds, "time in user space of a command that perf started"),
      field("system_seconds", &PerfRun::system_seconds, "time in the kernel of a command that perf started"),
      field("events", &PerfRun::events,
            "by event name as perf prints it, modifiers kept; a second count of the same event is named event#2"),
      field("ratios", &PerfRun::ratios,
            "recomputed from the counts; absent when one of them was not counted. ipc, ghz, branch_miss_ratio, "
            "cache_miss_ratio, llc_load_miss_ratio, l3_miss_stall_ratio, remote_load_ratio, remote_dram_ratio, …; "
            "with \"cpu_core/\" before the name where the CPU has cores of several kinds"),
      field("topdown_pct", &PerfRun::topdown_pct,
            "top-down shares as perf prints them (tma_backend_bound, …); with the PMU before the name where perf says "
            "one"),
      field("ipc", &PerfRun::ipc,
            "instructions / cycles, recomputed from the counts; absent where cores of several kinds ran"),
      field("ipc_by_pmu", &PerfRun::ipc_by_pmu, "the same for each kind of core: cpu_core, cpu_atom"),
      field("remote_load_ratio", &PerfRun::remote_load_ratio,
            "loads served by remote DRAM over all retired loads (Intel mem_load_*retired)"),
      field("remote_dram_ratio", &PerfRun::remote_dram_ratio,
            "share of DRAM fills that came from a remote socket (Intel) or another NUMA node (AMD)"),
      field("context_switches_per_second", &PerfRun::context_switches_per_second, "of all workers together"),
      field("cpu_migrations_per_second", &PerfRun::cpu_migrations_per_second, "moves between CPUs, not between nodes"),
      field("min_running_pct", &PerfRun::min_running_pct, "the smallest running_pct of its counted events")};
};

template <>
struct Describe<SchedLatency> {
  static constexpr std::string_view kName = "sched_latency";
  static constexpr auto kFields = std::tuple{
      field("task", &SchedLatency::task, "its name"),
      field("pid", &SchedLatency::pid, "absent where perf merged several tasks of one name"),
      field("merged_tasks", &SchedLatency::merged_tasks, "how many tasks of the name were merged"),
      field("runtime_ms", &SchedLatency::runtime_ms, "time on a CPU"),
      field("switches", &SchedLatency::switches, "times it was switched to after a wait (Switches, from 5.12 Count)"),
      field("avg_delay_ms", &SchedLatency::avg_delay_ms, "mean time it was ready and waited for a CPU"),
      field("max_delay_ms", &SchedLatency::max_delay_ms, "longest such wait"),
      field("max_delay_start_seconds", &SchedLatency::max_delay_start_seconds, "perf clock; from 5.12"),
      field("max_delay_end_seconds", &SchedLatency::max_delay_end_seconds, "perf clock; before 5.12 \"max at\"")};
};

template <>
struct Describe<SchedLatencyTotal> {
  static constexpr std::string_view kName = "sched_latency_total";
  static constexpr auto kFields = std::tuple{field("runtime_ms", &SchedLatencyTotal::runtime_ms, "of all tasks"),
                                             field("switches", &SchedLatencyTotal::switches, "of all tasks")};
};

template <>
struct Describe<TaskSched> {
  static constexpr std::string_view kName = "task_sched";
  static constexpr auto kFields = std::tuple{
      field("task", &TaskSched::task, "name of the thread"),
      field("pid", &TaskSched::pid, "its id: TID of a thread"),
      field("threads", &TaskSched::threads, "threads of its process"),
      field("runtime_ms", &TaskSched::runtime_ms, "se.sum_exec_runtime: time on a CPU since it began"),
      field("switches", &TaskSched::switches, "nr_switches since it began"),
      field("voluntary_switches", &TaskSched::voluntary_switches, "nr_voluntary_switches"),
      field("involuntary_switches", &TaskSched::involuntary_switches, "nr_involuntary_switches"),
      field("migrations", &TaskSched::migrations, "se.nr_migrations: moves between CPUs since it began"),
      field("policy", &TaskSched::policy, "scheduling policy: 0 normal, 1 FIFO, 2 RR, 3 batch, 5 idle, 6 deadline"),
      field("priority", &TaskSched::priority, "kernel priority: below 100 is real time, 120 is nice 0"),
      field("numa_pages_migrated", &TaskSched::numa_pages_migrated, "pages that NUMA balancing moved for it"),
      field("numa_preferred_node", &TaskSched::numa_preferred_node, "numa_preferred_nid; absent when it has none"),
      field("numa_faults", &TaskSched::numa_faults, "total_numa_faults of NUMA balancing"),
      field("numa_migrations", &TaskSched::numa_migrations, "numa_migrations of kernels before 5"),
      field("window_seconds", &TaskSched::window_seconds, "time between the readings of the deltas"),
      field("delta_switches", &TaskSched::delta_switches, "nr_switches within the window"),
      field("delta_migrations", &TaskSched::delta_migrations, "nr_migrations within the window"),
      field("delta_numa_pages_migrated", &TaskSched::delta_numa_pages_migrated,
            "numa_pages_migrated within the window")};
};

template <>
struct Describe<SharedLineUser> {
  static constexpr std::string_view kName = "shared_line_user";
  static constexpr auto kFields = std::tuple{
      field("symbol", &SharedLineUser::symbol, "function that touches the line"),
      field("object", &SharedLineUser::object, "program, library or kernel that holds it"),
      field("source_line", &SharedLineUser::source_line, "file:line, where perf knows it"),
      field("remote_hitm_pct", &SharedLineUser::remote_hitm_pct, "its share of the line's remote HITM loads"),
      field("local_hitm_pct", &SharedLineUser::local_hitm_pct, "its share of the line's local HITM loads")};
};

template <>
struct Describe<SharedLine> {
  static constexpr std::string_view kName = "shared_line";
  static constexpr auto kFields =
      std::tuple{field("address", &SharedLine::address, "of the cache line"),
                 field("node", &SharedLine::node, "NUMA node of its memory, where perf knows it"),
                 field("hitm_pct", &SharedLine::hitm_pct, "its share of all HITM (display peer: of all peer snoops)"),
                 field("total_hitm", &SharedLine::total_hitm, "loads that found it modified in another cache"),
                 field("local_hitm", &SharedLine::local_hitm, "of these, in a cache of the same node"),
                 field("remote_hitm", &SharedLine::remote_hitm, "of these, in a cache of another node"),
                 field("users", &SharedLine::users, "code that touches it, in the order of the report")};
};

template <>
struct Describe<CacheToCache> {
  static constexpr std::string_view kName = "cache_to_cache";
  static constexpr auto kFields = std::tuple{
      field("label", &CacheToCache::label, "where the report was"),
      field("display", &CacheToCache::display, "what its lines are counted by: hitm, or peer (Arm)"),
      field("total_records", &CacheToCache::total_records, "samples"),
      field("loads", &CacheToCache::loads, "sampled loads"),
      field("stores", &CacheToCache::stores, "sampled stores"),
      field("load_local_hitm", &CacheToCache::load_local_hitm, "loads that hit a modified line in the same node"),
      field("load_remote_hitm", &CacheToCache::load_remote_hitm, "loads that hit a modified line in another node"),
      field("load_local_dram", &CacheToCache::load_local_dram, "loads from DRAM of the same node"),
      field("load_remote_dram", &CacheToCache::load_remote_dram, "loads from DRAM of another node"),
      field("load_llc_misses", &CacheToCache::load_llc_misses, "loads that missed the last level cache"),
      field("remote_hitm_of_llc_misses_pct", &CacheToCache::remote_hitm_of_llc_misses_pct,
            "load_remote_hitm of load_llc_misses, recomputed from the counts"),
      field("lines", &CacheToCache::lines, "most shared cache lines, in the order of the report")};
};

template <>
struct Describe<MemoryAccessShare> {
  static constexpr std::string_view kName = "memory_access_share";
  static constexpr auto kFields =
      std::tuple{field("access", &MemoryAccessShare::access,
                       "where the data came from, as perf says: L1 hit, Remote RAM (1 hop) hit"),
                 field("overhead_pct", &MemoryAccessShare::overhead_pct, "share of the weight of all samples"),
                 field("samples", &MemoryAccessShare::samples, "number of samples")};
};

template <>
struct Describe<MemoryAccesses> {
  static constexpr std::string_view kName = "memory_accesses";
  static constexpr auto kFields =
      std::tuple{field("label", &MemoryAccesses::label, "where the report was"),
                 field("event", &MemoryAccesses::event, "sampled event"),
                 field("accesses", &MemoryAccesses::accesses, "by kind of access, greatest share first")};
};

template <>
struct Describe<PerfPass> {
  static constexpr std::string_view kName = "perf_pass";
  static constexpr auto kFields = std::tuple{
      field("name", &PerfPass::name,
            "what counted: the command's slug, or software-counters; as in the labels of runs"),
      field("way", &PerfPass::way, "perf_stat, or perf_event_open: this program's own counters where perf gave none"),
      field("began_seconds", &PerfPass::began_seconds, "after the window's start"),
      field("seconds", &PerfPass::seconds, "how long it counted"),
      field("status", &PerfPass::status, "ok, or what became of it: absent, permission, skipped, timed_out, failed"),
      field("reason", &PerfPass::reason, "why it is not ok")};
};

template <>
struct Describe<Perf> {
  static constexpr std::string_view kName = "perf";
  static constexpr auto kFields = std::tuple{
      field("passes", &Perf::passes,
            "who counted when within the window: groups of events that would share counters are counted one after the "
            "other"),
      field("runs", &Perf::runs, "one entry for each measurement and scope"),
      field("sched_latency", &Perf::sched_latency, "perf sched latency: one entry a row, in the order of the text"),
      field("sched_latency_total", &Perf::sched_latency_total, "its TOTAL line"),
      field("sched_lost_events_pct", &Perf::sched_lost_events_pct, "events that the recording lost"),
      field("task_sched", &Perf::task_sched, "/proc/PID/sched of threads"),
      field("c2c", &Perf::c2c, "perf c2c reports: cache lines that several CPUs write"),
      field("memory_accesses", &Perf::memory_accesses, "perf mem reports: where loads were served from")};
};

}  // namespace ihc
