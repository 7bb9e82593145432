#include "collectors/container/container_path.h"

#include <algorithm>

#include "base/text.h"

namespace ihc {

namespace {

struct Naming {
  std::string_view prefix;  ///< before the id
  std::string_view runtime;
};

// The longer prefix first.
constexpr Naming kNamings[] = {{"cri-containerd-", "containerd"},
                               {"containerd-", "containerd"},
                               {"docker-", "docker"},
                               {"crio-conmon-", "cri-o"},
                               {"crio-", "cri-o"},
                               {"libpod-", "podman"},
                               {"nspawn-", "nspawn"},
                               {"lxc.payload.", "lxc"}};

bool is_id(std::string_view text) {
  constexpr std::size_t kIdLength = 64;
  return text.size() == kIdLength && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string_view without_ending(std::string_view component) {
  for (const std::string_view ending : {".scope", ".slice", ".service"}) {
    if (component.ends_with(ending)) return component.substr(0, component.size() - ending.size());
  }
  return component;
}

// "kubepods-burstable-pod3f1a_22.slice" and "pod3f1a-22" → "3f1a-22".
std::optional<std::string> pod_uid(std::string_view component) {
  component = without_ending(component);
  if (component.starts_with("kubepods")) {
    const std::size_t at = component.find("-pod");
    if (at == std::string_view::npos) return std::nullopt;
    component = component.substr(at + 1);
  }
  if (!component.starts_with("pod") || component.size() == 3) return std::nullopt;
  std::string uid = to_valid_utf8(component.substr(3));
  std::replace(uid.begin(), uid.end(), '_', '-');
  return uid;
}

void read_component(ContainerPlace& place, std::string_view component, std::string_view parent) {
  const std::string_view name = without_ending(component);
  for (const Naming& naming : kNamings) {
    if (!name.starts_with(naming.prefix)) continue;
    place.runtime = std::string(naming.runtime);
    const std::string_view id = name.substr(naming.prefix.size());
    if (!id.empty()) place.id = to_valid_utf8(id);
    return;
  }
  if (!is_id(name)) return;
  place.id = std::string(name);
  if (parent == "docker") place.runtime = "docker";
  if (parent == "libpod_parent" || parent == "libpod") place.runtime = "podman";
  if (parent == "lxc") place.runtime = "lxc";
}

}  // namespace

ContainerPlace container_of_path(std::string_view cgroup_path) {
  ContainerPlace place;
  bool in_pods = false;
  std::string_view parent;
  for (const std::string_view component : split(cgroup_path, '/')) {
    if (component.starts_with("kubepods")) in_pods = true;
    if (in_pods) {
      const std::string_view name = without_ending(component);
      if (name.find("besteffort") != std::string_view::npos) place.qos_class = "BestEffort";
      if (name.find("burstable") != std::string_view::npos) place.qos_class = "Burstable";
      if (auto uid = pod_uid(component); uid && !place.pod_uid) place.pod_uid = std::move(uid);
    }
    read_component(place, component, parent);
    parent = component;
  }
  // A class is a matter of pods: the daemons below kubepods itself have none.
  if (in_pods && place.pod_uid && !place.qos_class) place.qos_class = "Guaranteed";
  if (!place.pod_uid) place.qos_class.reset();
  return place;
}

}  // namespace ihc
