// The description of the structs of facts/series.h.
#pragma once

#include "facts/describe.h"
#include "facts/series.h"

namespace ihc {

template <>
struct Describe<TimeSeries> {
  static constexpr std::string_view kName = "time_series";
  static constexpr auto kFields = std::tuple{
      field("name", &TimeSeries::name,
            "run_delay, context_switches, cpus_used, cross_node_share, cross_l3_share, cpu_some, memory_full, steal, "
            "throttled, anon_memory, numa_pages_migrated, sm_clock, power, event_reason, …"),
      field("unit", &TimeSeries::unit, "of its values: ms/s, /s, CPUs, share (0 to 1), %, bytes, MHz, W, °C, …"),
      field("subject", &TimeSeries::subject, "node, worker, cgroup, gpu or metrics"),
      field("subject_key", &TimeSeries::subject_key,
            "which one: a worker's key, a control group's path, a GPU's PCI address, a server's; absent for the node"),
      field("part", &TimeSeries::part, "of it: the NUMA node of memory, the reason of a GPU's clocks"),
      field("covers", &TimeSeries::covers,
            "interval: a value holds from the entry before (the first: from a step before) to its time; moment: it was "
            "read at its time"),
      field("at_s", &TimeSeries::at_s, "seconds since the window's start, ascending"),
      field("values", &TimeSeries::values, "one for each of at_s; a second without a reading has no entry")};
};

template <>
struct Describe<Series> {
  static constexpr std::string_view kName = "series";
  static constexpr auto kFields = std::tuple{
      field("started_ns", &Series::started_ns, "CLOCK_MONOTONIC at the window's start, where at_s is 0"),
      field("started_utc", &Series::started_utc,
            "the wall clock at that moment, to the millisecond; absent in a bundle that did not note it"),
      field("window_seconds", &Series::window_seconds, "length of the window as it was"),
      field("step_seconds", &Series::step_seconds, "time between entries: 1, or more in a window of many minutes"),
      field(
          "gpu_clock", &Series::gpu_clock,
          "how GPU readings came onto the axis: wall_clock (their own time stamps, moved by whole quarters of an hour "
          "for the time zone) or order (a reading a second, from the start of the command)"),
      field("left_out_count", &Series::left_out_count, "series past the limit for their subject: not in rows"),
      field("rows", &Series::rows, "the series, those of the node first")};
};

}  // namespace ihc
