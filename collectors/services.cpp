// systemd units of the workers, and those of the node that share or divide its CPUs: what their files declare, what the
// service manager has in force.
//
//   systemctl show -- system.slice vllm.service      Id=vllm.service / AllowedCPUs=0-31 / NeedDaemonReload=no / …
//   systemctl cat -- system.slice vllm.service       # /etc/systemd/system/vllm.service / [Service] / ExecStart=…
//   find … -printf '%T@ %p\n'                        1792411200.1234567890 /etc/systemd/system/vllm.service
//
// Units are those on the workers' cgroup paths, slices included: a limit of a slice holds for what is below it.

#include <algorithm>
#include <cmath>
#include <set>

#include "collect/collector.h"
#include "collectors/cgroup/cgroup_tree.h"
#include "collectors/reading/evidence_reader.h"
#include "collectors/reading/saved_text.h"
#include "collectors/services/likeness.h"
#include "collectors/services/systemctl_show.h"
#include "collectors/services/unit_file.h"
#include "collectors/services/unit_list.h"
#include "collectors/workers/discovery.h"

namespace ihc {

namespace {

constexpr std::string_view kSystemdHint = "install systemd, or look at what starts the server by hand";

constexpr Capture kCaptures[] = {
    CommandOutput{
        .slug = "systemctl-show", .argv = {"systemctl", "show", "--no-pager", "--", "{units}"}, .hint = kSystemdHint},
    CommandOutput{
        .slug = "systemctl-cat", .argv = {"systemctl", "cat", "--no-pager", "--", "{units}"}, .hint = kSystemdHint},
    CommandOutput{.slug = "systemctl-show-node",
                  .argv = {"systemctl", "show", "--no-pager", "--", "-.slice", "init.scope", "system.slice",
                           "user.slice", "machine.slice", "kubepods.slice", "containerd.service", "crio.service",
                           "docker.service", "irqbalance.service", "kubelet.service", "tuned.service"},
                  .hint = kSystemdHint},
    CommandOutput{.slug = "unit-file-times",
                  .argv = {"find",
                           "/etc/systemd/system",
                           "/run/systemd/system",
                           "/run/systemd/transient",
                           "/usr/lib/systemd/system",
                           "-maxdepth",
                           "2",
                           "-type",
                           "f",
                           "(",
                           "-name",
                           "*.service",
                           "-o",
                           "-name",
                           "*.conf",
                           "-o",
                           "-name",
                           "*.slice",
                           ")",
                           "-printf",
                           "%T@ %p\\n"},
                  .hint = "install the package findutils",
                  .counts_when_failed = true},
    File{.path = "/etc/systemd/system.conf", .scrub = ScrubKind::text},
};

constexpr ForeignText kTexts[] = {
    {.kind = "systemd",
     .about = "systemctl show, list-units or status, of one unit or of many",
     .member = "commands/systemd/stdout",
     .likeness = systemd_likeness},
    {.kind = "systemd-unit",
     .about = "a systemd unit file, or systemctl cat with its drop-ins",
     .member = "commands/systemd-unit/stdout",
     .likeness = unit_likeness},
};

// ---- units by name -------------------------------------------------------------------------------------------------

struct Draft {
  Service service;
  std::vector<UnitFile> files;
  std::vector<std::pair<std::string, std::string>> sources;  ///< pointer below the service, path
};

using Drafts = std::map<std::string, Draft, NaturalLess>;

// What of `systemctl show` a reader of a finding may want to see as it was printed.
constexpr std::string_view kKept[] = {"AllowedCPUs",
                                      "AllowedMemoryNodes",
                                      "CPUAffinity",
                                      "CPUAffinityFromNUMA",
                                      "CPUQuotaPerSecUSec",
                                      "CPUQuotaPeriodUSec",
                                      "CPUSchedulingPolicy",
                                      "CPUSchedulingPriority",
                                      "CPUShares",
                                      "CPUWeight",
                                      "ControlGroup",
                                      "Delegate",
                                      "DropInPaths",
                                      "EffectiveCPUs",
                                      "EffectiveMemoryNodes",
                                      "ExecMainStartTimestamp",
                                      "FragmentPath",
                                      "IOSchedulingClass",
                                      "IOSchedulingPriority",
                                      "IOWeight",
                                      "LimitMEMLOCK",
                                      "LimitMEMLOCKSoft",
                                      "LimitNOFILE",
                                      "LimitNOFILESoft",
                                      "LimitNPROC",
                                      "LimitNPROCSoft",
                                      "LimitRTPRIO",
                                      "MemoryHigh",
                                      "MemoryLimit",
                                      "MemoryLow",
                                      "MemoryMax",
                                      "MemoryMin",
                                      "MemorySwapMax",
                                      "NUMAMask",
                                      "NUMAPolicy",
                                      "NeedDaemonReload",
                                      "Nice",
                                      "OOMPolicy",
                                      "OOMScoreAdjust",
                                      "Restart",
                                      "Slice",
                                      "StartupAllowedCPUs",
                                      "StartupCPUWeight",
                                      "TasksMax",
                                      "Type",
                                      "UnitFileState"};

std::map<std::string, std::string> kept_properties(const ShownUnit& unit) {
  std::map<std::string, std::string> kept;
  for (const std::string_view name : kKept) {
    const auto found = unit.properties.find(std::string(name));
    if (found != unit.properties.end()) kept[found->first] = found->second.back();
  }
  return kept;
}

template <class T>
void fill(std::optional<T>& slot, std::optional<T> value) {
  if (!slot && value) slot = std::move(value);
}

std::optional<bool> yes_or_no(const std::optional<std::string>& value) {
  if (value != "yes" && value != "no") return std::nullopt;
  return value == "yes";
}

std::optional<std::int64_t> count_of(const ShownUnit& unit, const std::string& name) {
  const auto value = shown_value(unit, name);
  return value ? parse_number<std::int64_t>(*value) : std::nullopt;
}

void add_shown(Service& service, const ShownUnit& unit, std::optional<std::int64_t> boot_epoch_s) {
  fill(service.description, shown_value(unit, "Description"));
  fill(service.load_state, shown_value(unit, "LoadState"));
  fill(service.active_state, shown_value(unit, "ActiveState"));
  fill(service.sub_state, shown_value(unit, "SubState"));
  fill(service.unit_file_state, shown_value(unit, "UnitFileState"));
  if (const auto pid = count_of(unit, "MainPID"); pid && *pid > 0) fill(service.main_pid, pid);
  fill(service.main_started, shown_value(unit, "ExecMainStartTimestamp"));
  constexpr std::int64_t kUsPerSecond = 1'000'000;
  const auto since_boot_us = count_of(unit, "ExecMainStartTimestampMonotonic");
  if (boot_epoch_s && since_boot_us && *since_boot_us > 0) {
    fill(service.main_started_epoch_s, std::optional(*boot_epoch_s + *since_boot_us / kUsPerSecond));
  }
  fill(service.restart_count, count_of(unit, "NRestarts"));
  fill(service.control_group, shown_value(unit, "ControlGroup"));
  fill(service.fragment_path, shown_value(unit, "FragmentPath"));
  if (const auto paths = shown_value(unit, "DropInPaths")) {
    const auto words = split_words(*paths);
    fill(service.drop_in_paths, std::optional(std::vector<std::string>(words.begin(), words.end())));
  }
  fill(service.need_daemon_reload, yes_or_no(shown_value(unit, "NeedDaemonReload")));
  fill(service.transient, yes_or_no(shown_value(unit, "Transient")));
  fill(service.tasks_current, count_of(unit, "TasksCurrent"));
  fill(service.memory_current_bytes, count_of(unit, "MemoryCurrent"));
  fill(service.properties, std::optional(kept_properties(unit)));
  fill(service.effective, std::optional(settings_of(unit)));
}

void add_listed(Service& service, const ListedUnit& unit) {
  fill(service.load_state, std::optional(unit.load));
  fill(service.active_state, std::optional(unit.active));
  fill(service.sub_state, std::optional(unit.sub));
  if (!unit.description.empty()) fill(service.description, std::optional(unit.description));
}

void add_status(Service& service, Service unit) {
  fill(service.description, std::move(unit.description));
  fill(service.load_state, std::move(unit.load_state));
  fill(service.active_state, std::move(unit.active_state));
  fill(service.sub_state, std::move(unit.sub_state));
  fill(service.unit_file_state, std::move(unit.unit_file_state));
  fill(service.fragment_path, std::move(unit.fragment_path));
  fill(service.control_group, std::move(unit.control_group));
  fill(service.main_pid, unit.main_pid);
  fill(service.tasks_current, unit.tasks_current);
  fill(service.effective, std::move(unit.effective));
}

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// A file whose text does not say where it is from gets the name of what it describes.
std::string unit_of_files(const std::vector<UnitFile>& files, const std::string& member) {
  if (!files.front().path.empty()) return file_name(files.front().path);
  const auto assignments = applied_assignments(files);
  const auto description = assignments.find("Unit.Description");
  return description == assignments.end() || description->second.empty() ? "unit of " + member
                                                                         : description->second.back();
}

// ---- reading -------------------------------------------------------------------------------------------------------

class ServicesReader {
 public:
  ServicesReader(const Bundle& bundle, FactsBuilder& builder) : reader_(bundle, builder, "services") {}
  void read();

