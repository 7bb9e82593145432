// The node as it was found: tables of facts. What is not known says so, with the reason; it is never a zero.
#pragma once

#include "facts/describe.h"
#include "report/input.h"
#include "report/words.h"

namespace ihc::report {

struct Row {
  std::string name;
  std::string value;
};

struct NodeRow {
  std::string id;
  std::string kind;
  std::string cpus;
  std::string memory;
  std::string memory_free;
  std::vector<std::string> distances;
};

struct NumaCounterRow {
  std::string id;
  std::string hit;
  std::string miss;
  std::string foreign;
  std::string local;
  std::string other;
};

struct DeviceRow {
  std::string kind;
  std::string name;
  std::string driver;
  std::string node;
  std::string cpus;
};

struct FrequencyRow {
  std::string cpus;
  std::string driver;
  std::string governor;
  std::string epp;
  std::string limits;
};

struct WorkerRow {
  std::string name;
  std::string key;
  std::string pid;
  std::string framework;
  std::string unit;
  std::string found_by;
  std::string threads;
  std::string cpus_allowed;
  std::string masks;
  std::string mems_allowed;
  std::string policies;
  std::string gpus;
  std::string gpu_nodes;
  std::string memory_by_node;
  std::string busy;
  std::string waited;
  std::string switches;
};

struct PerfRow {
  std::string event;
  std::string value;
  std::string running;
  std::string status;
};

struct PerfRun {
  std::string scope;
  std::string source;
  std::string seconds;
  std::vector<Row> rates;
  std::vector<PerfRow> events;
};

struct Node {
  std::vector<Row> summary;
  std::vector<NodeRow> numa_nodes;
  std::string numa_nodes_unknown;
  std::vector<std::string> distance_ids;
  bool has_distances = false;
  std::vector<NumaCounterRow> counters;
  std::string counters_unknown;
  std::string counters_window;
  std::vector<DeviceRow> devices;
  std::string devices_unknown;
  std::vector<FrequencyRow> frequency;
  std::string frequency_unknown;
  std::vector<Row> frequency_summary;
  std::vector<Row> kernel;
  std::vector<WorkerRow> workers;
  std::string workers_unknown;
  std::vector<PerfRun> perf;
  std::string perf_unknown;
};

Node make_node(const ReportInput& input, const Words& words);

}  // namespace ihc::report

