// facts.perf: counters of the workers within the window, and by which way they were had.
// Sources: perf-stat(1), perf_event_open(2).
#pragma once

#include "facts/describe.h"

namespace ihc {

struct PerfEvent {
  std::optional<double> value;
  std::optional<double> running_pct;
  std::optional<std::string> unit;
  std::string status;
};

struct PerfRun {
  std::string label;
  std::string scope;
  std::string source;
  std::optional<double> seconds;
  std::map<std::string, PerfEvent> events;
  std::optional<double> ipc;
  std::optional<double> context_switches_per_second;
  std::optional<double> cpu_migrations_per_second;
  std::optional<double> min_running_pct;
};

struct Perf {
  std::optional<std::vector<PerfRun>> runs;
};

template <>
struct Describe<PerfEvent> {
  static constexpr std::string_view kName = "perf_event";
  static constexpr auto kFields =
      std::tuple{field("value", &PerfEvent::value,
                       "count, scaled for multiplexing as perf prints it; absent unless status is counted"),
                 field("running_pct", &PerfEvent::running_pct, "share of the time the event was on a counter"),
                 field("unit", &PerfEvent::unit, "unit as perf prints it, for example msec"),
                 field("status", &PerfEvent::status, "counted, not_counted (never scheduled) or not_supported")};
};

template <>
struct Describe<PerfRun> {
  static constexpr std::string_view kName = "perf_run";
  static constexpr auto kFields = std::tuple{
      field("label", &PerfRun::label, "the command's slug, or proc"),
      field("scope", &PerfRun::scope, "workers, system, socket or node"),
      field("source", &PerfRun::source, "perf_stat, or proc: which way was taken"),
      field("seconds", &PerfRun::seconds, "measured time"),
      field("events", &PerfRun::events, "by event name as perf prints it, modifiers kept"),
      field("ipc", &PerfRun::ipc, "instructions / cycles, recomputed from the counts"),
      field("context_switches_per_second", &PerfRun::context_switches_per_second, "of all workers together"),
      field("cpu_migrations_per_second", &PerfRun::cpu_migrations_per_second, "moves between CPUs, not between nodes"),
      field("min_running_pct", &PerfRun::min_running_pct, "the smallest running_pct of its counted events")};
};

template <>
struct Describe<Perf> {
  static constexpr std::string_view kName = "perf";
  static constexpr auto kFields = std::tuple{field("runs", &Perf::runs, "one entry for each measurement")};
};

}  // namespace ihc