 private:
  Draft& draft(const std::string& unit);
  void read_text(const std::string& path);
  void read_shown(const std::string& path, std::string_view text);
  void add_files(const std::string& path, std::string_view text);
  void read_unit_folders();
  void read_manager();
  void read_times();
  void attach_files();
  void mark_workers();
  void place();
  std::optional<std::int64_t> boot_epoch_s() const;

  EvidenceReader reader_;
  Drafts drafts_;
  std::map<std::string, std::pair<std::vector<UnitFile>, std::string>> files_;  ///< by unit file name: files, evidence
  std::map<std::string, std::int64_t> times_;
  bool has_partial_ = false;
};

Draft& ServicesReader::draft(const std::string& unit) {
  Draft& found = drafts_[unit];
  found.service.unit = unit;
  return found;
}

std::optional<std::int64_t> ServicesReader::boot_epoch_s() const {
  const std::string path = "root/proc/stat";
  std::string_view text = reader_.bundle().text(path).value_or(std::string_view{});
  const auto readings = reader_.bundle().samples(path);
  if (text.empty() && !readings.empty()) text = readings.front().bytes;
  for (const std::string_view line : split_lines(text)) {
    const auto words = split_words(line);
    if (words.size() == 2 && words[0] == "btime") return parse_number<std::int64_t>(words[1]);
  }
  return std::nullopt;
}

void ServicesReader::read_shown(const std::string& path, std::string_view text) {
  const auto boot = boot_epoch_s();
  const auto parsed = parse_systemctl_show(text);
  for (const ShownUnit& unit : parsed.value) {
    Draft& target = draft(unit.unit);
    add_shown(target.service, unit, boot);
    target.sources.emplace_back("", path);
  }
  if (!parsed.unparsed.any()) return;
  reader_.unparsed("/services", path, parsed.unparsed);
  has_partial_ = true;
}

void ServicesReader::add_files(const std::string& path, std::string_view text) {
  auto parsed = parse_unit_files(text);
  for (std::vector<UnitFile>& unit : split_units(std::move(parsed.value))) {
    std::string name = unit_of_files(unit, path);
    files_.try_emplace(std::move(name), std::move(unit), path);
  }
  if (!parsed.unparsed.any()) return;
  reader_.unparsed("/services", path, parsed.unparsed);
  has_partial_ = true;
}

// A command that failed for one of its units still printed the others.
void ServicesReader::read_text(const std::string& path) {
  const auto evidence = reader_.bundle().find(path);
  if (!evidence || evidence->bytes.empty()) return;
  const std::string text = saved_text(evidence->bytes);
  if (looks_shown(text)) return read_shown(path, text);
  if (looks_like_unit_file(text)) return add_files(path, text);
  const auto status = parse_unit_status(text);
  if (looks_like_status(text)) {
    for (const Service& unit : status.value) {
      Draft& target = draft(unit.unit);
      add_status(target.service, unit);
      target.sources.emplace_back("", path);
    }
    return;
  }
  const auto listed = parse_unit_list(text);
  for (const ListedUnit& unit : listed.value) {
    Draft& target = draft(unit.unit);
    add_listed(target.service, unit);
    target.sources.emplace_back("", path);
  }
  if (!listed.unparsed.any()) return;
  reader_.unparsed("/services", path, listed.unparsed);
  has_partial_ = true;
}

// The folders of a tree that someone else saved, the one that wins first; systemd.unit(5), "UNIT FILE LOAD PATH".
void ServicesReader::read_unit_folders() {
  constexpr const char* kFolders[] = {"etc/systemd/system", "run/systemd/transient", "run/systemd/system",
                                      "usr/lib/systemd/system", "lib/systemd/system"};
  const Bundle& bundle = reader_.bundle();
  for (const char* folder : kFolders) {
    const std::string root = std::string("root/") + folder + "/";
    for (const std::string& path : bundle.glob(root + "*.service")) {
      const std::string name = file_name(path);
      if (files_.contains(name)) continue;
      auto unit = parse_unit_files(bundle.text(path).value_or(std::string_view{})).value;
      if (unit.empty()) continue;  // a link whose target was not saved, or an empty file that masks
      unit.front().path = "/" + std::string(folder) + "/" + name;
      for (const char* other : kFolders) {
        for (const std::string& drop_in : bundle.glob(std::string("root/") + other + "/" + name + ".d/*.conf")) {
          for (UnitFile& file : parse_unit_files(*bundle.text(drop_in)).value) {
            file.path = drop_in.substr(std::string_view("root").size());
            unit.push_back(std::move(file));
          }
        }
      }
      files_.try_emplace(name, std::move(unit), path);
    }
  }
}

// The service manager's own affinity, which every service inherits that names none; systemd-system.conf(5). PID 1 is
// the one process of init.scope.
void ServicesReader::read_manager() {
  const std::string path = "root/etc/systemd/system.conf";
  const auto text = reader_.bundle().text(path);
  if (!text) return;
  const auto given = applied_assignments(parse_unit_files(*text).value);
  std::map<std::string, std::vector<std::string>> own;
  for (const char* name : {"CPUAffinity", "NUMAPolicy", "NUMAMask"}) {
    const auto found = given.find(std::string("Manager.") + name);
    if (found != given.end() && !found->second.empty()) own[std::string("Service.") + name] = found->second;
  }
  if (own.empty()) return;
  Draft& target = draft("init.scope");
  target.service.declared = settings_of(own);
  target.sources.emplace_back("/declared", path);
}

void ServicesReader::read_times() {
  const auto text = reader_.bundle().find("commands/unit-file-times/stdout");
  if (!text) return;
  for (const std::string_view line : split_lines(text->bytes)) {
    const std::size_t blank = line.find(' ');
    const auto seconds = blank == std::string_view::npos ? std::nullopt : parse_decimal(line.substr(0, blank));
    constexpr double kFarFuture = 1e12;
    if (!seconds || *seconds < 0 || *seconds > kFarFuture) continue;
    times_[std::string(line.substr(blank + 1))] = static_cast<std::int64_t>(std::floor(*seconds));
  }
}

// Each unit gets its files: by FragmentPath, for an instance of a template by the template's name, else by its own.
void ServicesReader::attach_files() {
  std::set<std::string> used;
  for (auto& [unit, target] : drafts_) {
    std::string name = target.service.fragment_path ? file_name(*target.service.fragment_path) : unit;
    if (!files_.contains(name)) name = unit;
    const auto found = files_.find(name);
    if (found == files_.end()) continue;
    target.files = found->second.first;
    target.sources.emplace_back("/declared", found->second.second);
    target.sources.emplace_back("/files", found->second.second);
    used.insert(name);
  }
  for (auto& [name, files] : files_) {
    if (used.contains(name)) continue;
    Draft& target = draft(name);
    target.files = files.first;
    target.sources.emplace_back("", files.second);
  }
  for (auto& [unit, target] : drafts_) {
    if (target.files.empty()) continue;
    target.service.declared = settings_of(applied_assignments(target.files));
    target.service.files.emplace();
    for (const UnitFile& file : target.files) {
      if (file.path.empty()) continue;
      const auto time = times_.find(file.path);
      target.service.files->push_back(
          {.path = file.path, .modified_epoch_s = time == times_.end() ? std::nullopt : std::optional(time->second)});
      if (time != times_.end()) target.sources.emplace_back("/files", "commands/unit-file-times/stdout");
    }
  }
}

void ServicesReader::mark_workers() {
  const auto text = reader_.bundle().text("probes/discovery.json");
  if (!text) return;
  const auto found = parse_discovery(*text);
  if (!found) return;
  std::set<std::string> units;
  for (const DiscoveredWorker& worker : *found) {
    const auto cgroup = reader_.bundle().text("root/proc/" + std::to_string(worker.pid) + "/cgroup");
    for (const auto& [controllers, path] : cgroup_paths(cgroup.value_or(std::string_view{}))) {
      for (std::string_view part : split(path, '/')) {
        if (part.starts_with('_')) part.remove_prefix(1);
        units.emplace(part);
      }
    }
  }
  for (auto& [unit, target] : drafts_) target.service.holds_worker = units.contains(unit);
}

void ServicesReader::place() {
  FactsBuilder& builder = reader_.facts();
  builder.facts.services.emplace();
  for (auto& [unit, target] : drafts_) {
    const std::string pointer = "/services/" + std::to_string(builder.facts.services->size());
    for (const auto& [below, path] : target.sources) builder.source(pointer + below, path);
    if (target.service.holds_worker.value_or(false) && !target.service.declared) {
      const bool has_file = target.service.fragment_path.has_value();
      reader_.missing(pointer + "/declared", has_file ? "file_absent" : "structural",
                      has_file ? "systemctl cat " + unit : unit + " was made at run time, it has no file");
    }
    builder.facts.services->push_back(std::move(target.service));
  }
}

void ServicesReader::read() {
  const Bundle& bundle = reader_.bundle();
  // By name: other families ask systemctl for things of their own.
  for (const char* pattern : {"commands/systemctl-cat/stdout", "commands/systemctl-show-node/stdout",
                              "commands/systemctl-show/stdout", "commands/systemd*/stdout"}) {
    for (const auto& [path, bytes] : bundle.members()) {
      if (glob_match(pattern, path)) read_text(path);
    }
  }
  read_unit_folders();
  read_manager();
  read_times();
  attach_files();
  mark_workers();
  if (drafts_.empty()) {
    if (!has_partial_) reader_.explain("commands/systemctl-show/stdout", "/services");
    return;
  }
  place();
}

void read(const Bundle& bundle, FactsBuilder& builder) { ServicesReader(bundle, builder).read(); }

}  // namespace

extern const Collector k_services_collector{
    .name = "services",
    .about = "systemd units of the workers and of the node: declared and effective placement, limits, weights",
    .captures = kCaptures,
    .read = read,
    .texts = kTexts,
};

}  // namespace ihc
