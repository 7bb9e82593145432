// facts.perf: counters of the workers and of the node within the window, and by which way they were had.
// Sources: perf-stat(1), perf-sched(1), perf-c2c(1), perf-mem(1), perf_event_open(2), proc_pid_sched(5).
#pragma once

#include "facts/describe.h"

namespace ihc {

struct PerfEvent {
  std::optional<double> value;
  std::optional<double> running_pct;
  std::optional<double> variance_pct;
  std::optional<std::string> unit;
  std::string status;
};

struct PerfRatio {
  double value = 0;
  std::vector<std::string> numerator;
  std::vector<std::string> denominator;
  std::optional<double> min_running_pct;
};

struct PerfRun {
  std::string label;
  std::string scope;
  std::string source;
  std::optional<std::string> target;
  std::optional<std::string> started;
  std::optional<std::int64_t> cpus;
  std::optional<std::int64_t> repeats;
  std::optional<std::int64_t> intervals;
  std::optional<double> seconds;
  std::optional<double> seconds_variance_pct;
  std::optional<double> user_seconds;
  std::optional<double> system_seconds;
  std::map<std::string, PerfEvent> events;
  std::map<std::string, PerfRatio> ratios;
  std::optional<std::map<std::string, double>> topdown_pct;
  std::optional<double> ipc;
  std::optional<std::map<std::string, double>> ipc_by_pmu;
  std::optional<double> remote_load_ratio;
  std::optional<double> remote_dram_ratio;
  std::optional<double> context_switches_per_second;
  std::optional<double> cpu_migrations_per_second;
  std::optional<double> min_running_pct;
};

struct SchedLatency {
  std::string task;
  std::optional<std::int64_t> pid;
  std::optional<std::int64_t> merged_tasks;
  double runtime_ms = 0;
  std::int64_t switches = 0;
  double avg_delay_ms = 0;
  double max_delay_ms = 0;
  std::optional<double> max_delay_start_seconds;
  std::optional<double> max_delay_end_seconds;
};

struct SchedLatencyTotal {
  double runtime_ms = 0;
  std::int64_t switches = 0;
};

struct TaskSched {
  std::string task;
  std::int64_t pid = 0;
  std::optional<std::int64_t> threads;
  std::optional<double> runtime_ms;
  std::optional<std::int64_t> switches;
  std::optional<std::int64_t> voluntary_switches;
  std::optional<std::int64_t> involuntary_switches;
  std::optional<std::int64_t> migrations;
  std::optional<std::int64_t> policy;
  std::optional<std::int64_t> priority;
  std::optional<std::int64_t> numa_pages_migrated;
  std::optional<std::int64_t> numa_preferred_node;
  std::optional<std::int64_t> numa_faults;
  std::optional<std::int64_t> numa_migrations;
  std::optional<double> window_seconds;
  std::optional<std::int64_t> delta_switches;
  std::optional<std::int64_t> delta_migrations;
  std::optional<std::int64_t> delta_numa_pages_migrated;
};

struct SharedLineUser {
  std::string symbol;
  std::optional<std::string> object;
  std::optional<std::string> source_line;
  double remote_hitm_pct = 0;
  double local_hitm_pct = 0;
};

struct SharedLine {
  std::string address;
  std::optional<std::string> node;
  double hitm_pct = 0;
  std::int64_t total_hitm = 0;
  std::int64_t local_hitm = 0;
  std::int64_t remote_hitm = 0;
  std::vector<SharedLineUser> users;
};

struct CacheToCache {
  std::string label;
  std::string display;
  std::optional<std::int64_t> total_records;
  std::optional<std::int64_t> loads;
  std::optional<std::int64_t> stores;
  std::optional<std::int64_t> load_local_hitm;
  std::optional<std::int64_t> load_remote_hitm;
  std::optional<std::int64_t> load_local_dram;
  std::optional<std::int64_t> load_remote_dram;
  std::optional<std::int64_t> load_llc_misses;
  std::optional<double> remote_hitm_of_llc_misses_pct;
  std::vector<SharedLine> lines;
};

struct MemoryAccessShare {
  std::string access;
  double overhead_pct = 0;
  std::optional<std::int64_t> samples;
};

struct MemoryAccesses {
  std::string label;
  std::optional<std::string> event;
  std::vector<MemoryAccessShare> accesses;
};

struct PerfPass {
  std::string name;
  std::string way;
  std::optional<double> began_seconds;
  std::optional<double> seconds;
  std::string status;
  std::optional<std::string> reason;
};

struct Perf {
  std::optional<std::vector<PerfPass>> passes;
  std::optional<std::vector<PerfRun>> runs;
  std::optional<std::vector<SchedLatency>> sched_latency;
  std::optional<SchedLatencyTotal> sched_latency_total;
  std::optional<double> sched_lost_events_pct;
  std::optional<std::vector<TaskSched>> task_sched;
  std::optional<std::vector<CacheToCache>> c2c;
  std::optional<std::vector<MemoryAccesses>> memory_accesses;
};

}  // namespace ihc
