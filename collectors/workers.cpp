// The processes (with all their threads) that serve inference: where they may run, where they did, where their memory
// is.
//
//   probes/discovery.json            which processes, and how they were found
//   /proc/PID/status                 Cpus_allowed_list:	0-3,64-67
//   /proc/PID/task/TID/schedstat     1284512345 38123456 90211
//   /proc/PID/numa_maps              7f4dc10a2000 bind:0 anon=3 dirty=3 N0=3 kernelpagesize_kB=4
//   /proc/PID/fd/31                  -> /dev/nvidia0
//
// Threads are read at both ends of the window; where and how long they ran, and how long they waited, all through it.
// The rest is read once. numa_maps and smaps_rollup
// come after the window, because making them walks the page tables under the lock that the worker's own page faults
// want. Where numa_maps is not to be had, the control group's memory.numa_stat stands in for it, which costs nothing
// but counts everything in the group; and it alone is read at both ends, so it tells of drift.

#include <algorithm>
#include <set>

#include "collect/collector.h"
#include "collect/frameworks.h"
#include "collectors/reading/evidence_reader.h"
#include "collectors/workers/confinement.h"
#include "collectors/workers/discovery.h"
#include "collectors/workers/foreign_texts.h"
#include "collectors/workers/listed_gpus.h"
#include "collectors/workers/metrics_ports.h"
#include "collectors/workers/process_files.h"
#include "collectors/workers/worker_reader.h"

