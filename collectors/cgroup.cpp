// The control groups of the workers, of everything above them and of what lies beside: what each may use, and what it
// was held back from.
//
//   /sys/fs/cgroup/system.slice/vllm.service/cpu.max                 4800000 100000
//   /sys/fs/cgroup/system.slice/vllm.service/cpuset.cpus.effective   0-31
//   /sys/fs/cgroup/memory/docker/3f1a…/memory.limit_in_bytes         9223372036854771712      (version 1)
//
// A limit anywhere above a group holds for it too, so every ancestor is read. Throttling is read every second, because
// one second in which the whole group stood still is lost in the mean of a window. What lies beside the workers on
// each level is read as far as it competes for CPUs: weight, cpuset, and time used.

#include <algorithm>

#include "collect/collector.h"
#include "collectors/cgroup/cgroup_tree.h"
#include "collectors/cgroup/group_reader.h"
#include "collectors/reading/evidence_reader.h"
#include "collectors/workers/discovery.h"

namespace ihc {

namespace {

constexpr std::size_t kStatBytes = 256 * limits::kKiB;

constexpr Capture kCaptures[] = {
    File{.path = "/sys/fs/cgroup/cgroup.controllers"},
    Sampled{.family = "cgroup-cpu", .path = "{cgroup}/cpu.stat"},
    Sampled{.family = "cgroup-cpu", .path = "{cgroup}/*/cpu.stat", .ends_only = true},
    Sampled{.family = "cgroup", .path = "{cgroup}/cpuacct.usage", .ends_only = true},
    Sampled{.family = "cgroup", .path = "{cgroup}/cpu.pressure"},
    Sampled{.family = "cgroup", .path = "{cgroup}/memory.pressure"},
    Sampled{.family = "cgroup", .path = "{cgroup}/io.pressure"},
    Sampled{.family = "cgroup", .path = "{cgroup}/memory.events", .ends_only = true},
    Sampled{.family = "cgroup", .path = "{cgroup}/memory.failcnt", .ends_only = true},
    Sampled{.family = "cgroup", .path = "{cgroup}/memory.oom_control", .ends_only = true},
    Sampled{.family = "cgroup", .path = "{cgroup}/memory.numa_stat"},
    Files{.family = "cgroup", .path = "{cgroup}/cpuset.cpus"},
    Files{.family = "cgroup", .path = "{cgroup}/cpuset.cpus.effective"},
    Files{.family = "cgroup", .path = "{cgroup}/cpuset.effective_cpus"},
    Files{.family = "cgroup", .path = "{cgroup}/cpuset.mems"},
    Files{.family = "cgroup", .path = "{cgroup}/cpuset.mems.effective"},
    Files{.family = "cgroup", .path = "{cgroup}/cpuset.effective_mems"},
    Files{.family = "cgroup", .path = "{cgroup}/cpuset.cpus.partition"},
    Files{.family = "cgroup", .path = "{cgroup}/cpuset.cpus.exclusive.effective"},
    Files{.family = "cgroup", .path = "{cgroup}/cpuset.cpu_exclusive"},
    Files{.family = "cgroup", .path = "{cgroup}/cpu.max"},
    Files{.family = "cgroup", .path = "{cgroup}/cpu.max.burst"},
    Files{.family = "cgroup", .path = "{cgroup}/cpu.cfs_quota_us"},
    Files{.family = "cgroup", .path = "{cgroup}/cpu.cfs_period_us"},
    Files{.family = "cgroup", .path = "{cgroup}/cpu.cfs_burst_us"},
    Files{.family = "cgroup", .path = "{cgroup}/cpu.weight"},
    Files{.family = "cgroup", .path = "{cgroup}/cpu.shares"},
    Files{.family = "cgroup", .path = "{cgroup}/cpu.idle"},
    Files{.family = "cgroup", .path = "{cgroup}/memory.current"},
    Files{.family = "cgroup", .path = "{cgroup}/memory.usage_in_bytes"},
    Files{.family = "cgroup", .path = "{cgroup}/memory.peak"},
    Files{.family = "cgroup", .path = "{cgroup}/memory.max_usage_in_bytes"},
    Files{.family = "cgroup", .path = "{cgroup}/memory.min"},
    Files{.family = "cgroup", .path = "{cgroup}/memory.low"},
    Files{.family = "cgroup", .path = "{cgroup}/memory.high"},
    Files{.family = "cgroup", .path = "{cgroup}/memory.soft_limit_in_bytes"},
    Files{.family = "cgroup", .path = "{cgroup}/memory.max"},
    Files{.family = "cgroup", .path = "{cgroup}/memory.limit_in_bytes"},
    Files{.family = "cgroup", .path = "{cgroup}/memory.swap.current"},
    Files{.family = "cgroup", .path = "{cgroup}/memory.swap.max"},
    Files{.family = "cgroup", .path = "{cgroup}/memory.stat", .max_bytes = kStatBytes},
    Files{.family = "cgroup", .path = "{cgroup}/hugetlb.*.current"},
    Files{.family = "cgroup", .path = "{cgroup}/hugetlb.*.usage_in_bytes"},
    Files{.family = "cgroup", .path = "{cgroup}/hugetlb.*.numa_stat"},
    Files{.family = "cgroup", .path = "{cgroup}/io.weight"},
    Files{.family = "cgroup", .path = "{cgroup}/io.bfq.weight"},
    Files{.family = "cgroup", .path = "{cgroup}/blkio.weight"},
    Files{.family = "cgroup", .path = "{cgroup}/pids.current"},
    Files{.family = "cgroup", .path = "{cgroup}/pids.max"},
    Files{.family = "cgroup", .path = "{cgroup}/*/cpu.weight"},
    Files{.family = "cgroup", .path = "{cgroup}/*/cpu.shares"},
    Files{.family = "cgroup", .path = "{cgroup}/*/io.weight"},
    Files{.family = "cgroup", .path = "{cgroup}/*/cpuset.cpus"},
    Files{.family = "cgroup", .path = "{cgroup}/*/cpuset.cpus.effective"},
    Files{.family = "cgroup", .path = "{cgroup}/*/cpuset.effective_cpus"},
    Files{.family = "cgroup", .path = "{cgroup}/*/cpuset.cpus.partition"},
};

// ---- all of them ---------------------------------------------------------------------------------------------------

// The groups of all workers; nothing when no discovery was recorded.
std::optional<std::vector<std::string>> worker_groups(const Bundle& bundle) {
  const auto text = bundle.text("probes/discovery.json");
  const auto found = text ? parse_discovery(*text) : fail(ErrorCode::not_found, "no discovery", "probes");
  if (!found) return std::nullopt;
  std::vector<std::string> paths;
  for (const DiscoveredWorker& worker : *found) {
    const auto cgroup = bundle.text("root/proc/" + std::to_string(worker.pid) + "/cgroup");
    for (auto& [controllers, path] : cgroup_paths(cgroup.value_or(std::string_view{}))) paths.push_back(path);
  }
  return paths;
}

std::optional<std::string> unit_name(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  const bool is_unit = name.ends_with(".service") || name.ends_with(".scope") || name.ends_with(".slice");
  return is_unit ? std::optional(name.starts_with('_') ? name.substr(1) : name) : std::nullopt;
}

void read(const Bundle& bundle, FactsBuilder& builder) {
  const EvidenceReader reader(bundle, builder, "cgroup");
  const CgroupPlaces places = find_cgroups(bundle);
  if (places.empty()) return reader.explain("root/sys/fs/cgroup/cgroup.controllers", "/cgroups");
  const auto workers = worker_groups(bundle);
  builder.facts.cgroups.emplace();
  for (const auto& [path, place] : places) {
    const std::string pointer = "/cgroups/" + std::to_string(builder.facts.cgroups->size());
    Cgroup group = read_cgroup(reader, place, pointer);
    group.path = to_valid_utf8(path);
    group.unit = unit_name(group.path);
    const std::size_t slash = group.path.rfind('/');
    if (group.path != "/") group.parent = slash == 0 ? "/" : group.path.substr(0, slash);
    if (workers) {
      group.holds_worker = std::any_of(workers->begin(), workers->end(), [&path = path](const std::string& worker) {
        return is_cgroup_on_path(path, worker);
      });
    }
    builder.facts.cgroups->push_back(std::move(group));
  }
}

}  // namespace

extern const Collector k_cgroup_collector{
    .name = "cgroup",
    .about = "control groups of the workers and above them: cpusets, quota and throttling, memory limits and events",
    .captures = kCaptures,
    .read = read,
};

}  // namespace ihc
