// What the kernel's tracepoints tell, where a recording is asked for (--deep bpf): three bpftrace programs in
// collectors/bpf/, each of its own process so that a tracepoint this kernel lacks takes nothing else with it.
//
//   bpftrace -f json -e 'tracepoint:sched:sched_migrate_task { … }'      ended by SIGINT when the window ends
//   {"type": "map", "data": {"@moves": {"20225,1,0": 1}}}
//
// They count in the kernel and print once, so the cost is a hash table's update for each event. Needs root (CAP_BPF and
// CAP_PERFMON), BTF or headers for bpftrace, and tracefs. Tried with bpftrace 0.17 on kernels 6.1 and 6.18.

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <unordered_map>

#include "collect/collector.h"
#include "collectors/reading/evidence_reader.h"
#include "collectors/traces/bpf_maps.h"
#include "collectors/workers/discovery.h"
#include "collectors/workers/worker_reader.h"

namespace ihc {

namespace {

constexpr std::string_view kHint = "install the package bpftrace";
// 16,384 keys of 16 bytes: some MiB of kernel memory on a machine of 128 CPUs, as each CPU has its own counters.
constexpr std::string_view kKeys = "BPFTRACE_MAP_KEYS_MAX=16384";

constexpr CommandOutput program(std::string_view slug, std::string_view file, std::string_view cost = {}) {
  return {.slug = slug,
          .argv = {"bpftrace", "-f", "json", "-e", file},
          .moment = Moment::during,
          .needs = Needs::root,
          .hint = kHint,
          .deep = "bpf",
          .cost = cost,
          .environment = kKeys};
}

constexpr Capture kCaptures[] = {
    program("bpf-task-migrations", "{file:collectors/bpf/task_migrations.bt}",
            "three small programs in the kernel that count task and page migrations and memory-policy calls through "
            "the window"),
    program("bpf-page-migrations", "{file:collectors/bpf/page_migrations.bt}"),
    program("bpf-policy-changes", "{file:collectors/bpf/policy_changes.bt}"),
};

std::string path_of(std::string_view slug) { return "commands/" + std::string(slug) + "/stdout"; }

/// The maps of one program and how long it counted; nothing, and why, where it did not.
struct Counted {
  BpfMaps maps;
  double seconds = 0;
};

std::optional<Counted> read_maps(const EvidenceReader& reader, std::string_view slug, const std::string& pointer) {
  const std::string path = path_of(slug);
  const auto text = reader.bundle().text(path);
  if (!text) {
    const CommandRecord* command = reader.bundle().manifest().command(std::string(slug));
    if (command == nullptr) {
      reader.missing(pointer, "not_asked", "collect as root with --deep bpf");
    } else {
      reader.missing(pointer, command->reason,
                     command->reason == "tool_missing" ? kHint : "read its stderr in the bundle");
    }
    return std::nullopt;
  }
  const auto parsed = parse_bpf_maps(*text);
  const auto seconds = parsed.value.seconds();
  if (parsed.unparsed.any()) {
    reader.unparsed(pointer, path, parsed.unparsed);
  } else if (!seconds) {
    reader.missing(pointer, "failed",
                   "it did not begin or did not end: read commands/" + std::string(slug) + "/stderr");
  }
  if (!seconds || !parsed.value.number("@all")) return std::nullopt;
  reader.facts().source(pointer, path);
  return Counted{.maps = parsed.value, .seconds = *seconds};
}

// ---- who is a worker, and which CPU is on which node ---------------------------------------------------------------

using PidsByTid = std::unordered_map<std::int64_t, std::int64_t>;

PidsByTid threads_of_workers(const Bundle& bundle) {
  PidsByTid pids;
  const auto text = bundle.text(kDiscoveryPath);
  const auto workers = text ? parse_discovery(*text) : Result<std::vector<DiscoveredWorker>>();
  if (!workers) return pids;
  for (const DiscoveredWorker& worker : *workers) {
    const std::string dir = "root/proc/" + std::to_string(worker.pid) + "/task/";
    pids[worker.pid] = worker.pid;
    for (const std::string& name : components_after(bundle.glob(dir + "*/stat"), dir)) {
      if (const auto tid = parse_number<std::int64_t>(name)) pids[*tid] = worker.pid;
    }
  }
  return pids;
}

std::optional<std::int64_t> worker_of(const PidsByTid& pids, std::int64_t tid) {
  const auto found = pids.find(tid);
  return found == pids.end() ? std::nullopt : std::optional(found->second);
}

using NodesByCpu = std::unordered_map<std::int64_t, std::int64_t>;

NodesByCpu nodes_of_cpus(const Bundle& bundle) {
  const std::string dir = "root/sys/devices/system/node/";
  NodesByCpu nodes;
  for (const std::string& name : components_after(bundle.glob(dir + "node*/cpulist"), dir)) {
    const auto id = number_after(name, "node");
    const auto cpus = cpu_set_at(bundle, dir + name + "/cpulist");
    if (!id || !cpus) continue;
    for (const std::uint32_t cpu : cpus->numbers()) nodes[cpu] = *id;
  }
  return nodes;
}

// ---- moves of tasks ------------------------------------------------------------------------------------------------

struct Move {
  std::int64_t tid = 0;
  std::int64_t from = 0;
  std::int64_t to = 0;
};

std::optional<Move> parse_move(std::string_view key) {
  std::array<std::int64_t, 3> parts{};
  for (std::size_t index = 0; index < parts.size(); ++index) {
    const std::size_t comma = key.find(',');
    const auto number = parse_number<std::int64_t>(key.substr(0, comma));
    if (!number || (comma == std::string_view::npos) != (index + 1 == parts.size())) return std::nullopt;
    parts[index] = *number;
    if (comma != std::string_view::npos) key.remove_prefix(comma + 1);
  }
  return Move{.tid = parts[0], .from = parts[1], .to = parts[2]};
}

/// Whether a move left its node; nothing where a node is not known.
std::optional<bool> leaves_node(const NodesByCpu& nodes, const Move& move) {
  const auto from = nodes.find(move.from);
  const auto to = nodes.find(move.to);
  if (from == nodes.end() || to == nodes.end()) return std::nullopt;
  return from->second != to->second;
}

void add_cross(std::optional<std::int64_t>& slot, std::optional<bool> crossed, std::int64_t count) {
  if (!crossed) slot.reset();
  if (slot && *crossed) *slot += count;
}

void read_task_moves(const EvidenceReader& reader, Traces& traces) {
  const std::string pointer = "/traces/task_moves";
  const auto counted = read_maps(reader, "bpf-task-migrations", pointer);
  if (!counted) return;
  const PidsByTid workers = threads_of_workers(reader.bundle());
  const NodesByCpu nodes = nodes_of_cpus(reader.bundle());
  TaskMoveTrace trace{.seconds = counted->seconds, .moves = *counted->maps.number("@all"), .cross_node = 0};
  struct Tally {
    TaskMoves moves{.cross_node = 0};
    std::set<std::int64_t> tids;
  };
  std::map<std::int64_t, Tally> by_worker;  // the rest of the machine under a number that no process has
  constexpr std::int64_t kRest = INT64_MAX;
  std::int64_t told = 0;
  for (const auto& [key, count] : counted->maps.map("@moves")) {
    const auto move = parse_move(key);
    if (!move) continue;
    told += count;
    const auto worker = worker_of(workers, move->tid);
    Tally& tally = by_worker[worker.value_or(kRest)];
    tally.moves.worker_pid = worker;
    tally.moves.moves += count;
    tally.tids.insert(move->tid);
    const auto crossed = leaves_node(nodes, *move);
    add_cross(tally.moves.cross_node, crossed, count);
    add_cross(trace.cross_node, crossed, count);
  }
  if (trace.moves > told) trace.moves_not_told = trace.moves - told;
  for (auto& [pid, tally] : by_worker) {
    tally.moves.tasks = static_cast<std::int64_t>(tally.tids.size());
    trace.by_worker.push_back(tally.moves);
  }
  if (!trace.cross_node) reader.explain("root/sys/devices/system/node/node0/cpulist", pointer + "/cross_node");
  traces.task_moves = std::move(trace);
}

// ---- moves of pages, and calls -------------------------------------------------------------------------------------

// enum migrate_reason; numbers were only ever added at its end since 5.14.
std::string migrate_reason(std::string_view number) {
  constexpr std::array<std::string_view, 10> kReasons{
      "compaction",     "memory_failure", "memory_hotplug", "syscall_or_cpuset", "mempolicy_mbind",
      "numa_misplaced", "contig_range",   "longterm_pin",   "demotion",          "damon"};
  const auto index = parse_number<std::uint32_t>(number);
  return index && *index < kReasons.size() ? std::string(kReasons[*index]) : std::string(number);
}

void read_page_moves(const EvidenceReader& reader, const PidsByTid& workers, Traces& traces) {
  const auto counted = read_maps(reader, "bpf-page-migrations", "/traces/page_moves");
  if (!counted) return;
  PageMoveTrace trace{.seconds = counted->seconds, .calls = *counted->maps.number("@all")};
  const auto& failed = counted->maps.map("@failed");
  for (const auto& [key, pages] : counted->maps.map("@moved")) {
    const auto process = parse_process_key(key);
    if (!process) continue;
    const auto not_moved = failed.find(key);
    trace.moves.push_back({.pid = process->pid,
                           .process = process->process,
                           .worker_pid = worker_of(workers, process->pid),
                           .reason = migrate_reason(process->last),
                           .pages_moved = pages,
                           .pages_failed = not_moved == failed.end() ? 0 : not_moved->second});
  }
  std::ranges::stable_sort(trace.moves, std::greater{}, &PageMoves::pages_moved);
  traces.page_moves = std::move(trace);
}

void read_policy_calls(const EvidenceReader& reader, const PidsByTid& workers, Traces& traces) {
  const auto counted = read_maps(reader, "bpf-policy-changes", "/traces/policy_calls");
  if (!counted) return;
  PolicyCallTrace trace{.seconds = counted->seconds, .calls = *counted->maps.number("@all")};
  constexpr std::string_view kProbe = "tracepoint:syscalls:sys_enter_";
  for (const auto& [key, count] : counted->maps.map("@calls")) {
    const auto process = parse_process_key(key);
    if (!process) continue;
    std::string_view call = process->last;
    if (call.starts_with(kProbe)) call.remove_prefix(kProbe.size());
    trace.by_process.push_back({.pid = process->pid,
                                .process = process->process,
                                .worker_pid = worker_of(workers, process->pid),
                                .call = std::string(call),
                                .count = count});
  }
  std::ranges::stable_sort(trace.by_process, std::greater{}, &PolicyCalls::count);
  traces.policy_calls = std::move(trace);
}

void read(const Bundle& bundle, FactsBuilder& builder) {
  const EvidenceReader reader(bundle, builder, "traces");
  const PidsByTid workers = threads_of_workers(bundle);
  Traces traces;
  read_task_moves(reader, traces);
  read_page_moves(reader, workers, traces);
  read_policy_calls(reader, workers, traces);
  if (traces.task_moves || traces.page_moves || traces.policy_calls) builder.facts.traces = std::move(traces);
}

}  // namespace

extern const Collector k_traces_collector{
    .name = "traces",
    .about = "with --deep bpf: moves of tasks and pages, calls that change memory policies",
    .captures = kCaptures,
    .read = read,
};

}  // namespace ihc
