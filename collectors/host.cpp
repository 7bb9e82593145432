// The health of the machine beside its log, and what it shares out.
//
//   /sys/devices/system/edac/mc/mc0/{ce_count,ue_count}               12      corrected, uncorrected memory errors
//   /sys/devices/system/edac/mc/mc0/dimm3/{dimm_label,dimm_ce_count}
//   /sys/fs/resctrl/schemata                                          L3:0=fffff;1=fffff
//   /sys/fs/resctrl/mon_data/mon_L3_00/mbm_total_bytes                11189972992
//   /dev/shm by statvfs(3), for the node and as each worker sees it

#include <algorithm>
#include <array>
#include <set>

#include "collect/collector.h"
#include "collectors/host/probes.h"
#include "collectors/host/texts.h"
#include "collectors/reading/evidence_reader.h"

namespace ihc {

namespace {

constexpr Capture kCaptures[] = {
    Files{.family = "edac", .path = "/sys/devices/system/edac/mc/mc*/mc_name"},
    Files{.family = "edac", .path = "/sys/devices/system/edac/mc/mc*/ce_count"},
    Files{.family = "edac", .path = "/sys/devices/system/edac/mc/mc*/ue_count"},
    Files{.family = "edac", .path = "/sys/devices/system/edac/mc/mc*/ce_noinfo_count"},
    Files{.family = "edac", .path = "/sys/devices/system/edac/mc/mc*/ue_noinfo_count"},
    Files{.family = "edac", .path = "/sys/devices/system/edac/mc/mc*/seconds_since_reset"},
    Files{.family = "edac", .path = "/sys/devices/system/edac/mc/mc*/*/dimm_label"},
    Files{.family = "edac", .path = "/sys/devices/system/edac/mc/mc*/*/dimm_location"},
    Files{.family = "edac", .path = "/sys/devices/system/edac/mc/mc*/*/dimm_ce_count"},
    Files{.family = "edac", .path = "/sys/devices/system/edac/mc/mc*/*/dimm_ue_count"},
    File{.path = "/sys/devices/system/machinecheck/machinecheck0/ignore_ce"},
    File{.path = "/sys/devices/system/machinecheck/machinecheck0/cmci_disabled"},
    File{.path = "/sys/devices/system/machinecheck/machinecheck0/check_interval"},
    File{.path = "/sys/fs/resctrl/schemata"},
    File{.path = "/sys/fs/resctrl/cpus_list"},
    File{.path = "/sys/fs/resctrl/mode"},
    Files{.family = "resctrl", .path = "/sys/fs/resctrl/*/schemata"},
    Files{.family = "resctrl", .path = "/sys/fs/resctrl/*/cpus_list"},
    Files{.family = "resctrl", .path = "/sys/fs/resctrl/*/mode"},
    Sampled{.family = "resctrl-mon", .path = "/sys/fs/resctrl/mon_data/*/llc_occupancy", .ends_only = true},
    Sampled{.family = "resctrl-mon", .path = "/sys/fs/resctrl/mon_data/*/mbm_total_bytes", .ends_only = true},
    Sampled{.family = "resctrl-mon", .path = "/sys/fs/resctrl/mon_data/*/mbm_local_bytes", .ends_only = true},
    Sampled{.family = "resctrl-mon", .path = "/sys/fs/resctrl/*/mon_data/*/llc_occupancy", .ends_only = true},
    Sampled{.family = "resctrl-mon", .path = "/sys/fs/resctrl/*/mon_data/*/mbm_total_bytes", .ends_only = true},
    Sampled{.family = "resctrl-mon", .path = "/sys/fs/resctrl/*/mon_data/*/mbm_local_bytes", .ends_only = true},
    File{.path = "/proc/mounts", .scrub = ScrubKind::text},
    Probe{.name = "blocked-tasks-start", .call = "read(2) of /proc/*/task/*/stat", .read = probe_blocked_tasks},
    Probe{.name = "blocked-tasks-end",
          .call = "read(2) of /proc/*/task/*/stat",
          .read = probe_blocked_tasks,
          .moment = Moment::after},
    Probe{.name = "shared-memory", .call = "statvfs(3) of /dev/shm", .read = probe_shared_memory},
    Probe{.name = "worker-shared-memory",
          .call = "statvfs(3) of /proc/PID/root/dev/shm",
          .read = probe_shared_memory,
          .per_worker = true},
    CommandOutput{.slug = "systemctl-list-timers", .argv = {"systemctl", "list-timers", "--all", "--no-pager"}},
};

// ---- memory errors -------------------------------------------------------------------------------------------------

std::optional<std::int64_t> count_at(const Bundle& bundle, const std::string& path) {
  const auto count = integer_at(bundle, path);
  return count && *count >= 0 ? count : std::nullopt;
}

std::vector<MemoryModuleErrors> read_modules(const Bundle& bundle, const std::string& controller) {
  std::vector<MemoryModuleErrors> modules;
  auto paths = bundle.glob(controller + "*/dimm_ce_count");
  const auto uncorrected = bundle.glob(controller + "*/dimm_ue_count");
  paths.insert(paths.end(), uncorrected.begin(), uncorrected.end());
  for (const std::string& id : components_after(paths, controller)) {
    const std::string dir = controller + id + "/";
    modules.push_back({.id = id,
                       .label = word_at(bundle, dir + "dimm_label"),
                       .location = word_at(bundle, dir + "dimm_location"),
                       .corrected = count_at(bundle, dir + "dimm_ce_count"),
                       .uncorrected = count_at(bundle, dir + "dimm_ue_count")});
  }
  return modules;
}

void read_edac(const EvidenceReader& reader, Host& host) {
  const std::string dir = "root/sys/devices/system/edac/mc/";
  const Bundle& bundle = reader.bundle();
  std::vector<MemoryController> controllers;
  for (const std::string& id : components_after(bundle.glob(dir + "mc*/*"), dir)) {
    const std::string path = dir + id + "/";
    controllers.push_back({.id = id,
                           .name = word_at(bundle, path + "mc_name"),
                           .corrected = count_at(bundle, path + "ce_count"),
                           .uncorrected = count_at(bundle, path + "ue_count"),
                           .corrected_without_module = count_at(bundle, path + "ce_noinfo_count"),
                           .uncorrected_without_module = count_at(bundle, path + "ue_noinfo_count"),
                           .seconds_since_reset = count_at(bundle, path + "seconds_since_reset"),
                           .modules = read_modules(bundle, path)});
    reader.facts().source("/host/memory_controllers/" + std::to_string(controllers.size() - 1), path + "ce_count");
  }
  if (controllers.empty()) {
    // A tree that has the folder, and no controller in it, shows that there is none as well.
    const std::string_view none = "no EDAC driver has a memory controller here: normal in a VM";
    const std::string folder = "root/sys/devices/system/edac/";
    const bool has_folder = !bundle.glob(folder + "*").empty() || !bundle.glob(folder + "*/*").empty();
    if (has_folder) return reader.missing("/host/memory_controllers", "structural", none);
    return reader.explain_lack(dir + "mc*/ce_count", "/host/memory_controllers", none);
  }
  host.memory_controllers = std::move(controllers);
}

void read_machine_check(const EvidenceReader& reader, Host& host) {
  const std::string dir = "root/sys/devices/system/machinecheck/machinecheck0/";
  MachineCheckSettings settings{.ignore_ce = count_at(reader.bundle(), dir + "ignore_ce"),
                                .cmci_disabled = count_at(reader.bundle(), dir + "cmci_disabled"),
                                .check_interval_seconds = count_at(reader.bundle(), dir + "check_interval")};
  if (!settings.ignore_ce && !settings.cmci_disabled && !settings.check_interval_seconds) {
    return reader.explain(dir + "ignore_ce", "/host/machine_check");
  }
  reader.facts().source("/host/machine_check", dir + "ignore_ce");
  host.machine_check = settings;
}

// ---- stuck tasks ---------------------------------------------------------------------------------------------------

std::optional<std::vector<ProbedTask>> probed(const EvidenceReader& reader, const std::string& name) {
  const auto text = reader.text("probes/" + name + ".json", "/host/blocked_tasks");
  return text ? parse_blocked_tasks(*text) : std::nullopt;
}

// The start time tells a thread from another that got its id.
void read_blocked(const EvidenceReader& reader, Host& host) {
  const auto start = probed(reader, "blocked-tasks-start");
  const auto end = probed(reader, "blocked-tasks-end");
  if (!start || !end) return;
  std::map<std::pair<std::int64_t, std::int64_t>, BlockedTask> blocked;
  const auto add = [&blocked](const std::vector<ProbedTask>& tasks, bool BlockedTask::*when) {
    for (const ProbedTask& task : tasks) {
      BlockedTask& entry = blocked[{task.tid, task.start_time_ticks}];
      entry.name = task.name;
      entry.pid = task.pid;
      entry.tid = task.tid;
      entry.*when = true;
    }
  };
  add(*start, &BlockedTask::at_start);
  add(*end, &BlockedTask::at_end);
  host.blocked_tasks.emplace();
  for (auto& [key, task] : blocked) host.blocked_tasks->push_back(std::move(task));
}

// ---- resctrl -------------------------------------------------------------------------------------------------------

constexpr double kNsPerSecond = 1e9;

std::optional<double> rate_of(const Bundle& bundle, const std::string& path) {
  const auto readings = bundle.samples(path);
  if (readings.size() < 2) return std::nullopt;
  const auto first = parse_number<std::int64_t>(readings.front().bytes);
  const auto last = parse_number<std::int64_t>(readings.back().bytes);
  const double seconds = static_cast<double>(readings.back().taken_ns - readings.front().taken_ns) / kNsPerSecond;
  if (!first || !last || *last < *first || seconds <= 0) return std::nullopt;
  return static_cast<double>(*last - *first) / seconds;
}

std::optional<std::int64_t> last_of(const Bundle& bundle, const std::string& path) {
  const auto readings = bundle.samples(path);
  if (readings.empty()) return count_at(bundle, path);
  const auto value = parse_number<std::int64_t>(readings.back().bytes);
  return value && *value >= 0 ? value : std::nullopt;
}

std::vector<CacheMonitor> read_monitors(const Bundle& bundle, const std::string& dir) {
  const std::string data = dir + "mon_data/";
  std::vector<CacheMonitor> monitors;
  constexpr std::string_view kDomain = "mon_L3_";
  auto paths = bundle.sampled(data + "*/*");
  const auto plain = bundle.glob(data + "*/*");
  paths.insert(paths.end(), plain.begin(), plain.end());
  for (const std::string& name : components_after(paths, data)) {
    if (!name.starts_with(kDomain)) continue;
    const std::string path = data + name + "/";
    monitors.push_back({.domain = name.substr(kDomain.size()),
                        .llc_occupancy_bytes = last_of(bundle, path + "llc_occupancy"),
                        .memory_total_bytes_per_second = rate_of(bundle, path + "mbm_total_bytes"),
                        .memory_local_bytes_per_second = rate_of(bundle, path + "mbm_local_bytes")});
  }
  return monitors;
}

void read_resctrl(const EvidenceReader& reader, Host& host) {
  const std::string dir = "root/sys/fs/resctrl/";
  const Bundle& bundle = reader.bundle();
  if (reader.saw_none(dir + "schemata")) host.resctrl_groups.emplace();  // not mounted: nobody is held to a share
  if (!reader.text(dir + "schemata", "/host/resctrl_groups")) return;
  // A group is told by any of its files: one that was not read is still a group.
  std::vector<std::string> files = bundle.glob(dir + "*/schemata");
  for (const char* other : {"*/cpus_list", "*/mode"}) {
    const auto more = bundle.glob(dir + other);
    files.insert(files.end(), more.begin(), more.end());
  }
  std::vector<ResctrlGroup> groups;
  std::vector<std::string> names{""};
  for (const std::string& name : components_after(files, dir)) names.push_back(name + "/");
  for (const std::string& name : names) {
    const std::string path = dir + name + "schemata";
    auto schemata = parse_schemata(bundle.text(path).value_or(std::string_view{}));
    const std::string pointer = "/host/resctrl_groups/" + std::to_string(groups.size());
    reader.facts().source(pointer, path);
    if (schemata.unparsed.any()) reader.unparsed(pointer + "/schemata", path, schemata.unparsed);
    groups.push_back({.name = name.empty() ? "/" : name.substr(0, name.size() - 1),
                      .schemata = std::move(schemata.value),
                      .cpus = cpu_set_at(bundle, dir + name + "cpus_list"),
                      .mode = word_at(bundle, dir + name + "mode"),
                      .monitors = read_monitors(bundle, dir + name)});
  }
  host.resctrl_groups = std::move(groups);
}

// ---- shared memory, timers -----------------------------------------------------------------------------------------

void read_shared_memory(const EvidenceReader& reader, Host& host) {
  const Bundle& bundle = reader.bundle();
  std::vector<SharedMemory> all;
  auto paths = bundle.glob("probes/shared-memory.json");
  const auto workers = bundle.glob("probes/worker-shared-memory-*.json");
  paths.insert(paths.end(), workers.begin(), workers.end());
  for (const std::string& path : paths) {
    auto memory = parse_shared_memory(*bundle.text(path));
    if (!memory) continue;
    reader.facts().source("/host/shared_memory/" + std::to_string(all.size()), path);
    const auto mounts = memory->pid ? std::nullopt : bundle.text("root/proc/mounts");
    if (mounts) memory->mount_options = mount_options(*mounts, memory->path);
    all.push_back(std::move(*memory));
  }
  if (all.empty()) return reader.explain("probes/shared-memory.json", "/host/shared_memory");
  host.shared_memory = std::move(all);
}

void read_timers(const EvidenceReader& reader, Host& host) {
  const std::string path = "commands/systemctl-list-timers/stdout";
  const auto text = reader.text(path, "/host/timers");
  if (!text) return;
  auto parsed = parse_timers(*text);
  if (parsed.unparsed.any()) reader.unparsed("/host/timers", path, parsed.unparsed);
  host.timers = std::move(parsed.value);
}

void read(const Bundle& bundle, FactsBuilder& builder) {
  const EvidenceReader reader(bundle, builder, "host");
  Host host;
  read_edac(reader, host);
  read_machine_check(reader, host);
  read_blocked(reader, host);
  read_resctrl(reader, host);
  read_shared_memory(reader, host);
  read_timers(reader, host);
  const bool has_any = host.memory_controllers || host.machine_check || host.blocked_tasks || host.resctrl_groups ||
                       host.shared_memory || host.timers;
  if (has_any) builder.facts.host = std::move(host);
}

}  // namespace

extern const Collector k_host_collector{
    .name = "host",
    .about = "memory errors (EDAC), stuck tasks, cache and bandwidth control (resctrl), /dev/shm, timers",
    .captures = kCaptures,
    .read = read,
};

}  // namespace ihc
