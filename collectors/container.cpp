// Containers and Kubernetes: which runtime holds the workers, and what the node's kubelet decides about their
// placement.
//
//   /var/lib/kubelet/config.yaml         cpuManagerPolicy: static / topologyManagerPolicy: single-numa-node / …
//   /var/lib/kubelet/cpu_manager_state   {"policyName":"static","defaultCpuSet":"0-1","entries":{…},"checksum":…}
//   ps -p 1 -C kubelet -o args=          /sbin/init
//                                        /usr/bin/kubelet --config=/var/lib/kubelet/config.yaml --reserved-cpus=0-1
//
// ps is asked for process 1 as well, because finding nothing is a failure for it.
// An option on the command line goes before the same one in the file. What the pods ask for is known to the API server
// only; on the node, the class of a pod is in its cgroup path, its limits in the cgroup's files.

#include <set>

#include "collect/collector.h"
#include "collectors/cgroup/cgroup_tree.h"
#include "collectors/container/container_path.h"
#include "collectors/container/kubelet.h"
#include "collectors/reading/evidence_reader.h"
#include "collectors/reading/saved_text.h"
#include "collectors/workers/discovery.h"

namespace ihc {

namespace {

constexpr Capture kCaptures[] = {
    File{.path = "/var/lib/kubelet/config.yaml", .scrub = ScrubKind::text, .needs = Needs::root},
    File{.path = "/var/lib/kubelet/config.json", .scrub = ScrubKind::text, .needs = Needs::root},
    File{.path = "/etc/kubernetes/kubelet/kubelet-config.json", .scrub = ScrubKind::text, .needs = Needs::root},
    File{.path = "/etc/kubernetes/kubelet/config.json", .scrub = ScrubKind::text, .needs = Needs::root},
    File{.path = "/home/kubernetes/kubelet-config.yaml", .scrub = ScrubKind::text, .needs = Needs::root},
    File{.path = "/var/lib/kubelet/cpu_manager_state", .needs = Needs::root},
    File{.path = "/var/lib/kubelet/memory_manager_state", .needs = Needs::root},
    CommandOutput{.slug = "ps-kubelet",
                  .argv = {"ps", "-p", "1", "-C", "kubelet", "-ww", "-o", "args="},
                  .hint = "install the package procps"},
};

constexpr const char* kConfigPaths[] = {
    "commands/kubelet-config/stdout",          "root/var/lib/kubelet/config.yaml",
    "root/var/lib/kubelet/config.json",        "root/etc/kubernetes/kubelet/kubelet-config.json",
    "root/etc/kubernetes/kubelet/config.json", "root/home/kubernetes/kubelet-config.yaml",
    "root/etc/kubernetes/kubelet.conf"};

Likeness config_likeness(std::string_view given) {
  const std::string text = saved_text(given);
  for (const std::string_view sign : {"KubeletConfiguration", "kubeletConfig:", "\"kubeletconfig\""}) {
    if (text.find(sign) != std::string_view::npos) return Likeness::sure;
  }
  return parse_kubelet_config(text) ? Likeness::maybe : Likeness::no;
}

Likeness cpu_state_likeness(std::string_view text) {
  return text.find("\"defaultCpuSet\"") != std::string_view::npos && parse_cpu_manager_state(text) ? Likeness::sure
                                                                                                   : Likeness::no;
}

Likeness memory_state_likeness(std::string_view text) {
  return text.find("\"machineState\"") != std::string_view::npos && parse_memory_manager_state(text) ? Likeness::sure
                                                                                                     : Likeness::no;
}

constexpr ForeignText kTexts[] = {
    {.kind = "kubelet-config",
     .about = "a kubelet's configuration, YAML or JSON",
     .member = "commands/kubelet-config/stdout",
     .likeness = config_likeness},
    {.kind = "cpu-manager-state",
     .about = "/var/lib/kubelet/cpu_manager_state",
     .member = "root/var/lib/kubelet/cpu_manager_state",
     .likeness = cpu_state_likeness},
    {.kind = "memory-manager-state",
     .about = "/var/lib/kubelet/memory_manager_state",
     .member = "root/var/lib/kubelet/memory_manager_state",
     .likeness = memory_state_likeness},
};

constexpr const char* kKubelet = "/container/kubelet";

bool read_config(const EvidenceReader& reader, Kubelet& kubelet) {
  for (const char* path : kConfigPaths) {
    const auto text = reader.bundle().text(path);
    if (!text) continue;
    auto parsed = parse_kubelet_config(saved_text(*text));
    if (!parsed) {
      reader.missing(kKubelet, "parse_error", std::string(path) + " " + parsed.error().what);
      continue;
    }
    kubelet = std::move(*parsed);
    kubelet.config_path = path;
    reader.facts().source(kKubelet, path);
    return true;
  }
  return false;
}

template <class State>
void read_state(const EvidenceReader& reader, const std::string& file, std::optional<State>& slot,
                Result<State> (*parse)(std::string_view)) {
  const std::string path = "root/var/lib/kubelet/" + file;
  const std::string pointer = std::string(kKubelet) + "/" + file;
  const auto text = reader.bundle().text(path);
  if (!text) return reader.explain(path, pointer);
  auto state = parse(*text);
  if (!state) return reader.missing(pointer, "parse_error", path + " " + state.error().what);
  reader.facts().source(pointer, path);
  slot = std::move(*state);
}

std::vector<std::string> words(const std::vector<std::string_view>& parts) {
  std::vector<std::string> all;
  for (const std::string_view part : parts) all.push_back(to_valid_utf8(part));
  return all;
}

void read_flags(const EvidenceReader& reader, Kubelet& kubelet) {
  const std::string pointer = std::string(kKubelet) + "/flags";
  const std::string path = "commands/ps-kubelet/stdout";
  for (const std::string_view line : split_lines(reader.bundle().text(path).value_or(std::string_view{}))) {
    if (kubelet.flags) break;
    kubelet.flags = kubelet_flags(words(split_words(line)));
    if (kubelet.flags) reader.facts().source(pointer, path);
  }
  for (const std::string& process : reader.bundle().glob("root/proc/*/cmdline")) {
    if (kubelet.flags) return;
    kubelet.flags = kubelet_flags(words(split_nul(*reader.bundle().text(process))));
    if (kubelet.flags) reader.facts().source(pointer, process);
  }
}

// An option goes before the file.
void apply_flags(Kubelet& kubelet) {
  if (!kubelet.flags) return;
  const auto take = [&](std::optional<std::string>& slot, const char* flag) {
    const auto found = kubelet.flags->find(flag);
    if (found != kubelet.flags->end()) slot = found->second;
  };
  take(kubelet.cpu_manager_policy, "cpu-manager-policy");
  take(kubelet.memory_manager_policy, "memory-manager-policy");
  take(kubelet.topology_manager_policy, "topology-manager-policy");
  take(kubelet.topology_manager_scope, "topology-manager-scope");
  take(kubelet.cgroup_driver, "cgroup-driver");
  if (const auto cpus = kubelet.flags->find("reserved-cpus"); cpus != kubelet.flags->end()) {
    if (auto set = CpuSet::parse_list(cpus->second)) kubelet.reserved_system_cpus = std::move(*set);
  }
}

std::vector<std::string> runtimes_of_workers(const EvidenceReader& reader) {
  std::set<std::string> runtimes;
  const auto text = reader.bundle().text("probes/discovery.json");
  if (!text) return {};
  const auto found = parse_discovery(*text);
  if (!found) return {};
  for (const DiscoveredWorker& worker : *found) {
    const std::string path = "root/proc/" + std::to_string(worker.pid) + "/cgroup";
    for (const auto& [controllers, group] : cgroup_paths(reader.bundle().text(path).value_or(std::string_view{}))) {
      if (const auto runtime = container_of_path(group).runtime) {
        runtimes.insert(*runtime);
        reader.facts().source("/container/runtimes", path);
      }
    }
  }
  return {runtimes.begin(), runtimes.end()};
}

void read(const Bundle& bundle, FactsBuilder& builder) {
  const EvidenceReader reader(bundle, builder, "container");
  Container container;
  if (bundle.text("probes/discovery.json")) container.runtimes = runtimes_of_workers(reader);
  Kubelet kubelet;
  const bool has_config = read_config(reader, kubelet);
  read_flags(reader, kubelet);
  apply_flags(kubelet);
  read_state(reader, "cpu_manager_state", kubelet.cpu_manager_state, parse_cpu_manager_state);
  read_state(reader, "memory_manager_state", kubelet.memory_manager_state, parse_memory_manager_state);
  if (has_config || kubelet.flags || kubelet.cpu_manager_state || kubelet.memory_manager_state) {
    container.kubelet = std::move(kubelet);
  } else if (!builder.missing().contains(kKubelet)) {
    reader.explain("root/var/lib/kubelet/config.yaml", kKubelet);
  }
  if (container.runtimes || container.kubelet) builder.facts.container = std::move(container);
}

}  // namespace

extern const Collector k_container_collector{
    .name = "container",
    .about = "container runtime of the workers; the kubelet's CPU, memory and topology managers and their state",
    .captures = kCaptures,
    .read = read,
    .texts = kTexts,
};

}  // namespace ihc
