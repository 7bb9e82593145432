#include "collectors/workers/foreign_texts.h"

#include <algorithm>
#include <map>

#include "collectors/reading/saved_text.h"
#include "collectors/reading/task_sched_text.h"
#include "collectors/workers/cgroup_path.h"
#include "collectors/workers/confinement.h"
#include "collectors/workers/numa_maps.h"
#include "collectors/workers/numastat_p.h"
#include "collectors/workers/process_files.h"

namespace ihc {

namespace {

// ---- which text is what --------------------------------------------------------------------------------------------

// How many lines that hold anything satisfy `is_one`, and how many there are. The last line may be cut.
struct LineCount {
  std::size_t good = 0;
  std::size_t all = 0;
};

template <class Predicate>
LineCount count_lines(std::string_view text, const Predicate& is_one) {
  LineCount count;
  for (const std::string_view line : split_lines(text)) {
    if (trim(line).empty()) continue;
    ++count.all;
    if (is_one(trim(line))) ++count.good;
  }
  return count;
}

Likeness numa_maps_likeness(std::string_view given) {
  const std::string text = saved_text(given);
  const auto count = count_lines(text, [](std::string_view line) {
    const auto words = split_words(line);
    constexpr std::string_view kPolicies[] = {"default", "bind", "prefer", "interleave", "local", "weighted"};
    return words.size() > 1 && parse_number<std::uint64_t>(words[0], 16) &&
           std::any_of(std::begin(kPolicies), std::end(kPolicies),
                       [&](std::string_view policy) { return words[1].starts_with(policy); });
  });
  return count.good > 0 && count.good + 2 >= count.all ? Likeness::sure : Likeness::no;
}

Likeness numastat_likeness(std::string_view given) {
  const std::string text = saved_text(given);
  if (text.find("er-node process memory usage") == std::string_view::npos) return Likeness::no;
  return Likeness::sure;
}

Likeness status_likeness(std::string_view given) {
  const std::string text = saved_text(given);
  std::size_t known = 0;
  for (const std::string_view name : {"Name:", "State:", "Tgid:", "Pid:", "PPid:", "VmRSS:", "Threads:", "SigQ:",
                                      "CapEff:", "Cpus_allowed_list:", "voluntary_ctxt_switches:"}) {
    known += text.find(name) != std::string_view::npos ? 1U : 0U;
  }
  // A process of another kind of list ("Name:", "State:") lacks the kernel's own words.
  const bool has_own =
      text.find("Tgid:") != std::string_view::npos || text.find("Cpus_allowed") != std::string_view::npos;
  constexpr std::size_t kEnough = 5;
  return has_own && known >= kEnough ? Likeness::sure : Likeness::no;
}

Likeness sched_likeness(std::string_view given) {
  const std::string text = saved_text(given);
  const bool has_own = text.find("se.exec_start") != std::string_view::npos ||
                       text.find("se.sum_exec_runtime") != std::string_view::npos;
  return has_own && text.find("#threads:") != std::string_view::npos ? Likeness::sure : Likeness::no;
}

Likeness cgroup_likeness(std::string_view given) {
  const std::string text = saved_text(given);
  const auto count = count_lines(text, [](std::string_view line) {
    const auto parts = split(line, ':');
    return parts.size() >= 3 && parse_number<std::uint32_t>(parts[0]) && parts[2].starts_with('/');
  });
  return count.good > 0 && count.good + 2 >= count.all ? Likeness::sure : Likeness::no;
}

constexpr ForeignText kTexts[] = {
    {.kind = "numa_maps",
     .about = "/proc/PID/numa_maps: mappings with policy and pages by node",
     .member = "commands/numa_maps/stdout",
     .likeness = numa_maps_likeness},
    {.kind = "numastat-p",
     .about = "numastat -p PID or NAME: resident megabytes by node",
     .member = "commands/numastat-p/stdout",
     .likeness = numastat_likeness},
    {.kind = "pid-status",
     .about = "/proc/PID/status: masks, memory, capabilities of a process",
     .member = "commands/pid-status/stdout",
     .likeness = status_likeness},
    {.kind = "pid-sched",
     .about = "/proc/PID/sched: switches, migrations and NUMA faults of a process",
     .member = "commands/pid-sched/stdout",
     .likeness = sched_likeness},
    {.kind = "cgroup",
     .about = "/proc/PID/cgroup: the control groups of a process",
     .member = "commands/cgroup/stdout",
     .likeness = cgroup_likeness},
};

// ---- reading -------------------------------------------------------------------------------------------------------

// One text in a builder of its own: its notes are moved below the worker's final place later.
struct Notes {
  explicit Notes(const Bundle& bundle) : reader(bundle, builder, "workers") {}
  FactsBuilder builder;
  EvidenceReader reader;

