#include "report/model/node.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

#include "base/cpu_set.h"
#include "base/json_read.h"
#include "base/text.h"
#include "report/format.h"
#include "report/model/known.h"

namespace ihc::report {

namespace {

constexpr std::size_t kMaxDistanceColumns = 16;

std::string label(const Words& words, std::string_view row) { return words.text("rows." + std::string(row)); }

std::string text_or_unknown(const Json& object, std::string_view key, const Words& words) {
  const Json& value = at(object, key);
  if (value.is_null()) return words.text("states.not_known");
  const std::string text = fact_text(value, 300, words);
  return text.empty() ? words.text("states.none") : text;
}

std::string count_or_unknown(const Json& object, std::string_view key, const Words& words) {
  const auto value = integer_at(object, key);
  return value ? grouped_text(*value) : words.text("states.not_known");
}

std::string bytes_or_unknown(const Json& object, std::string_view key, const Words& words) {
  const auto value = integer_at(object, key);
  return value ? bytes_text(*value, words) : words.text("states.not_known");
}

std::string cpu_count_text(const KnownFacts& facts) {
  const Json& list = at_pointer(facts.facts(), "/topology/cpus_online");
  const auto cpus = list.is_string() ? CpuSet::parse_list(list.get<std::string>()) : std::nullopt;
  if (!cpus) return facts.not_known("/topology/cpus_online");
  return grouped_text(static_cast<std::int64_t>(cpus->size())) + " (" + cpus->to_list() + ")";
}

std::string list_size_text(const KnownFacts& facts, std::string_view pointer) {
  const Json& list = at_pointer(facts.facts(), pointer);
  return list.is_array() ? std::to_string(list.size()) : facts.not_known(pointer);
}

std::string uptime_text(const KnownFacts& facts) {
  const Json& seconds = at_pointer(facts.facts(), "/node/uptime_seconds");
  return seconds.is_number() ? duration_text(seconds.get<double>(), facts.words())
                             : facts.not_known("/node/uptime_seconds");
}

std::string machine_text(const KnownFacts& facts) {
  const Words& words = facts.words();
  const Json& is_virtual = at_pointer(facts.facts(), "/node/is_virtual_machine");
  if (!is_virtual.is_boolean()) return facts.not_known("/node/is_virtual_machine");
  if (!is_virtual.get<bool>()) return words.text("states.physical_machine");
  const Json& hypervisor = at_pointer(facts.facts(), "/node/hypervisor");
  const std::string name = hypervisor.is_string() ? hypervisor.get<std::string>() : "";
  return words.text("states.virtual_machine") + (name.empty() ? "" : " (" + name + ")");
}

std::vector<Row> make_summary(const KnownFacts& facts) {
  const Words& words = facts.words();
  return {
      {label(words, "hostname"), facts.text("/node/hostname")},
      {label(words, "machine"), machine_text(facts)},
      {label(words, "product"), facts.text("/node/system_vendor") + " / " + facts.text("/node/system_product")},
      {label(words, "os"), facts.text("/node/os_name")},
      {label(words, "uptime"), uptime_text(facts)},
      {label(words, "cpu_model"), facts.text("/topology/cpu_model")},
      {label(words, "packages"), list_size_text(facts, "/topology/packages")},
      {label(words, "cores"), facts.count("/topology/cores")},
      {label(words, "cpus_online"), cpu_count_text(facts)},
      {label(words, "cpus_offline"), facts.text("/topology/cpus_offline")},
      {label(words, "cpus_isolated"), facts.text("/topology/cpus_isolated")},
      {label(words, "smt"), facts.flag("/topology/smt_active")},
      {label(words, "numa_nodes"), list_size_text(facts, "/topology/numa_nodes")},
      {label(words, "l3_domains"), facts.count("/topology/l3_domains")},
      {label(words, "memory_total"), facts.bytes("/kernel/memory_total_bytes")},
      {label(words, "swap_total"), facts.bytes("/kernel/swap_total_bytes")},
      {label(words, "gpus"), list_size_text(facts, "/gpus")},
      {label(words, "workers"), list_size_text(facts, "/workers")},
  };
}

void add_numa_nodes(Node& model, const KnownFacts& facts) {
  const Words& words = facts.words();
  const Json& nodes = list_at(at(facts.facts(), "topology"), "numa_nodes");
  if (nodes.empty()) model.numa_nodes_unknown = facts.not_known("/topology/numa_nodes");
  bool all_have_distances = nodes.size() >= 2 && nodes.size() <= kMaxDistanceColumns;
  for (const Json& node : nodes) {
    model.distance_ids.push_back(text_or_unknown(node, "id", words));
    all_have_distances = all_have_distances && at(node, "distances").is_object() && !at(node, "distances").empty();
  }
  for (const Json& node : nodes) {
    NodeRow row{.id = text_or_unknown(node, "id", words),
                .kind = words.text("node_kinds", string_at(node, "kind"), "label"),
                .cpus = text_or_unknown(node, "cpus", words),
                .memory = bytes_or_unknown(node, "memory_total_bytes", words),
                .memory_free = bytes_or_unknown(node, "memory_free_bytes", words),
                .distances = {}};
    for (const std::string& id : model.distance_ids)
      row.distances.push_back(text_or_unknown(at(node, "distances"), id, words));
    model.numa_nodes.push_back(std::move(row));
  }
  model.has_distances = all_have_distances;
}

void add_counters(Node& model, const KnownFacts& facts) {
  const Words& words = facts.words();
  for (const Json& node : list_at(at(facts.facts(), "numa_memory"), "nodes")) {
    const Json& delta = at(node, "delta");
    model.counters.push_back({.id = text_or_unknown(node, "id", words),
                              .hit = count_or_unknown(delta, "numa_hit", words),
                              .miss = count_or_unknown(delta, "numa_miss", words),
                              .foreign = count_or_unknown(delta, "numa_foreign", words),
                              .local = count_or_unknown(delta, "local_node", words),
                              .other = count_or_unknown(delta, "other_node", words)});
  }
  if (model.counters.empty()) model.counters_unknown = facts.not_known("/numa_memory/nodes");
  const auto window = number_at(at(facts.facts(), "numa_memory"), "window_seconds");
  model.counters_window = window ? duration_text(*window, words) : facts.not_known("/numa_memory/window_seconds");
}

void add_devices(Node& model, const KnownFacts& facts, std::string_view section, std::string_view name_key) {
  const Words& words = facts.words();
  for (const Json& device : list_at(facts.facts(), section)) {
    std::string name = string_at(device, name_key);
    const std::string address = string_at(device, "address");
    if (name_key != "address" && !address.empty()) name += " (" + address + ")";
    model.devices.push_back({.kind = words.text("devices", section, "label"),
                             .name = std::move(name),
                             .driver = text_or_unknown(device, "driver", words),
                             .node = text_or_unknown(device, "numa_node", words),
                             .cpus = text_or_unknown(device, "local_cpus", words)});
  }
}

std::string limits_text(const Json& policy, const Words& words) {
  const auto low = number_at(policy, "min_mhz");
  const auto high = number_at(policy, "max_mhz");
  const std::string unknown = words.text("states.not_known");
  std::string text =
      (low ? megahertz_text(*low, words) : unknown) + " – " + (high ? megahertz_text(*high, words) : unknown);
  const auto hardware = number_at(policy, "hardware_max_mhz");
  if (hardware && high && *high < *hardware)
    text += " (" + words.text("states.hardware_allows") + " " + megahertz_text(*hardware, words) + ")";
  return text;
}

// 128 policies with the same settings are one row.
void add_frequency(Node& model, const KnownFacts& facts) {
  const Words& words = facts.words();
  const Json& section = at(facts.facts(), "frequency");
  using Settings = std::tuple<std::string, std::string, std::string, std::string>;
  std::map<Settings, CpuSet> cpus_by_settings;
  for (const Json& policy : list_at(section, "policies")) {
    const Settings settings{text_or_unknown(policy, "driver", words), text_or_unknown(policy, "governor", words),
                            text_or_unknown(policy, "epp", words), limits_text(policy, words)};
    CpuSet& cpus = cpus_by_settings[settings];
    cpus = cpus | CpuSet::parse_list(string_at(policy, "cpus")).value_or(CpuSet());
  }
  for (const auto& [settings, cpus] : cpus_by_settings) {
    const auto& [driver, governor, epp, limits] = settings;
    model.frequency.push_back(
        {.cpus = cpus.to_list(), .driver = driver, .governor = governor, .epp = epp, .limits = limits});
  }
  std::stable_sort(model.frequency.begin(), model.frequency.end(),
                   [](const FrequencyRow& a, const FrequencyRow& b) { return natural_less(a.cpus, b.cpus); });
  if (model.frequency.empty()) {
    const bool absent = flag_at(section, "has_cpufreq") == false;
    model.frequency_unknown = absent ? words.text("states.no_cpufreq") : facts.not_known("/frequency/policies");
  }
  std::string idle;
  for (const Json& state : list_at(section, "idle_states"))
    idle += (idle.empty() ? "" : ", ") + string_at(state, "name");
  model.frequency_summary = {
      {label(words, "boost"), facts.flag("/frequency/boost_enabled")},
      {label(words, "idle_driver"), facts.text("/frequency/idle_driver")},
      {label(words, "idle_states"), idle.empty() ? facts.not_known("/frequency/idle_states") : idle},
  };
}

std::vector<Row> make_kernel(const KnownFacts& facts) {
  const Words& words = facts.words();
  std::vector<Row> rows;
  for (const char* name : {"release", "command_line", "numa_balancing", "zone_reclaim_mode", "swappiness",
                           "thp_enabled", "thp_defrag", "clocksource", "nmi_watchdog", "perf_event_paranoid",
                           "sched_schedstats", "numa_stat", "min_free_kbytes", "tuned_profile"}) {
    rows.push_back({label(words, std::string("kernel_") + name), facts.text(std::string("/kernel/") + name)});
  }
  return rows;
}

std::string memory_by_node(const Json& worker, const std::string& unknown, const Words& words) {
  const Json& bytes = at(worker, "bytes_by_node");
  if (!bytes.is_object() || bytes.empty()) return unknown;
  std::vector<std::string> nodes;
  for (const auto& [node, value] : bytes.items()) nodes.push_back(node);
  std::sort(nodes.begin(), nodes.end(), natural_less);
  std::string text;
  for (const std::string& node : nodes) {
    const std::string size = bytes_or_unknown(bytes, node, words);
    text += (text.empty() ? "" : ", ") + words.text("states.node") + " " + node + ": " + size;
  }
  return text;
}

std::string joined_or_unknown(const Json& worker, std::string_view key, const std::string& unknown,
                              const Words& words) {
  const Json& list = at(worker, key);
  if (!list.is_array()) return unknown;
  std::string text;
  for (const Json& element : list) text += (text.empty() ? "" : ", ") + fact_text(element, 100, words);
  return text.empty() ? words.text("states.none") : text;
}

std::string switches_text(const Json& worker, const Words& words) {
  return count_or_unknown(worker, "voluntary_switches", words) + " / " +
         count_or_unknown(worker, "involuntary_switches", words);
}

WorkerRow make_worker(const Json& worker, std::size_t index, const KnownFacts& facts) {
  const Words& words = facts.words();
  const std::string pointer = "/workers/" + std::to_string(index);
  const auto known = [&](const char* key) {
    const Json& value = at(worker, key);
    if (value.is_null()) return facts.not_known(pointer + "/" + key);
    const std::string text = fact_text(value, 300, words);
    return text.empty() ? words.text("states.none") : text;
  };
  const auto busy = number_at(worker, "busy_cpus");
  const auto waited = number_at(worker, "run_delay_share");
  const Json& masks = list_at(worker, "distinct_thread_cpus_allowed");
  return {
      .name = string_at(worker, "name"),
      .key = string_at(worker, "key"),
      .pid = known("pid"),
      .framework = known("framework"),
      .unit = known("unit"),
      .found_by = words.text("found_by", string_at(worker, "found_by"), "label"),
      .threads = known("thread_count"),
      .cpus_allowed = known("cpus_allowed"),
      .masks =
          masks.empty() ? facts.not_known(pointer + "/distinct_thread_cpus_allowed") : std::to_string(masks.size()),
      .mems_allowed = known("mems_allowed"),
      .policies = joined_or_unknown(worker, "memory_policies", facts.not_known(pointer + "/memory_policies"), words),
      .gpus = joined_or_unknown(worker, "gpus", facts.not_known(pointer + "/gpus"), words),
      .gpu_nodes = known("gpu_nodes"),
      .memory_by_node = memory_by_node(worker, facts.not_known(pointer + "/bytes_by_node"), words),
      .busy = busy ? decimal_text(*busy, 2) : facts.not_known(pointer + "/busy_cpus"),
      .waited = waited ? percent_text(100 * *waited, words) : facts.not_known(pointer + "/run_delay_share"),
      .switches = switches_text(worker, words)};
}

void add_workers(Node& model, const KnownFacts& facts) {
  const Json& workers = at(facts.facts(), "workers");
  if (!workers.is_array()) model.workers_unknown = facts.not_known("/workers");
  if (workers.is_array() && workers.empty()) model.workers_unknown = facts.words().text("states.no_worker");
  for (std::size_t i = 0; workers.is_array() && i < workers.size(); ++i)
    model.workers.push_back(make_worker(workers[i], i, facts));
}

std::string event_value(const Json& event, const Words& words) {
  const auto value = number_at(event, "value");
  if (!value) return words.text("states.not_known");
  const std::string unit = string_at(event, "unit");
  const bool whole = *value == static_cast<double>(static_cast<std::int64_t>(std::clamp(*value, -9e18, 9e18)));
  const std::string number = whole ? grouped_text(static_cast<std::int64_t>(*value)) : decimal_text(*value, 2);
  return unit.empty() ? number : number + " " + unit;
}

std::string rate_text(double value) {
  constexpr double kWholeFrom = 1000;
  constexpr double kLargest = 9e18;
  return value >= kWholeFrom && value < kLargest ? grouped_text(std::llround(value)) : decimal_text(value, 2);
}

PerfRun make_perf_run(const Json& run, const Words& words) {
  const auto seconds = number_at(run, "seconds");
  PerfRun model{.scope = words.text("perf_scopes", string_at(run, "scope"), "label"),
                .source = words.text("perf_sources", string_at(run, "source"), "label"),
                .seconds = seconds ? duration_text(*seconds, words) : words.text("states.not_known"),
                .rates = {},
                .events = {}};
  for (const char* rate : {"ipc", "context_switches_per_second", "cpu_migrations_per_second", "min_running_pct"}) {
    if (const auto value = number_at(run, rate))
      model.rates.push_back({label(words, std::string("perf_") + rate), rate_text(*value)});
  }
  const Json& events = at(run, "events");
  if (!events.is_object()) return model;
  for (const auto& [name, event] : events.items()) {
    const auto running = number_at(event, "running_pct");
    model.events.push_back({.event = name,
                            .value = event_value(event, words),
                            .running = running ? percent_text(*running, words) : words.text("states.not_known"),
                            .status = words.text("perf_states", string_at(event, "status"), "label")});
  }
  return model;
}

}  // namespace

Node make_node(const ReportInput& input, const Words& words) {
  const KnownFacts facts(input.facts, words);
  Node model;
  model.summary = make_summary(facts);
  add_numa_nodes(model, facts);
  add_counters(model, facts);
  add_devices(model, facts, "gpus", "address");
  add_devices(model, facts, "nics", "name");
  if (model.devices.empty()) {
    const bool looked = at(input.facts, "gpus").is_array() && at(input.facts, "nics").is_array();
    model.devices_unknown = looked ? words.text("states.no_device") : facts.not_known("/gpus");
  }
  add_frequency(model, facts);
  model.kernel = make_kernel(facts);
  add_workers(model, facts);
  for (const Json& run : list_at(at(input.facts, "perf"), "runs")) model.perf.push_back(make_perf_run(run, words));
  if (model.perf.empty()) model.perf_unknown = facts.not_known("/perf/runs");
  return model;
}

}  // namespace ihc::report