namespace ihc {

template <>
struct Describe<report::Row> {
  using T = report::Row;
  static constexpr std::string_view kName = "row";
  static constexpr auto kFields =
      std::tuple{field("name", &T::name, "what"), field("value", &T::value, "its value, or why it is not known")};
};

template <>
struct Describe<report::NodeRow> {
  using T = report::NodeRow;
  static constexpr std::string_view kName = "node_row";
  static constexpr auto kFields =
      std::tuple{field("id", &T::id, "NUMA node number"),
                 field("kind", &T::kind, "CPUs and memory, memory only, …"),
                 field("cpus", &T::cpus, "CPU list"),
                 field("memory", &T::memory, "total"),
                 field("memory_free", &T::memory_free, "free at the start"),
                 field("distances", &T::distances, "to each node, in the order of distance_ids")};
};

template <>
struct Describe<report::NumaCounterRow> {
  using T = report::NumaCounterRow;
  static constexpr std::string_view kName = "numa_counter_row";
  static constexpr auto kFields =
      std::tuple{field("id", &T::id, "NUMA node number"), field("hit", &T::hit, "numa_hit, growth within the window"),
                 field("miss", &T::miss, "numa_miss"),    field("foreign", &T::foreign, "numa_foreign"),
                 field("local", &T::local, "local_node"), field("other", &T::other, "other_node")};
};

template <>
struct Describe<report::DeviceRow> {
  using T = report::DeviceRow;
  static constexpr std::string_view kName = "device_row";
  static constexpr auto kFields =
      std::tuple{field("kind", &T::kind, "GPU or network"), field("name", &T::name, "PCI address or interface"),
                 field("driver", &T::driver, "kernel driver"), field("node", &T::node, "NUMA node"),
                 field("cpus", &T::cpus, "local CPUs")};
};

template <>
struct Describe<report::FrequencyRow> {
  using T = report::FrequencyRow;
  static constexpr std::string_view kName = "frequency_row";
  static constexpr auto kFields =
      std::tuple{field("cpus", &T::cpus, "CPUs with these settings"), field("driver", &T::driver, "scaling driver"),
                 field("governor", &T::governor, "governor"), field("epp", &T::epp, "energy preference"),
                 field("limits", &T::limits, "lower and upper limit")};
};

template <>
struct Describe<report::WorkerRow> {
  using T = report::WorkerRow;
  static constexpr std::string_view kName = "worker_row";
  static constexpr auto kFields =
      std::tuple{field("name", &T::name, "process name"),
                 field("key", &T::key, "subject key"),
                 field("pid", &T::pid, "process id at the time"),
                 field("framework", &T::framework, "inference framework"),
                 field("unit", &T::unit, "systemd unit"),
                 field("found_by", &T::found_by, "how it was found"),
                 field("threads", &T::threads, "number of threads"),
                 field("cpus_allowed", &T::cpus_allowed, "CPUs its threads may use"),
                 field("masks", &T::masks, "number of different thread masks"),
                 field("mems_allowed", &T::mems_allowed, "nodes it may take memory from"),
                 field("policies", &T::policies, "memory policies"),
                 field("gpus", &T::gpus, "PCI addresses of its GPUs"),
                 field("gpu_nodes", &T::gpu_nodes, "NUMA nodes of its GPUs"),
                 field("memory_by_node", &T::memory_by_node, "resident memory by node"),
                 field("busy", &T::busy, "CPUs in use on average"),
                 field("waited", &T::waited, "share of its time spent waiting for a CPU"),
                 field("switches", &T::switches, "context switches in the window, voluntary and forced")};
};

template <>
struct Describe<report::PerfRow> {
  using T = report::PerfRow;
  static constexpr std::string_view kName = "perf_row";
  static constexpr auto kFields = std::tuple{
      field("event", &T::event, "event name"), field("value", &T::value, "count"),
      field("running", &T::running, "share of the time on a counter"), field("status", &T::status, "counted or not")};
};

template <>
struct Describe<report::PerfRun> {
  using T = report::PerfRun;
  static constexpr std::string_view kName = "perf_run";
  static constexpr auto kFields =
      std::tuple{field("scope", &T::scope, "what was counted"), field("source", &T::source, "by which way"),
                 field("seconds", &T::seconds, "for how long"),
                 field("rates", &T::rates, "rates derived from the counts"), field("events", &T::events, "the counts")};
};

template <>
struct Describe<report::Node> {
  using T = report::Node;
  static constexpr std::string_view kName = "node";
  static constexpr auto kFields =
      std::tuple{field("summary", &T::summary, "the machine in a few rows"),
                 field("numa_nodes", &T::numa_nodes, "NUMA nodes"),
                 field("numa_nodes_unknown", &T::numa_nodes_unknown, "why they are not known; empty when they are"),
                 field("distance_ids", &T::distance_ids, "columns of the distance table"),
                 field("has_distances", &T::has_distances, "two to sixteen nodes with distances"),
                 field("counters", &T::counters, "page allocator counters by node, growth within the window"),
                 field("counters_unknown", &T::counters_unknown, "why they are not known; empty when they are"),
                 field("counters_window", &T::counters_window, "time between the two readings"),
                 field("devices", &T::devices, "GPUs and network devices"),
                 field("devices_unknown", &T::devices_unknown, "why they are not known; empty when they are"),
                 field("frequency", &T::frequency, "frequency policies, equal ones in one row"),
                 field("frequency_unknown", &T::frequency_unknown, "why there are none; empty when there are"),
                 field("frequency_summary", &T::frequency_summary, "boost, drivers, idle states"),
                 field("kernel", &T::kernel, "kernel settings"),
                 field("workers", &T::workers, "processes that serve inference"),
                 field("workers_unknown", &T::workers_unknown, "why none is listed; empty when one is"),
                 field("perf", &T::perf, "performance counters"),
                 field("perf_unknown", &T::perf_unknown, "why there are none; empty when there are")};
};

}  // namespace ihc
