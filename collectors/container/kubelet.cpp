#include "collectors/container/kubelet.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "base/yaml_document.h"

namespace ihc {

namespace {

constexpr const char* kWhere = "kubelet";

const Json* member(const Json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

// A scalar as it was written: quantities and switches may or may not be quoted.
std::optional<std::string> scalar(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number_integer() || value.is_number_float()) return to_compact_text(value);
  return std::nullopt;
}

std::optional<std::string> text_of(const Json& object, const char* name) {
  const Json* value = member(object, name);
  auto text = value != nullptr ? scalar(*value) : std::nullopt;
  return text && text->empty() ? std::nullopt : text;
}

std::optional<std::int64_t> count_of(const Json& object, const char* name) {
  const auto text = text_of(object, name);
  const auto value = text ? parse_number<std::int64_t>(*text) : std::nullopt;
  return value && *value >= 0 ? value : std::nullopt;
}

std::optional<bool> switch_of(const Json& object, const char* name) {
  const auto text = text_of(object, name);
  if (text != "true" && text != "false") return std::nullopt;
  return text == "true";
}

std::optional<CpuSet> set_of(const Json& object, const char* name) {
  const Json* value = member(object, name);
  const auto text = value != nullptr ? scalar(*value) : std::nullopt;
  return text ? CpuSet::parse_list(*text) : std::nullopt;
}

std::optional<std::map<std::string, std::string>> map_of(const Json& object, const char* name) {
  const Json* value = member(object, name);
  if (value == nullptr || !value->is_object()) return std::nullopt;
  std::map<std::string, std::string> map;
  for (const auto& [key, entry] : value->items()) {
    if (auto text = scalar(entry)) map[key] = std::move(*text);
  }
  return map;
}

std::optional<std::map<std::string, bool>> gates_of(const Json& object) {
  const Json* value = member(object, "featureGates");
  if (value == nullptr || !value->is_object()) return std::nullopt;
  std::map<std::string, bool> gates;
  for (const auto& [key, entry] : value->items()) {
    if (const auto text = scalar(entry); text == "true" || text == "false") gates[key] = text == "true";
  }
  return gates;
}

std::optional<std::vector<ReservedMemory>> reserved_memory_of(const Json& object) {
  const Json* list = member(object, "reservedMemory");
  if (list == nullptr || !list->is_array()) return std::nullopt;
  std::vector<ReservedMemory> all;
  for (const Json& entry : *list) {
    const auto node = count_of(entry, "numaNode");
    if (!node) continue;
    all.push_back(
        {.numa_node = *node, .limits = map_of(entry, "limits").value_or(std::map<std::string, std::string>())});
  }
  return all;
}

Result<Json> json_or_yaml(std::string_view text) {
  if (trim(text).starts_with('{')) return parse_json(text, kWhere);
  const YamlSource source(kWhere, text);
  YamlNode root;
  std::vector<Diagnostic> diagnostics;
  if (source.parse(root, diagnostics)) return to_json(root);
  return fail(ErrorCode::malformed, diagnostics.empty() ? "is no YAML" : diagnostics.front().message, kWhere);
}

// The object itself, wherever it is wrapped.
const Json* configuration_in(const Json& document) {
  constexpr const char* kTelling[] = {
      "cpuManagerPolicy",    "topologyManagerPolicy", "evictionHard",   "clusterDNS",   "reservedSystemCPUs",
      "memoryManagerPolicy", "cgroupDriver",          "systemReserved", "kubeReserved", "maxPods"};
  const auto kind = text_of(document, "kind");
  if (kind == "KubeletConfiguration") return &document;
  if (const Json* spec = member(document, "spec")) {
    if (const Json* inside = member(*spec, "kubeletConfig")) return inside;
  }
  if (const Json* inside = member(document, "kubeletconfig")) return inside;
  // A file without its kind is one still, unless it says that it is something else.
  const bool tells = std::any_of(std::begin(kTelling), std::end(kTelling),
                                 [&](const char* name) { return member(document, name) != nullptr; });
  return !kind && tells ? &document : nullptr;
}

using NodeAmounts = std::map<std::string, std::map<std::string, std::int64_t>>;

// machineState: node → memoryMap → type → {allocatable, free, …}
NodeAmounts amounts_of(const Json& state, const char* which) {
  NodeAmounts amounts;
  const Json* machine = member(state, "machineState");
  if (machine == nullptr || !machine->is_object()) return amounts;
  for (const auto& [node, entry] : machine->items()) {
    const Json* types = member(entry, "memoryMap");
    if (types == nullptr || !types->is_object()) continue;
    for (const auto& [type, values] : types->items()) {
      if (const auto bytes = count_of(values, which)) amounts[node][type] = *bytes;
    }
  }
  return amounts;
}

MemoryAssignment assignment_of(const std::string& container, const Json& block) {
  MemoryAssignment assignment{.container = container, .type = text_of(block, "type").value_or("memory"), .nodes = {}};
  if (const Json* nodes = member(block, "numaAffinity"); nodes != nullptr && nodes->is_array()) {
    for (const Json& node : *nodes) {
      constexpr std::int64_t kMostNodes = 65535;
      if (node.is_number_integer() && node.get<std::int64_t>() >= 0 && node.get<std::int64_t>() <= kMostNodes) {
        assignment.nodes.insert(node.get<std::uint32_t>());
      }
    }
  }
  assignment.bytes = count_of(block, "size");
  return assignment;
}

Result<Json> state_document(std::string_view text) {
  auto json = parse_json(text, kWhere);
  if (!json) return json;
  if (!text_of(*json, "policyName")) return fail(ErrorCode::malformed, "has no policyName", kWhere);
  return json;
}

// entries: pod uid → container → what it has
template <class Visit>
void for_each_container(const Json& state, const Visit& visit) {
  const Json* entries = member(state, "entries");
  if (entries == nullptr || !entries->is_object()) return;
  for (const auto& [pod, containers] : entries->items()) {
    if (!containers.is_object()) continue;
    for (const auto& [name, what] : containers.items()) visit(pod + "/" + name, what);
  }
}

}  // namespace

Result<Kubelet> parse_kubelet_config(std::string_view text) {
  const auto document = json_or_yaml(text);
  if (!document) return fail(document.error());
  const Json* config = configuration_in(*document);
  if (config == nullptr) return fail(ErrorCode::malformed, "holds no KubeletConfiguration", kWhere);
  Kubelet kubelet;
  kubelet.cpu_manager_policy = text_of(*config, "cpuManagerPolicy");
  kubelet.cpu_manager_policy_options = map_of(*config, "cpuManagerPolicyOptions");
  kubelet.reserved_system_cpus = set_of(*config, "reservedSystemCPUs");
  kubelet.memory_manager_policy = text_of(*config, "memoryManagerPolicy");
  kubelet.reserved_memory = reserved_memory_of(*config);
  kubelet.topology_manager_policy = text_of(*config, "topologyManagerPolicy");
  kubelet.topology_manager_scope = text_of(*config, "topologyManagerScope");
  kubelet.topology_manager_policy_options = map_of(*config, "topologyManagerPolicyOptions");
  kubelet.kube_reserved = map_of(*config, "kubeReserved");
  kubelet.system_reserved = map_of(*config, "systemReserved");
  kubelet.cgroup_driver = text_of(*config, "cgroupDriver");
  kubelet.cpu_cfs_quota = switch_of(*config, "cpuCFSQuota");
  kubelet.cpu_cfs_quota_period = text_of(*config, "cpuCFSQuotaPeriod");
  kubelet.pod_pids_limit = count_of(*config, "podPidsLimit");
  kubelet.max_pods = count_of(*config, "maxPods");
  kubelet.fail_swap_on = switch_of(*config, "failSwapOn");
  kubelet.feature_gates = gates_of(*config);
  return kubelet;
}

Result<CpuManagerState> parse_cpu_manager_state(std::string_view text) {
  const auto json = state_document(text);
  if (!json) return fail(json.error());
  CpuManagerState state{
      .policy = text_of(*json, "policyName"), .default_cpus = set_of(*json, "defaultCpuSet"), .assigned_cpus = {}};
  for_each_container(*json, [&](const std::string& container, const Json& what) {
    const auto list = scalar(what);
    if (auto set = list ? CpuSet::parse_list(*list) : std::nullopt) state.assigned_cpus[container] = std::move(*set);
  });
  return state;
}

Result<MemoryManagerState> parse_memory_manager_state(std::string_view text) {
  const auto json = state_document(text);
  if (!json) return fail(json.error());
  MemoryManagerState state{.policy = text_of(*json, "policyName"), .assignments = {}};
  if (auto amounts = amounts_of(*json, "allocatable"); !amounts.empty()) state.allocatable_bytes = std::move(amounts);
  if (auto amounts = amounts_of(*json, "free"); !amounts.empty()) state.free_bytes = std::move(amounts);
  for_each_container(*json, [&](const std::string& container, const Json& what) {
    if (!what.is_array()) return;
    for (const Json& block : what) state.assignments.push_back(assignment_of(container, block));
  });
  return state;
}

std::optional<std::map<std::string, std::string>> kubelet_flags(const std::vector<std::string>& arguments) {
  constexpr std::string_view kNames[] = {"cgroup-driver",
                                         "config",
                                         "config-dir",
                                         "container-runtime-endpoint",
                                         "cpu-cfs-quota",
                                         "cpu-cfs-quota-period",
                                         "cpu-manager-policy",
                                         "cpu-manager-policy-options",
                                         "fail-swap-on",
                                         "feature-gates",
                                         "kube-reserved",
                                         "memory-manager-policy",
                                         "reserved-cpus",
                                         "reserved-memory",
                                         "system-reserved",
                                         "topology-manager-policy",
                                         "topology-manager-policy-options",
                                         "topology-manager-scope"};
  const auto program = std::find_if(arguments.begin(), arguments.end(), [](const std::string& word) {
    return std::string_view(word).substr(word.rfind('/') + 1) == "kubelet";
  });
  // Only a launcher or two may stand in front of it ("k3s", "hyperkube", a path of its own).
  if (program == arguments.end() || program - arguments.begin() > 2) return std::nullopt;
  std::map<std::string, std::string> flags;
  for (auto word = program + 1; word != arguments.end(); ++word) {
    if (!word->starts_with('-')) continue;
    const std::string name =
        word->substr(word->find_first_not_of('-') == std::string::npos ? word->size() : word->find_first_not_of('-'));
    const std::size_t equals = name.find('=');
    if (std::find(std::begin(kNames), std::end(kNames), name.substr(0, equals)) == std::end(kNames)) continue;
    if (equals != std::string::npos) {
      flags[name.substr(0, equals)] = name.substr(equals + 1);
    } else if (word + 1 != arguments.end() && !(word + 1)->starts_with('-')) {
      flags[name] = *(word + 1);
    } else {
      flags[name] = "true";
    }
  }
  return flags;
}

}  // namespace ihc
