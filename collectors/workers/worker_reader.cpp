#include "collectors/workers/worker_reader.h"

#include <algorithm>
#include <set>

#include "collect/frameworks.h"
#include "collectors/reading/evidence_reader.h"
#include "collectors/topology/cpus.h"
#include "collectors/workers/activity.h"
#include "collectors/workers/cgroup_path.h"
#include "collectors/workers/confinement.h"
#include "collectors/workers/foreign_texts.h"
#include "collectors/workers/framework_flags.h"
#include "collectors/workers/held_gpus.h"
#include "collectors/workers/process_files.h"

namespace ihc {

namespace {

// Reads one worker through a builder of its own, so that its pointers can be moved below its final index.
class WorkerReader {
 public:
  WorkerReader(const Bundle& bundle, const DiscoveredWorker& found, const CgroupPlaces& groups, const CpuPlaces& places)
      : bundle_(bundle),
        found_(found),
        groups_(groups),
        places_(places),
        dir_("root/proc/" + std::to_string(found.pid) + "/"),
        reader_(bundle, notes_, "workers") {}

  WorkerDraft read();

 private:
  void read_process();
  void read_command_line();
  void read_cgroup();
  void read_environment();
  void read_placement();
  void read_activity_facts();
  const std::string* read_in_part(const char* file) const;
  template <class T>
  void leave_out_partial(const char* file, const char* pointer, std::optional<T>& fact);
  void leave_out_partial_activity();
  void leave_out_partial_samples();
  void explain_kernel_lacks();
  void explain_thread_file(const std::string& file, const std::string& pointer, std::string_view lack);
  void read_masks();
  void read_scheduling();
  void set_effective();
  std::optional<std::string_view> process_text(const std::string& file, const std::string& pointer);

