// Which container, runtime and pod a cgroup path tells of.
//
//   /kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod3f1a_….slice/cri-containerd-<64 hex>.scope
//   /kubepods/besteffort/pod3f1a…/<64 hex>                  the kubelet's cgroupfs driver; the runtime is not named
//   /system.slice/docker-<64 hex>.scope        /docker/<64 hex>
//   /machine.slice/libpod-<64 hex>.scope/container          /lxc.payload.web
//
// Sources: the kubelet's cgroup manager (Guaranteed pods lie directly below kubepods; systemd writes the "-" of a pod's
// uid as "_"), and the runtimes' default cgroup parents. Docker, CRI-O and Podman let an administrator choose others.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ihc {

struct ContainerPlace {
  std::optional<std::string> runtime;  ///< docker, containerd, cri-o, podman, lxc, nspawn
  std::optional<std::string> id;
  std::optional<std::string> pod_uid;
  std::optional<std::string> qos_class;  ///< Guaranteed, Burstable, BestEffort; absent outside Kubernetes
};

ContainerPlace container_of_path(std::string_view cgroup_path);

}  // namespace ihc
