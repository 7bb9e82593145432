#include "collectors/workers/confinement.h"

#include <algorithm>
#include <cerrno>
#include <limits>

#include <sys/statvfs.h>

#include "base/json.h"
#include "collect/privileges.h"
#include "collectors/cgroup/cgroup_files.h"
#include "collectors/container/container_path.h"
#include "collectors/reading/task_sched_text.h"
#include "collectors/workers/process_limits.h"

namespace ihc {

namespace {

// ---- /dev/shm ------------------------------------------------------------------------------------------------------

std::optional<std::int64_t> size_option(std::string_view options) {
  for (const std::string_view option : split(options, ',')) {
    if (!option.starts_with("size=")) continue;
    std::string value(option.substr(5));
    // "65536k"; a percentage is of the memory, and the kernel prints what it made of it.
    std::transform(value.begin(), value.end(), value.begin(),
                   [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
    const auto bytes = parse_size_bytes(value);
    return bytes && *bytes > 0 ? bytes : std::nullopt;
  }
  return std::nullopt;
}

bool read_shm_probe(const EvidenceReader& reader, const std::string& pid, Worker& worker) {
  const std::string path = "probes/worker-shm-" + pid + ".json";
  const auto text = reader.bundle().text(path);
  const auto json = text ? parse_json(*text, path) : fail(ErrorCode::not_found, "absent", path);
  if (!json || !json->is_object()) return false;
  const auto member = [&json](const char* name) -> std::optional<std::int64_t> {
    const auto found = json->find(name);
    if (found == json->end() || !found->is_number_integer() || found->get<std::int64_t>() < 0) return std::nullopt;
    return found->get<std::int64_t>();
  };
  worker.shm = WorkerShm{.size_bytes = member("size_bytes"), .free_bytes = member("free_bytes")};
  reader.facts().source("/shm", path);
  return worker.shm->size_bytes.has_value();
}

// ---- the control group ---------------------------------------------------------------------------------------------

// The path of the hierarchy that has this controller: of version 1 by name, else version 2's.
std::optional<std::string> path_with(const std::map<std::string, std::string>& paths, std::string_view controller) {
  std::optional<std::string> unified;
  for (const auto& [controllers, path] : paths) {
    if (controllers.empty()) unified = path;
    const auto names = split(controllers, ',');
    if (std::find(names.begin(), names.end(), controller) != names.end()) return path;
  }
  return unified;
}

const std::string kCgroupRoot = "root/sys/fs/cgroup";

// Names of a file in version 2 and in version 1.
using FileNames = std::initializer_list<std::string_view>;

// Whether version 2's list of a group's controllers, or that of the root, was read and lacks this one.
bool lacks_controller(const Bundle& bundle, const std::string& directory, std::string_view controller) {
  for (const std::string& path : {directory + "/cgroup.controllers", kCgroupRoot + "/cgroup.controllers"}) {
    const auto text = bundle.text(path);
    const auto names = split_words(trim(text.value_or(std::string_view{})));
    if (text && std::find(names.begin(), names.end(), controller) == names.end()) return true;
  }
  return false;
}

// A group has a controller's files or not: without them only when the collection saw so, by any of their names.
void explain_cgroup_file(const EvidenceReader& reader, const std::vector<std::string>& directories, FileNames files,
                         std::string_view controller, const std::string& pointer) {
  for (const std::string& directory : directories) {
    if (lacks_controller(reader.bundle(), directory, controller)) continue;
    for (const std::string_view file : files) {
      const std::string path = directory + "/" + std::string(file);
      if (!reader.saw_none(path)) return reader.explain(path, pointer);
    }
  }
  reader.missing(pointer, "structural", "no " + std::string(controller) + " controller in its control group");
}

std::optional<CpuSet> set_in(const EvidenceReader& reader, const CgroupPlaces& places, const std::string& group,
                             FileNames files, const std::string& pointer) {
  const auto place = places.find(group);
  const auto directories = place == places.end() ? std::vector<std::string>{kCgroupRoot + (group == "/" ? "" : group)}
                                                 : place->second.directories;
  for (const std::string_view file : files) {
    const auto found = place == places.end() ? std::nullopt : cgroup_text(reader.bundle(), place->second, file);
    auto set = found ? parse_sysfs_cpu_list(found->text) : std::nullopt;
    if (!set) continue;
    reader.facts().source(pointer, found->path);
    return set;
  }
  explain_cgroup_file(reader, directories, files, "cpuset", pointer);
  return std::nullopt;
}

using ByNode = std::map<std::string, std::int64_t>;

// Anonymous and shared memory; "file" has the shared in it, as page cache of tmpfs.
ByNode own_memory(const ByKindAndNode& stat) {
  ByNode sum;
  for (const char* kind : {"anon", "shmem"}) {
    const auto found = stat.find(kind);
    if (found == stat.end()) continue;
    for (const auto& [node, bytes] : found->second)
      sum[node] += std::min(bytes, std::numeric_limits<std::int64_t>::max() / 2);
  }
  return sum;
}

ByNode difference(const ByNode& from, const ByNode& what) {
  ByNode result;
  for (const auto& [node, bytes] : from) {
    const auto other = what.find(node);
    const std::int64_t less = other == what.end() ? 0 : other->second;
    result[node] = std::max<std::int64_t>(0, bytes - less);
  }
  return result;
}

void read_numa_stat(const EvidenceReader& reader, const CgroupPlace& place, Worker& worker) {
  constexpr std::string_view kDrift = "/placement_drift_bytes";
  const auto found = cgroup_text(reader.bundle(), place, "memory.numa_stat");
  if (!found) {
    return explain_cgroup_file(reader, place.directories, {"memory.numa_stat"}, "memory", std::string(kDrift));
  }
  const auto stat = parse_cgroup_numa_stat(found->text);
  if (stat.unparsed.any()) return reader.unparsed(std::string(kDrift), found->path, stat.unparsed);
  // Version 1 counts pages whose size it does not say; they stay with the control group.
  if (stat.value.contains("total") || !stat.value.contains("anon")) {
    return reader.missing(std::string(kDrift), "structural", "its control group has no memory.numa_stat in bytes");
  }
  const ByNode now = own_memory(stat.value);
  const auto readings = cgroup_readings(reader.bundle(), place, "memory.numa_stat");
  if (readings.size() > 1) {
    const ByNode before = own_memory(parse_cgroup_numa_stat(readings.front().bytes).value);
    worker.placement_drift_bytes.emplace();
    for (const auto& [node, bytes] : now) {
      const auto old = before.find(node);
      if (old != before.end()) (*worker.placement_drift_bytes)[node] = bytes - old->second;
    }
    worker.drift_source = "cgroup_numa_stat";
    reader.facts().source("/placement_drift_bytes", found->path);
  } else {
    reader.missing(std::string(kDrift), "interval_too_short", "a drift needs two readings; collect with a window");
  }
  if (worker.bytes_by_node) return;
  worker.bytes_by_node = now;
  if (const auto file = stat.value.find("file"); file != stat.value.end()) {
    const auto shmem = stat.value.find("shmem");
    worker.file_bytes_by_node = difference(file->second, shmem == stat.value.end() ? ByNode{} : shmem->second);
    reader.facts().source("/file_bytes_by_node", found->path);
  }
  worker.placement_source = "cgroup_numa_stat";
  worker.placement_scope = "cgroup";
  reader.facts().source("/bytes_by_node", found->path);
}

void read_container(const std::map<std::string, std::string>& paths, Worker& worker) {
  for (const auto& [controllers, path] : paths) {
    const ContainerPlace place = container_of_path(path);
    if (!worker.container_runtime) worker.container_runtime = place.runtime;
    if (!worker.container_id) worker.container_id = place.id;
    if (!worker.pod_uid) worker.pod_uid = place.pod_uid;
    if (!worker.qos_class) worker.qos_class = place.qos_class;
  }
}

}  // namespace

void read_limits(const EvidenceReader& reader, const std::string& dir, Worker& worker) {
  if (const auto text = reader.text(dir + "limits", "/limits")) {
    auto parsed = parse_process_limits(*text);
    if (parsed.unparsed.any()) reader.unparsed("/limits", dir + "limits", parsed.unparsed);
    if (!parsed.value.empty()) worker.limits = std::move(parsed.value);
  }
  worker.oom_score_adjust = reader.integer(dir + "oom_score_adj", "/oom_score_adjust");
  const auto links = reader.bundle().glob(dir + "fd/*");
  if (links.empty()) return reader.explain(dir + "fd/*", "/open_files");
  worker.open_files = static_cast<std::int64_t>(links.size());
  reader.facts().source("/open_files", links.front());
}

void read_shm(const EvidenceReader& reader, const std::string& dir, Worker& worker) {
  const std::string pid = components_after({dir}, "root/proc/").front();
  if (read_shm_probe(reader, pid, worker)) return;
  const auto text = reader.text(dir + "mountinfo", "/shm");
  if (!text) return;
  if (const auto size = shm_size_of(*text)) {
    worker.shm = WorkerShm{.size_bytes = size, .free_bytes = {}};
    return;
  }
  reader.missing("/shm", "structural", "its /dev/shm has no size of its own, or there is none");
}

void read_sched(const EvidenceReader& reader, const std::string& dir, Worker& worker) {
  const std::string path = dir + "sched";
  std::optional<std::string_view> text;
  const auto readings = reader.bundle().samples(path);
  if (!readings.empty() && readings.back().status == EvidenceStatus::ok) text = readings.back().bytes;
  if (!text) text = reader.bundle().text(path);
  if (!text) return reader.explain(path, "/numa_scheduling");
  const auto accounts = parse_task_sched(*text).value;
  if (accounts.empty()) return reader.missing("/numa_scheduling", "parse_error", path + " does not say whose it is");
  const TaskSchedText& sched = accounts.front();
  constexpr const char* kNames[] = {"nr_switches",
                                    "nr_voluntary_switches",
                                    "nr_involuntary_switches",
                                    "nr_migrations",
                                    "numa_pages_migrated",
                                    "numa_preferred_nid",
                                    "total_numa_faults",
                                    "numa_scan_seq",
                                    "current_node",
                                    "numa_migrations",
                                    "policy",
                                    "prio"};
  std::map<std::string, std::int64_t> kept;
  for (const char* name : kNames) {
    if (const auto found = sched.counters.find(name); found != sched.counters.end()) kept[name] = found->second;
  }
  for (const auto& [node, faults] : sched.faults_by_node) kept["numa_faults_node" + node] = faults;
  if (kept.empty()) return reader.missing("/numa_scheduling", "parse_error", path + " holds nothing that is known");
  reader.facts().source("/numa_scheduling", path);
  worker.numa_scheduling = std::move(kept);
}

void read_memory_rollup(const EvidenceReader& reader, const std::string& dir, Worker& worker) {
  const std::string path = dir + "smaps_rollup";
  const auto text = reader.text(path, "/memory_rollup_bytes");
  if (!text) return;
  auto parsed = parse_smaps_rollup(*text);
  if (parsed.unparsed.any()) reader.unparsed("/memory_rollup_bytes", path, parsed.unparsed);
  if (!parsed.value.empty()) worker.memory_rollup_bytes = std::move(parsed.value);
}

void read_cgroup_values(const EvidenceReader& reader, const CgroupPlaces& places, std::string_view proc_cgroup_text,
                        Worker& worker) {
  auto paths = cgroup_paths(proc_cgroup_text);
  read_container(paths, worker);
  const auto cpuset = path_with(paths, "cpuset");
  if (cpuset) {
    worker.cpuset_cpus_effective =
        set_in(reader, places, *cpuset, {"cpuset.cpus.effective", "cpuset.effective_cpus"}, "/cpuset_cpus_effective");
    worker.cpuset_mems_effective =
        set_in(reader, places, *cpuset, {"cpuset.mems.effective", "cpuset.effective_mems"}, "/cpuset_mems_effective");
  } else {
    for (const char* pointer : {"/cpuset_cpus_effective", "/cpuset_mems_effective"}) {
      reader.missing(pointer, "structural", "it is in no control group for CPUs");
    }
  }
  const auto memory = path_with(paths, "memory");
  const auto place = memory ? places.find(*memory) : places.end();
  if (place != places.end()) {
    read_numa_stat(reader, place->second, worker);
  } else if (memory) {
    reader.explain(kCgroupRoot + *memory + "/memory.numa_stat", "/placement_drift_bytes");
  } else {
    reader.missing("/placement_drift_bytes", "structural", "it is in no control group for memory");
  }
  if (!paths.empty()) worker.cgroup_paths = std::move(paths);
}

void apply_status(const ProcessStatus& status, Worker& worker) {
  if (status.name) worker.name = *status.name;
  if (status.parent_pid) worker.parent_pid = status.parent_pid;
  worker.thread_count = status.threads;
  worker.resident_bytes = status.resident_bytes;
  worker.swap_bytes = status.swap_bytes;
  worker.mems_allowed = status.mems_allowed;
  worker.peak_resident_bytes = status.peak_resident_bytes;
  worker.anonymous_bytes = status.anonymous_bytes;
  worker.file_bytes = status.file_bytes;
  worker.shared_bytes = status.shared_bytes;
  worker.locked_bytes = status.locked_bytes;
  worker.pinned_bytes = status.pinned_bytes;
  worker.hugetlb_bytes = status.hugetlb_bytes;
  worker.data_bytes = status.data_bytes;
  worker.stack_bytes = status.stack_bytes;
  if (status.effective_capabilities) worker.capabilities = capability_names(*status.effective_capabilities);
  constexpr const char* kModes[] = {"disabled", "strict", "filter"};
  if (status.seccomp_mode && *status.seccomp_mode < static_cast<std::int64_t>(std::size(kModes))) {
    worker.seccomp = kModes[*status.seccomp_mode];
  }
  if (status.no_new_privileges) worker.no_new_privileges = *status.no_new_privileges != 0;
}

std::optional<std::int64_t> shm_size_of(std::string_view mountinfo) {
  std::optional<std::int64_t> size;
  for (const std::string_view line : split_lines(mountinfo)) {
    const auto words = split_words(line);
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 6 || words.end() - dash < 4 || words[4] != "/dev/shm") continue;
    // A later mount hides an earlier one.
    size = dash[1] == "tmpfs" || dash[1] == "shm" ? size_option(dash[3]) : std::nullopt;
  }
  return size;
}

Result<std::string> probe_worker_shm(int pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/root/dev/shm";
  struct statvfs about {};
  if (::statvfs(path.c_str(), &about) != 0) return fail(error_from_errno(errno, path));
  const Json document{{"call", "statvfs(3)"},
                      {"path", path},
                      {"size_bytes", std::uint64_t{about.f_blocks} * about.f_frsize},
                      {"free_bytes", std::uint64_t{about.f_bavail} * about.f_frsize}};
  return to_pretty_text(document);
}

}  // namespace ihc