  void move_to(ToldWorker& told) const {
    for (const auto& [pointer, paths] : builder.sources()) {
      for (const std::string& path : paths) told.sources.emplace_back(pointer, path);
    }
    for (const auto& [pointer, why] : builder.missing()) told.missing.emplace_back(pointer, why);
  }
};

class TextsReader {
 public:
  explicit TextsReader(const Bundle& bundle) : bundle_(bundle) {}

  std::vector<ToldWorker> read() {
    for_each_text("numastat-p", [this](const std::string& path, std::string_view text) { read_numastat(path, text); });
    for_each_text("pid-status", [this](const std::string& path, std::string_view text) { read_status(path, text); });
    for_each_text("pid-sched", [this](const std::string& path, std::string_view text) { read_sched_text(path, text); });
    for_each_text("numa_maps", [this](const std::string& path, std::string_view text) { read_maps(path, text); });
    for_each_text("cgroup", [this](const std::string& path, std::string_view text) { read_groups(path, text); });
    std::vector<ToldWorker> all;
    for (auto& [pid, told] : by_pid_) all.push_back(std::move(told));
    std::move(nameless_.begin(), nameless_.end(), std::back_inserter(all));
    return all;
  }

 private:
  // "commands/KIND/stdout" and the further ones, "commands/KIND-2/stdout".
  template <class Visit>
  void for_each_text(const std::string& kind, const Visit& visit) {
    std::vector<std::string> paths = bundle_.glob("commands/" + kind + "/stdout");
    for (const std::string& path : bundle_.glob("commands/" + kind + "-*/stdout")) {
      const std::string_view rest =
          std::string_view(path).substr(std::string_view("commands/").size() + kind.size() + 1);
      if (parse_number<std::uint32_t>(rest.substr(0, rest.find('/')))) paths.push_back(path);
    }
    for (const std::string& path : paths) visit(path, saved_text(*bundle_.text(path)));
  }

  ToldWorker& told(const std::optional<std::int64_t>& pid) {
    if (!pid) return nameless_.emplace_back(ToldWorker{.worker = {.found_by = "import"}});
    ToldWorker& known = by_pid_[*pid];
    known.worker.pid = pid;
    known.worker.found_by = "import";
    return known;
  }

  void note_partial(ToldWorker& target, const std::string& pointer, const std::string& path, const Unparsed& what) {
    const Notes notes(bundle_);
    notes.reader.unparsed(pointer, path, what);
    notes.move_to(target);
  }

  void read_numastat(const std::string& path, std::string_view text) {
    auto parsed = parse_numastat_p(text);
    if (parsed.value.empty()) {
      parsed.unparsed.add(trim(text));
      return note_partial(told(std::nullopt), "", path, parsed.unparsed);
    }
    for (NumastatProcess& process : parsed.value) {
      ToldWorker& target = told(process.pid);
      if (process.name) target.worker.name = *process.name;
      if (!process.bytes_by_node.empty()) {
        target.worker.bytes_by_node = std::move(process.bytes_by_node);
        target.worker.placement_source = "numastat_p";
        target.worker.placement_scope = "process";
      }
      if (!process.bytes_by_kind.empty()) target.worker.bytes_by_kind = std::move(process.bytes_by_kind);
      if (process.total_bytes) target.worker.resident_bytes = process.total_bytes;
      target.sources.emplace_back("", path);
      if (parsed.unparsed.any()) note_partial(target, "/bytes_by_node", path, parsed.unparsed);
    }
  }