  const Bundle& bundle_;
  const DiscoveredWorker& found_;
  const CgroupPlaces& groups_;
  const CpuPlaces& places_;
  std::string dir_;
  FactsBuilder notes_;
  EvidenceReader reader_;
  Worker worker_;
  WorkerIdentity identity_;
  WorkerActivity activity_;
  std::optional<CpuSet> leader_mask_;
};

// The last reading of a sampled file, else the file itself (a bundle made from someone's files has only that).
std::optional<std::string_view> WorkerReader::process_text(const std::string& file, const std::string& pointer) {
  const std::vector<Reading> readings = bundle_.samples(dir_ + file);
  for (auto reading = readings.rbegin(); reading != readings.rend(); ++reading) {
    if (reading->status != EvidenceStatus::ok) continue;
    notes_.source(pointer, dir_ + file);
    return reading->bytes;
  }
  return reader_.text(dir_ + file, pointer);
}

void WorkerReader::read_process() {
  const auto text = process_text("status", "");
  if (!text) return;
  const ProcessStatus status = parse_process_status(*text).value;
  apply_status(status, worker_);
  leader_mask_ = status.cpus_allowed;
  if (const auto schedstat = reader_.text_if_any(dir_ + "schedstat", "/leader_cpu_ns")) {
    const auto times = parse_schedstat(*schedstat);
    if (times) worker_.leader_cpu_ns = times->cpu_ns;
    if (times) worker_.leader_run_delay_ns = times->run_delay_ns;
  }
  if (!status.mems_allowed) reader_.missing("/mems_allowed", "structural", "this kernel was built without cpusets");
}

void WorkerReader::read_command_line() {
  const auto text = reader_.text(dir_ + "cmdline", "/command_line");
  if (!text) return;
  std::string line;
  for (const std::string_view argument : split_nul(*text)) {
    identity_.arguments.push_back(to_valid_utf8(argument));
    if (!line.empty()) line += ' ';
    line += identity_.arguments.back();
  }
  // A title that overwrote the arguments leaves blanks or NULs behind it.
  worker_.command_line = std::string(trim(line));
  worker_.framework_flags = framework_flags(identity_.arguments);
  notes_.source("/framework_flags", dir_ + "cmdline");
}

void WorkerReader::read_cgroup() {
  const auto text = reader_.text(dir_ + "cgroup", "/cgroup");
  if (!text) return reader_.explain(dir_ + "cgroup", "/unit");
  Parsed<CgroupPath> parsed = parse_cgroup(*text);
  if (parsed.unparsed.any()) reader_.unparsed("/cgroup", dir_ + "cgroup", parsed.unparsed);
  CgroupPath& cgroup = parsed.value;
  worker_.cgroup = std::move(cgroup.path);
  worker_.unit = std::move(cgroup.unit);
  worker_.unit_kind = std::move(cgroup.unit_kind);
  worker_.in_container = cgroup.in_container;
  read_cgroup_values(reader_, groups_, *text, worker_);
  if (worker_.unit) return notes_.source("/unit", dir_ + "cgroup");
  reader_.missing("/unit", "structural", "its control group belongs to no systemd unit");
}

void WorkerReader::read_environment() {
  const auto text = reader_.text(dir_ + "environ", "/environment");
  if (!text) return;
  worker_.environment.emplace();
  for (const std::string_view entry : split_nul(*text)) {
    const std::size_t equals = entry.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    const std::string_view value = entry.substr(equals + 1);
    if (value.starts_with("[scrubbed:")) continue;
    (*worker_.environment)[to_valid_utf8(entry.substr(0, equals))] = to_valid_utf8(value);
  }
}

void WorkerReader::read_placement() {
  const std::string path = dir_ + "numa_maps";
  const auto evidence = bundle_.find(path);
  const auto text = reader_.text(path, "/bytes_by_node");
  const char* const pointers[] = {"/pages_by_node", "/bytes_by_node", "/file_bytes_by_node", "/memory_policies"};
  if (!text) {
    for (const char* pointer : pointers) reader_.explain(path, pointer);
    return;
  }
  apply_numa_maps(reader_, path, *text, evidence && evidence->cut, worker_);
}

void WorkerReader::read_activity_facts() {
  activity_ = read_activity(bundle_, found_.pid);
  const char* const pointers[] = {"/threads",
                                  "/cpu_ms",
                                  "/run_delay_ms",
                                  "/run_delay_share",
                                  "/voluntary_switches",
                                  "/involuntary_switches",
                                  "/busy_cpus",
                                  "/last_cpus",
                                  "/cpu_migrations",
                                  "/busy_samples_by_cpu",
                                  "/cpus_used",
                                  "/cpu_samples",
                                  "/cross_node_sample_share",
                                  "/cross_l3_sample_share",
                                  "/followed_thread_count"};
  worker_.alive_at_end = activity_.alive_at_end;
  if (!activity_.has_samples) {
    for (const char* pointer : pointers) reader_.missing(pointer, "interval_too_short", "it was not read twice");
    return;
  }
  if (activity_.threads.empty()) {
    for (const char* pointer : pointers) {
      if (activity_.alive_at_end.value_or(false)) {
        reader_.explain(dir_ + "task/*/stat", pointer);
      } else {
        reader_.missing(pointer, "file_absent", "it ended within the window");
      }
    }
    return;
  }
  const std::string first = dir_ + "task/" + std::to_string(activity_.threads.front().tid) + "/";
  for (const char* pointer : pointers) notes_.source(pointer, first + "schedstat");
  for (const char* pointer : {"/threads", "/voluntary_switches", "/involuntary_switches"}) {
    notes_.source(pointer, first + "status");
  }
  notes_.source("/last_cpus", first + "stat");
  worker_.cpu_ms = activity_.cpu_ms;
  worker_.run_delay_ms = activity_.run_delay_ms;
  worker_.voluntary_switches = activity_.voluntary_switches;
  worker_.involuntary_switches = activity_.involuntary_switches;
  worker_.cpu_migrations = activity_.cpu_migrations;
  explain_kernel_lacks();
  const double moved_ms = activity_.cpu_ms.value_or(0) + activity_.run_delay_ms.value_or(0);
  if (activity_.cpu_ms && activity_.run_delay_ms && moved_ms > 0) {
    worker_.run_delay_share = *activity_.run_delay_ms / moved_ms;
  }
  if (activity_.cpu_ms && activity_.window_seconds && *activity_.window_seconds > 0) {
    worker_.busy_cpus = *activity_.cpu_ms / (*activity_.window_seconds * 1000);
  }
  CpuSet last_cpus;
  for (const WorkerThread& thread : activity_.threads) {
    const bool ran = thread.cpu_ms && *thread.cpu_ms > 0;
    if (ran && thread.last_cpu && *thread.last_cpu >= 0) last_cpus.insert(static_cast<std::uint32_t>(*thread.last_cpu));
  }
  worker_.last_cpus = last_cpus;
  leave_out_partial_activity();
}

// A sum over some threads is none over the worker, and a set that lacks some threads' is not theirs. A file that was
// read of no thread left nothing anyway, or something else stood in for it.
const std::string* WorkerReader::read_in_part(const char* file) const {
  for (const char* name : {file, ""}) {
    const auto found = activity_.read_in_part.find(name);
    if (found != activity_.read_in_part.end()) return &found->second;
  }
  return nullptr;
}

template <class T>
void WorkerReader::leave_out_partial(const char* file, const char* pointer, std::optional<T>& fact) {
  const std::string* unread = read_in_part(file);
  if (unread == nullptr) return;
  fact.reset();
  reader_.explain(*unread, pointer);
}

void WorkerReader::leave_out_partial_activity() {
  // Where schedstat was not read, stat has the time too.
  if (read_in_part("stat") != nullptr) {
    leave_out_partial("schedstat", "/cpu_ms", worker_.cpu_ms);
    leave_out_partial("schedstat", "/busy_cpus", worker_.busy_cpus);
  }
  leave_out_partial("schedstat", "/run_delay_ms", worker_.run_delay_ms);
  leave_out_partial("schedstat", "/run_delay_share", worker_.run_delay_share);
  leave_out_partial("status", "/voluntary_switches", worker_.voluntary_switches);
  leave_out_partial("status", "/involuntary_switches", worker_.involuntary_switches);
  leave_out_partial("sched", "/cpu_migrations", worker_.cpu_migrations);
  leave_out_partial("stat", "/last_cpus", worker_.last_cpus);
}

void WorkerReader::leave_out_partial_samples() {
  leave_out_partial("stat", "/busy_samples_by_cpu", worker_.busy_samples_by_cpu);
  leave_out_partial("stat", "/cpus_used", worker_.cpus_used);
  leave_out_partial("stat", "/cpu_samples", worker_.cpu_samples);
  leave_out_partial("stat", "/cross_node_sample_share", worker_.cross_node_sample_share);
  leave_out_partial("stat", "/cross_l3_sample_share", worker_.cross_l3_sample_share);
}

// A kernel without the option makes the file for no process: the collection looked and there was none, neither the
// process's own nor one of its threads'.
void WorkerReader::explain_thread_file(const std::string& file, const std::string& pointer, std::string_view lack) {
  if (reader_.saw_none(dir_ + file)) return reader_.missing(pointer, "structural", lack);
  reader_.explain_lack(dir_ + "task/*/" + file, pointer, lack);
}

void WorkerReader::explain_kernel_lacks() {
  if (!activity_.cpu_migrations) {
    explain_thread_file("sched", "/cpu_migrations", "this kernel was built without CONFIG_SCHED_DEBUG");
  }
  if (activity_.run_delay_ms) return;
  constexpr std::string_view kNoSchedInfo = "this kernel was built without CONFIG_SCHED_INFO";
  for (const char* pointer : {"/run_delay_ms", "/run_delay_share"}) {
    if (activity_.counts_no_delay) {
      reader_.missing(pointer, "structural", kNoSchedInfo);
    } else {
      explain_thread_file("schedstat", pointer, kNoSchedInfo);
    }
  }
}

void WorkerReader::read_masks() {
  std::set<CpuSet> masks;
  CpuSet all;
  for (const WorkerThread& thread : activity_.threads) {
    if (!thread.cpus_allowed) continue;
    masks.insert(*thread.cpus_allowed);
    all = all | *thread.cpus_allowed;
    notes_.source("/cpus_allowed", dir_ + "task/" + std::to_string(thread.tid) + "/status");
  }
  if (masks.empty() && leader_mask_) {
    masks.insert(*leader_mask_);
    all = *leader_mask_;
    notes_.source("/cpus_allowed", dir_ + "status");
  }
  if (masks.empty()) return reader_.explain(dir_ + "status", "/cpus_allowed");
  if (const std::string* unread = read_in_part("status")) {
    for (const char* pointer : {"/cpus_allowed", "/cpus_effective", "/distinct_thread_cpus_allowed"}) {
      reader_.explain(*unread, pointer);
    }
    return;
  }
  const auto online = online_cpus(bundle_);
  worker_.cpus_allowed = online ? all & *online : all;
  if (leader_mask_) {
    worker_.nproc = static_cast<std::int64_t>((online ? *leader_mask_ & *online : *leader_mask_).size());
    notes_.source("/nproc", dir_ + "status");
  }
  set_effective();
  worker_.distinct_thread_cpus_allowed = std::vector<CpuSet>(masks.begin(), masks.end());
}

// The kernel keeps a mask within the cpuset, and gives the whole cpuset to a thread whose mask has nothing of it.
void WorkerReader::set_effective() {
  if (!worker_.cpuset_cpus_effective || worker_.cpuset_cpus_effective->empty()) return;
  const CpuSet within = *worker_.cpus_allowed & *worker_.cpuset_cpus_effective;
  worker_.cpus_effective = within.empty() ? *worker_.cpuset_cpus_effective : within;
  notes_.source("/cpus_effective", dir_ + "status");
}

void WorkerReader::read_scheduling() {
  std::set<std::string> policies;
  for (const WorkerThread& thread : activity_.threads) {
    if (thread.scheduling_policy) policies.insert(*thread.scheduling_policy);
    if (thread.realtime_priority) {
      worker_.max_realtime_priority = std::max(worker_.max_realtime_priority.value_or(0), *thread.realtime_priority);
    }
    if (thread.nice) worker_.min_nice = std::min(worker_.min_nice.value_or(*thread.nice), *thread.nice);
  }
  const auto leader = bundle_.text(dir_ + "stat");
  const auto stat = policies.empty() && leader ? parse_task_stat(*leader) : std::nullopt;
  if (stat && stat->policy) {
    if (auto name = scheduling_policy_name(*stat->policy)) policies.insert(*name);
    worker_.max_realtime_priority = stat->realtime_priority;
    worker_.min_nice = stat->nice;
  }
  for (const char* pointer : {"/scheduling_policies", "/max_realtime_priority", "/min_nice"}) {
    if (policies.empty()) {
      reader_.explain(dir_ + "stat", pointer);
    } else {
      notes_.source(pointer, dir_ + "stat");
    }
  }
  if (!policies.empty()) worker_.scheduling_policies = std::vector<std::string>(policies.begin(), policies.end());
  leave_out_partial("stat", "/scheduling_policies", worker_.scheduling_policies);
  leave_out_partial("stat", "/max_realtime_priority", worker_.max_realtime_priority);
  leave_out_partial("stat", "/min_nice", worker_.min_nice);
}

WorkerDraft WorkerReader::read() {
  worker_.pid = found_.pid;
  worker_.parent_pid = found_.parent_pid;
  worker_.name = found_.comm;
  worker_.framework = found_.framework;
  worker_.found_by = found_.found_by;
  notes_.source("", kDiscoveryPath);
  read_process();
  read_command_line();
  read_environment();
  read_placement();
  read_cgroup();  // after the placement, for which it can stand in
  read_held_gpus(reader_, dir_, worker_);
  read_activity_facts();
  read_cpu_moves(reader_, dir_, places_, activity_.threads, worker_);
  leave_out_partial_samples();
  read_masks();
  set_nodes(places_, worker_);
  read_scheduling();
  read_limits(reader_, dir_, worker_);
  read_shm(reader_, dir_, worker_);
  read_sched(reader_, dir_, worker_);
  read_memory_rollup(reader_, dir_, worker_);
  if (!activity_.threads.empty()) worker_.threads = std::move(activity_.threads);
  for (const char* file : {"stat", "status", "schedstat"}) leave_out_partial(file, "/threads", worker_.threads);
  identity_.comm = worker_.name;
  identity_.unit = worker_.unit;
  identity_.unit_kind = worker_.unit_kind;
  identity_.in_container = worker_.in_container.value_or(false);
  identity_.framework = worker_.framework;
  identity_.role = found_.role;
  identity_.gpus = worker_.gpus.value_or(std::vector<std::string>{});
  identity_.start_time_ticks = found_.start_time_ticks.value_or(0);
  identity_.pid = found_.pid;
  WorkerDraft draft{.worker = std::move(worker_), .identity = std::move(identity_)};
  for (const auto& [pointer, paths] : notes_.sources()) {
    for (const std::string& path : paths) draft.source(pointer, path);
  }
  for (const auto& [pointer, why] : notes_.missing()) draft.missing.emplace_back(pointer, why);
  return draft;
}

}  // namespace

WorkerDraft read_worker(const Bundle& bundle, const DiscoveredWorker& found, const CgroupPlaces& groups,
                        const CpuPlaces& places) {
  return WorkerReader(bundle, found, groups, places).read();
}

}  // namespace ihc