namespace ihc {

namespace {

// A server with 100,000 mappings has about 12 MB of numa_maps, and the kernel walks every page for it.
constexpr std::size_t kNumaMapsBytes = 32 * limits::kMiB;
constexpr std::chrono::milliseconds kNumaMapsDeadline{10000};
constexpr std::size_t kCommandLineBytes = 256 * limits::kKiB;
constexpr std::size_t kTaskFileBytes = 4 * limits::kKiB;  // one line

constexpr Capture kCaptures[] = {
    Sampled{.family = "worker-process", .path = "/proc/{worker}/status", .ends_only = true},
    Sampled{.family = "worker-process", .path = "/proc/{worker}/stat", .ends_only = true},
    Sampled{.family = "worker-threads", .path = "/proc/{worker}/task/*/status", .ends_only = true},
    Sampled{.family = "worker-threads",
            .path = "/proc/{worker}/task/*/stat",
            .max_bytes = kTaskFileBytes,
            .follow = Follow::threads_that_ran},
    Sampled{.family = "worker-threads",
            .path = "/proc/{worker}/task/*/schedstat",
            .max_bytes = kTaskFileBytes,
            .follow = Follow::threads},
    Sampled{.family = "worker-threads", .path = "/proc/{worker}/task/*/sched", .ends_only = true},
    Sampled{.family = "worker-process", .path = "/proc/{worker}/sched", .ends_only = true},
    Files{.family = "worker", .path = "/proc/{worker}/comm"},
    Files{.family = "worker",
          .path = "/proc/{worker}/cmdline",
          .scrub = ScrubKind::nul_vector,
          .max_bytes = kCommandLineBytes},
    Files{.family = "worker", .path = "/proc/{worker}/cgroup"},
    Files{.family = "worker", .path = "/proc/{worker}/limits"},
    Files{.family = "worker", .path = "/proc/{worker}/schedstat"},
    Files{.family = "worker", .path = "/proc/{worker}/oom_score_adj"},
    Files{.family = "worker",
          .path = "/proc/{worker}/environ",
          .scrub = ScrubKind::environment,
          .max_bytes = kCommandLineBytes,
          .needs = Needs::ptrace},
    Files{.family = "worker", .path = "/proc/{worker}/mountinfo", .max_bytes = kCommandLineBytes},
    Files{.family = "worker-numa",
          .path = "/proc/{worker}/smaps_rollup",
          .moment = Moment::after,
          .needs = Needs::ptrace,
          .deadline = kNumaMapsDeadline},
    Probe{.name = "worker-shm",
          .call = "statvfs(3) of /proc/PID/root/dev/shm",
          .read = probe_worker_shm,
          .per_worker = true},
    Files{.family = "worker-numa",
          .path = "/proc/{worker}/numa_maps",
          .max_bytes = kNumaMapsBytes,
          .moment = Moment::after,
          .needs = Needs::ptrace,
          .deadline = kNumaMapsDeadline},
    Files{.family = "worker-links", .path = "/proc/{worker}/fd/*", .needs = Needs::ptrace, .links = true},
};

void place(FactsBuilder& builder, std::vector<WorkerDraft> drafts, const std::string& section,
           std::optional<std::vector<Worker>>& slot) {
  std::vector<WorkerIdentity> identities;
  for (const WorkerDraft& draft : drafts) identities.push_back(draft.identity);
  const std::vector<std::string> keys = worker_keys(identities);
  for (std::size_t index = 0; index < drafts.size(); ++index) drafts[index].worker.key = keys[index];
  std::ranges::sort(drafts, natural_less,
                    [](const WorkerDraft& draft) -> std::string_view { return draft.worker.key; });
  slot.emplace();
  for (std::size_t index = 0; index < drafts.size(); ++index) {
    const std::string prefix = section + "/" + std::to_string(index);
    for (const auto& [pointer, path] : drafts[index].sources) builder.source(prefix + pointer, path);
    for (const auto& [pointer, why] : drafts[index].missing) builder.missing(prefix + pointer, why);
    slot->push_back(std::move(drafts[index].worker));
  }
}

// A tree that someone saved has processes and no record of a discovery: its own files tell which serve inference.
std::vector<DiscoveredWorker> processes_of_tree(const Bundle& bundle) {
  std::set<std::int64_t> pids;
  for (const char* file : {"status", "stat", "numa_maps"}) {
    for (const std::string& path : bundle.glob(std::string("root/proc/*/") + file)) {
      const auto pid = parse_number<std::int64_t>(components_after({path}, "root/proc/").front());
      if (pid && *pid > 0 && pids.size() < limits::kMaxWorkers) pids.insert(*pid);
    }
  }
  std::vector<DiscoveredWorker> found;
  for (const std::int64_t pid : pids) {
    const std::string dir = "root/proc/" + std::to_string(pid) + "/";
    DiscoveredWorker process{.pid = pid, .found_by = "import"};
    if (const auto stat = parse_task_stat(bundle.text(dir + "stat").value_or(std::string_view{}))) {
      process.comm = stat->name;
      process.parent_pid = stat->parent_pid;
      process.start_time_ticks = stat->start_time_ticks;
    }
    const auto arguments = split_nul(bundle.text(dir + "cmdline").value_or(std::string_view{}));
    if (const auto match = framework_of(process.comm, arguments)) {
      process.framework = std::string(match->framework);
      process.role = std::string(match->role);
    }
    found.push_back(std::move(process));
  }
  return found;
}

template <class T>
void fill(std::optional<T>& slot, const std::optional<T>& other) {
  if (!slot) slot = other;
}

// What a text adds to a process that was found by other means: its placement, where that is not known.
void add_told(WorkerDraft& draft, const ToldWorker& told) {
  if (!draft.worker.bytes_by_node && told.worker.bytes_by_node) {
    draft.worker.placement_source = told.worker.placement_source;
    draft.worker.placement_scope = told.worker.placement_scope;
  }
  fill(draft.worker.bytes_by_node, told.worker.bytes_by_node);
  fill(draft.worker.bytes_by_kind, told.worker.bytes_by_kind);
  fill(draft.worker.numa_scheduling, told.worker.numa_scheduling);
  draft.sources.insert(draft.sources.end(), told.sources.begin(), told.sources.end());
}

// Every text speaks of a worker: nobody hands in the placement of a process that is of no interest.
void add_texts(const Bundle& bundle, std::vector<WorkerDraft>& drafts) {
  for (ToldWorker& told : read_worker_texts(bundle)) {
    const auto known = std::find_if(drafts.begin(), drafts.end(), [&](const WorkerDraft& draft) {
      return told.worker.pid && draft.worker.pid == told.worker.pid;
    });
    if (known != drafts.end()) {
      add_told(*known, told);
      continue;
    }
    WorkerDraft draft{
        .worker = std::move(told.worker), .sources = std::move(told.sources), .missing = std::move(told.missing)};
    draft.identity.comm = draft.worker.name.empty() ? "process" : draft.worker.name;
    draft.identity.pid = draft.worker.pid.value_or(0);
    drafts.push_back(std::move(draft));
  }
}

void read(const Bundle& bundle, FactsBuilder& builder) {
  const EvidenceReader reader(bundle, builder, "workers");
  const CgroupPlaces groups = find_cgroups(bundle);
  const CpuPlaces places(builder.facts.topology);  // read before this: collectors are in the order of their names
  std::vector<WorkerDraft> workers;
  std::vector<WorkerDraft> others;
  const auto text = bundle.text(kDiscoveryPath);
  if (text) {
    builder.source("/workers", kDiscoveryPath);
    const auto found = parse_discovery(*text);
    if (!found) return reader.missing("/workers", "parse_error", to_string(found.error()));
    for (const DiscoveredWorker& worker : *found) workers.push_back(read_worker(bundle, worker, groups, places));
  } else {
    for (const DiscoveredWorker& process : processes_of_tree(bundle)) {
      (process.framework ? workers : others).push_back(read_worker(bundle, process, groups, places));
    }
  }
  add_texts(bundle, workers);
  const std::vector<ListeningWorker> listening = listening_workers(workers);
  if (text || !workers.empty()) {
    place(builder, std::move(workers), "/workers", builder.facts.workers);
    link_metrics_servers(builder, listening);  // read before the workers: collectors go by their names
  } else {
    reader.explain(kDiscoveryPath, "/workers");
  }
  if (!others.empty()) place(builder, std::move(others), "/processes", builder.facts.processes);
}

/// What the GPUs' own tools say of processes is read with the GPUs.
void read_after(const Bundle& bundle, FactsBuilder& builder) {
  const EvidenceReader reader(bundle, builder, "workers");
  if (builder.facts.workers) match_listed_gpus(reader, builder.facts.gpus, *builder.facts.workers);
}

}  // namespace

extern const Collector k_workers_collector{
    .name = "workers",
    .about = "inference processes and their threads: affinity, memory placement, CPU time, waiting, unit, GPUs",
    .captures = kCaptures,
    .read = read,
    .texts = worker_texts(),
    .read_after = read_after,
};

}  // namespace ihc