  void read_status(const std::string& path, std::string_view text) {
    const auto parsed = parse_process_status(text);
    ToldWorker& target = told(parsed.value.pid);
    apply_status(parsed.value, target.worker);
    target.worker.cpus_allowed = parsed.value.cpus_allowed;
    if (parsed.value.cpus_allowed) target.worker.distinct_thread_cpus_allowed = {*parsed.value.cpus_allowed};
    target.sources.emplace_back("", path);
    if (parsed.unparsed.any()) note_partial(target, "", path, parsed.unparsed);
  }

  void read_sched_text(const std::string& path, std::string_view text) {
    const auto parsed = parse_task_sched(text);
    for (const TaskSchedText& account : parsed.value) read_account(path, account);
    if (!parsed.unparsed.any()) return;
    const auto pid = parsed.value.empty() ? std::nullopt : std::optional(parsed.value.back().pid);
    note_partial(told(pid), "/numa_scheduling", path, parsed.unparsed);
  }

  void read_account(const std::string& path, const TaskSchedText& account) {
    ToldWorker& target = told(account.pid);
    target.worker.name = account.name;
    target.worker.thread_count = account.threads;
    if (!account.counters.empty()) target.worker.numa_scheduling = account.counters;
    const auto policy = account.counters.find("policy");
    if (policy != account.counters.end()) {
      if (auto name = scheduling_policy_name(policy->second)) target.worker.scheduling_policies = {{*name}};
    }
    target.sources.emplace_back("", path);
  }

  void read_maps(const std::string& path, std::string_view text) {
    ToldWorker& target = told(std::nullopt);
    target.worker.name = "numa_maps";
    const Notes notes(bundle_);
    apply_numa_maps(notes.reader, path, text, false, target.worker);
    notes.move_to(target);
  }

  void read_groups(const std::string& path, std::string_view text) {
    ToldWorker& target = told(std::nullopt);
    target.worker.name = "cgroup";
    const Notes notes(bundle_);
    auto parsed = parse_cgroup(text);
    notes.reader.facts().source("", path);
    if (parsed.unparsed.any()) notes.reader.unparsed("/cgroup", path, parsed.unparsed);
    target.worker.cgroup = std::move(parsed.value.path);
    target.worker.unit = std::move(parsed.value.unit);
    target.worker.unit_kind = std::move(parsed.value.unit_kind);
    target.worker.in_container = parsed.value.in_container;
    read_cgroup_values(notes.reader, find_cgroups(bundle_), text, target.worker);
    notes.move_to(target);
  }

  const Bundle& bundle_;
  std::map<std::int64_t, ToldWorker> by_pid_;
  std::vector<ToldWorker> nameless_;
};

}  // namespace

std::span<const ForeignText> worker_texts() { return kTexts; }

std::vector<ToldWorker> read_worker_texts(const Bundle& bundle) { return TextsReader(bundle).read(); }

void apply_numa_maps(const EvidenceReader& reader, const std::string& path, std::string_view text, bool is_cut,
                     Worker& worker) {
  const char* const pointers[] = {"/pages_by_node", "/bytes_by_node", "/file_bytes_by_node", "/memory_policies"};
  Parsed<NumaMaps> parsed = parse_numa_maps(text);
  if (is_cut) parsed.unparsed.add("(the rest was cut at the capture's limit)");
  // A sum over a part of the mappings would look like a placement; it is none.
  if (parsed.unparsed.any()) {
    for (const char* pointer : pointers) reader.unparsed(pointer, path, parsed.unparsed);
    return;
  }
  for (const char* pointer : pointers) reader.facts().source(pointer, path);
  worker.pages_by_node = std::move(parsed.value.pages_by_node);
  worker.bytes_by_node = std::move(parsed.value.bytes_by_node);
  worker.file_bytes_by_node = std::move(parsed.value.file_bytes_by_node);
  worker.memory_policies = std::move(parsed.value.policies);
  worker.placement_source = "numa_maps";
  worker.placement_scope = "process";
}

}  // namespace ihc
