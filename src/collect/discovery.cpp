#include "collect/discovery.h"

#include <algorithm>
#include <set>

#include <re2/re2.h>

#include "base/clock.h"
#include "base/text.h"
#include "collect/cgroups.h"
#include "collect/cpu_events.h"
#include "collect/frameworks.h"
#include "collect/reasons.h"

namespace ihc {

namespace {

constexpr std::size_t kMaxCgroupBytes = 64 * limits::kKiB;
// What /proc/cpuinfo says of the first CPU; the rest says the same.
constexpr std::size_t kOneProcessorBytes = 4 * limits::kKiB;

std::string proc_path(int pid, const char* name) { return "/proc/" + std::to_string(pid) + "/" + name; }

std::string joined(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) {
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

/// Device files whose opening means that a process computes on a GPU. nvidiactl alone does not: every monitor opens it.
bool is_gpu_device(std::string_view path) {
  constexpr std::string_view kNvidia = "/dev/nvidia";
  if (path == "/dev/kfd" || path == "/dev/nvidia-uvm" || path.starts_with("/dev/dri/renderD")) return true;
  return path.starts_with(kNvidia) && parse_number<unsigned>(path.substr(kNvidia.size())).has_value();
}

std::vector<std::string> gpu_devices(ReadHelper& helper) {
  std::vector<std::string> devices;
  for (const char* pattern : {"/dev/dri/renderD*", "/dev/kfd", "/dev/nvidia*"}) {
    const ReadReply found = helper.ask({.kind = ReadKind::glob, .path = pattern});
    for (const std::string_view path : split_nul(found.bytes)) {
      if (is_gpu_device(path)) devices.emplace_back(path);
    }
  }
  return devices;
}

/// The collector with what it started, and the shells and supervisors above it: none of them serves anything, though
/// their command lines may well name what does ("ihc collect --match vllm").
std::set<int> ourselves(const ProcessTable& table) {
  std::set<int> pids;
  if (!table.own_pid) return pids;
  for (const int pid : table.tree_of(*table.own_pid)) pids.insert(pid);
  for (const Process* process = table.find(*table.own_pid); process != nullptr;
       process = table.find(process->stat.parent_pid)) {
    if (!pids.insert(process->stat.pid).second && process->stat.pid != *table.own_pid) break;
  }
  return pids;
}

class Selection {
 public:
  explicit Selection(const ProcessTable& table) : table_(table), ourselves_(ourselves(table)) {}

  bool is_candidate(const Process& process) const {
    return !process.stat.is_kernel_thread && !ourselves_.contains(process.stat.pid);
  }

  void add(const Process& process, const char* found_by) {
    const auto match = framework_of(process.stat.comm, process.argv());
    Subject& subject = chosen_[process.stat.pid];
    if (!subject.found_by.empty()) return;
    fill(subject, process);
    if (match) subject.framework = std::string(match->framework);
    subject.role = match ? std::string(match->role) : "process";
    subject.found_by = found_by;
  }

  /// Everything below what was chosen so far; a child has the framework of the nearest chosen process above it.
  void add_descendants() {
    std::vector<int> waiting;
    for (const auto& [pid, subject] : chosen_) waiting.push_back(pid);
    for (std::size_t at = 0; at < waiting.size(); ++at) {
      const std::optional<std::string> framework = chosen_[waiting[at]].framework;
      const auto [first, last] = table_.children.equal_range(waiting[at]);
      for (auto child = first; child != last; ++child) {
        const Process* process = table_.find(child->second);
        if (process == nullptr || !is_candidate(*process) || chosen_.contains(child->second)) continue;
        Subject& subject = chosen_[child->second];
        fill(subject, *process);
        const auto match = framework_of(process->stat.comm, process->argv());
        subject.framework = match ? std::string(match->framework) : framework;
        subject.role = match ? std::string(match->role) : "child";
        subject.found_by = "child";
        waiting.push_back(child->second);
      }
    }
  }

  std::vector<Subject> take() {
    std::vector<Subject> subjects;
    for (auto& [pid, subject] : chosen_) subjects.push_back(std::move(subject));
    return subjects;
  }

 private:
  static void fill(Subject& subject, const Process& process) {
    subject.pid = process.stat.pid;
    subject.start_time_ticks = process.stat.start_time_ticks;
    subject.parent_pid = process.stat.parent_pid;
    subject.comm = process.stat.comm;
  }

  const ProcessTable& table_;
  std::set<int> ourselves_;
  std::map<int, Subject> chosen_;
};

Result<void> select_pid(const DiscoveryInput& input, int pid, Selection& selection) {
  const Process* process = input.table.find(pid);
  if (process == nullptr) {
    return fail(ErrorCode::usage, "no such process", "--pid " + std::to_string(pid),
                "name a process that runs, see ps -e");
  }
  selection.add(*process, "pid");
  selection.add_descendants();
  return {};
}

Result<void> select_unit(const DiscoveryInput& input, const std::string& unit, Selection& selection) {
  bool found = false;
  for (const auto& [pid, cgroup] : input.cgroups) {
    const Process* process = input.table.find(pid);
    if (process == nullptr || !cgroup_names_unit(cgroup, unit) || !selection.is_candidate(*process)) continue;
    selection.add(*process, "unit");
    found = true;
  }
  if (found) return {};
  return fail(ErrorCode::usage, "no process runs in this unit", "--unit " + unit, "see systemctl status, or use --pid");
}

Result<void> select_match(const DiscoveryInput& input, const std::string& pattern, Selection& selection) {
  const RE2 regex(pattern, RE2::Quiet);
  for (const auto& [pid, process] : input.table.by_pid) {
    if (!selection.is_candidate(process) || process.command_line.empty()) continue;
    if (RE2::PartialMatch(joined(process.argv()), regex)) selection.add(process, "match");
  }
  selection.add_descendants();
  return {};
}

void select_known(const DiscoveryInput& input, Selection& selection) {
  for (const auto& [pid, process] : input.table.by_pid) {
    if (!selection.is_candidate(process)) continue;
    if (framework_of(process.stat.comm, process.argv())) selection.add(process, "command_line");
  }
  selection.add_descendants();
  for (const int pid : input.gpu_users) {
    const Process* process = input.table.find(pid);
    if (process == nullptr || !selection.is_candidate(*process) || is_gpu_bystander(process->stat.comm)) continue;
    selection.add(*process, "gpu");
  }
}

struct Refusals {
  std::int64_t permission = 0;
  std::int64_t timed_out = 0;

  void count(const ReadReply& reply) {
    if (reply.status == EvidenceStatus::permission) ++permission;
    if (reply.reason == reason::kTimedOut) ++timed_out;
  }
  void note(const std::string& what, std::vector<NotSeen>& not_seen) const {
    if (permission > 0) not_seen.push_back({what, permission, reason::kPermission});
    if (timed_out > 0) not_seen.push_back({what, timed_out, reason::kTimedOut});
  }
};

void read_cgroups(ReadHelper& helper, const ReadBudget& budget, DiscoveryInput& input, Discovery& discovery) {
  std::vector<int> pids;
  std::vector<ReadRequest> requests;
  for (const auto& [pid, process] : input.table.by_pid) {
    pids.push_back(pid);
    requests.push_back({.path = proc_path(pid, "cgroup"), .max_bytes = kMaxCgroupBytes});
  }
  Refusals refusals;
  helper.run(requests, budget, [&](std::size_t index, ReadReply&& reply) {
    refusals.count(reply);
    input.cgroups[pids[index]] = std::move(reply.bytes);
  });
  refusals.note("/proc/PID/cgroup", discovery.not_seen);
}

void read_gpu_users(ReadHelper& helper, const ReadBudget& budget, DiscoveryInput& input, Discovery& discovery) {
  std::vector<int> pids;
  std::vector<ReadRequest> requests;
  using namespace std::string_literals;
  for (const auto& [pid, process] : input.table.by_pid) {
    if (process.stat.is_kernel_thread) continue;
    pids.push_back(pid);
    requests.push_back({.kind = ReadKind::link_targets,
                        .path = proc_path(pid, "fd") + "\0/dev/nvidia*\0/dev/kfd\0/dev/dri/renderD*"s});
  }
  Refusals refusals;
  helper.run(requests, budget, [&](std::size_t index, ReadReply&& reply) {
    refusals.count(reply);
    const auto targets = split_nul(reply.bytes);
    if (std::any_of(targets.begin(), targets.end(), is_gpu_device)) input.gpu_users.push_back(pids[index]);
  });
  refusals.note("/proc/PID/fd", discovery.not_seen);
}

// The control groups and units of the workers. In a tree below --root, "self" is not this process.
void read_groups(ReadHelper& helper, const ReadBudget& budget, const CollectOptions& options, Discovery& discovery) {
  const ReadReply mountinfo =
      helper.ask({.path = options.root_dir.empty() ? "/proc/self/mountinfo" : "/proc/1/mountinfo"});
  std::vector<CgroupMount> mounts = parse_cgroup_mounts(mountinfo.bytes);
  if (mounts.empty()) mounts.push_back({.mount_point = "/sys/fs/cgroup", .root = "/", .is_v2 = true});
  std::vector<ReadRequest> requests;
  for (const Subject& worker : discovery.workers) {
    requests.push_back({.path = proc_path(worker.pid, "cgroup"), .max_bytes = kMaxCgroupBytes});
  }
  std::set<std::string> units;
  std::set<std::string> directories;
  for (const CgroupMount& mount : mounts) directories.insert(mount.mount_point);
  helper.run(requests, budget, [&](std::size_t, ReadReply&& reply) {
    for (std::string& unit : units_of_cgroup(reply.bytes)) units.insert(std::move(unit));
    for (std::string& path : cgroup_directories(mounts, reply.bytes)) directories.insert(std::move(path));
  });
  discovery.units.assign(units.begin(), units.end());
  discovery.cgroups.assign(directories.begin(), directories.end());
}

/// Many virtual machines have the CPU's name and none of its counters.
std::string countable_memory_events(ReadHelper& helper) {
  for (const char* pattern : {"/sys/bus/event_source/devices/cpu", "/sys/bus/event_source/devices/armv8_pmuv3*"}) {
    if (helper.ask({.kind = ReadKind::glob, .path = pattern}).bytes.empty()) continue;
    return memory_events_of(helper.ask({.path = "/proc/cpuinfo", .max_bytes = kOneProcessorBytes}).bytes);
  }
  return {};
}

void note_refused_processes(const ProcessTable& table, std::vector<NotSeen>& not_seen) {
  if (table.refused > 0) not_seen.push_back({"/proc/PID/stat", table.refused, reason::kPermission});
  const auto refused = std::count_if(table.by_pid.begin(), table.by_pid.end(),
                                     [](const auto& entry) { return entry.second.command_line_refused; });
  if (refused > 0) not_seen.push_back({"/proc/PID/cmdline", refused, reason::kPermission});
}

void name_method(const CollectOptions& options, Discovery& discovery) {
  discovery.method = options.pid ? "pid" : options.unit ? "unit" : options.match ? "match" : "command_line";
  if (options.pid) discovery.selector = std::to_string(*options.pid);
  if (options.unit) discovery.selector = options.unit;
  if (options.match) discovery.selector = options.match;
}

std::string state_of(const Subject& worker, const ReadReply& reply) {
  if (reply.status == EvidenceStatus::absent) return "exited";
  const auto stat = parse_process_identity(reply.bytes);
  if (!stat) return "unknown";
  return stat->start_time_ticks == worker.start_time_ticks ? "present" : "replaced";
}

}  // namespace

bool cgroup_names_unit(std::string_view cgroup_text, std::string_view unit) {
  const std::string full =
      unit.find('.') == std::string_view::npos ? std::string(unit) + ".service" : std::string(unit);
  for (const std::string_view line : split_lines(cgroup_text)) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    if (!controllers.empty() && controllers != "name=systemd") continue;
    const auto components = split(line.substr(second + 1), '/');
    if (std::find(components.begin(), components.end(), full) != components.end()) return true;
  }
  return false;
}

Result<void> check_match(const std::string& pattern) {
  const RE2 regex(pattern, RE2::Quiet);
  if (regex.ok()) return {};
  return fail(ErrorCode::usage, regex.error(), "--match " + pattern, "write an RE2 regular expression");
}

Result<std::vector<Subject>> select_workers(const DiscoveryInput& input, const CollectOptions& options) {
  Selection selection(input.table);
  Result<void> selected;
  if (options.pid) {
    selected = select_pid(input, *options.pid, selection);
  } else if (options.unit) {
    selected = select_unit(input, *options.unit, selection);
  } else if (options.match) {
    selected = select_match(input, *options.match, selection);
  } else {
    select_known(input, selection);
  }
  if (!selected) return fail(std::move(selected.error()));
  return selection.take();
}

Result<Discovery> discover(ReadHelper& helper, const CollectOptions& options, const ReadBudget& budget) {
  Discovery discovery;
  name_method(options, discovery);
  discovery.taken_ns = monotonic_now_ns();
  const ProcessTable table = read_process_table(helper, budget);
  discovery.processes = static_cast<std::int64_t>(table.by_pid.size());
  note_refused_processes(table, discovery.not_seen);
  discovery.gpu_devices = gpu_devices(helper);

  DiscoveryInput input{.table = table, .cgroups = {}, .gpu_users = {}};
  if (options.unit) read_cgroups(helper, budget, input, discovery);
  const bool automatic = discovery.method == "command_line";
  if (automatic && !discovery.gpu_devices.empty()) read_gpu_users(helper, budget, input, discovery);
  Result<std::vector<Subject>> workers = select_workers(input, options);
  if (!workers) return fail(std::move(workers.error()));
  if (workers->size() > limits::kMaxWorkers) {
    discovery.not_seen.push_back(
        {"workers", static_cast<std::int64_t>(workers->size() - limits::kMaxWorkers), reason::kOverBudget});
    workers->resize(limits::kMaxWorkers);
  }
  discovery.workers = std::move(*workers);
  read_groups(helper, budget, options, discovery);
  discovery.memory_events = countable_memory_events(helper);
  return discovery;
}

Json to_json(const Discovery& discovery) {
  Json workers = Json::array();
  for (const Subject& worker : discovery.workers) {
    workers.push_back({{"pid", worker.pid},
                       {"start_time_ticks", worker.start_time_ticks},
                       {"ppid", worker.parent_pid},
                       {"comm", worker.comm},
                       {"framework", worker.framework ? Json(*worker.framework) : Json()},
                       {"role", worker.role},
                       {"found_by", worker.found_by}});
  }
  Json not_seen = Json::array();
  for (const NotSeen& what : discovery.not_seen) {
    not_seen.push_back({{"what", what.what}, {"count", what.count}, {"reason", what.reason}});
  }
  Json json{{"method", discovery.method},
            {"selector", discovery.selector ? Json(*discovery.selector) : Json()},
            {"taken_ns", discovery.taken_ns},
            {"processes", discovery.processes},
            {"gpu_devices", discovery.gpu_devices},
            {"workers", std::move(workers)},
            {"units", discovery.units},
            {"cgroups", discovery.cgroups},
            {"not_seen", std::move(not_seen)}};
  if (discovery.method == "command_line") json["patterns"] = framework_patterns();
  return json;
}

Json look_again(ReadHelper& helper, const Discovery& discovery, const ReadBudget& budget) {
  std::vector<ReadRequest> requests;
  for (const Subject& worker : discovery.workers) requests.push_back({.path = proc_path(worker.pid, "stat")});
  Json json{{"taken_ns", monotonic_now_ns()}, {"workers", Json::array()}};
  helper.run(requests, budget, [&](std::size_t index, ReadReply&& reply) {
    const Subject& worker = discovery.workers[index];
    json["workers"].push_back(
        {{"pid", worker.pid}, {"start_time_ticks", worker.start_time_ticks}, {"state", state_of(worker, reply)}});
  });
  return json;
}

}  // namespace ihc
