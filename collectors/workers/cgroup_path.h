// /proc/PID/cgroup: which control group holds a process, and the systemd unit and container that its path tells of.
//
//   0::/system.slice/vllm.service                                        cgroup v2 (also beside v1: "hybrid")
//   1:name=systemd:/system.slice/docker-3f1a….scope                      systemd's own hierarchy on v1
//   11:cpuset:/kubepods.slice/kubepods-burstable.slice/…/cri-containerd-….scope
//
// Source: cgroups(7); systemd's CGROUP_DELEGATION and cg_escape(): a name that could be a control file gets a leading
// "_"; unit names keep their own \xNN escapes, as systemctl prints them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "collectors/reading/parsed.h"

namespace ihc {

struct CgroupPath {
  std::optional<std::string> path;  ///< of v2, else of systemd's v1 hierarchy, else of the first hierarchy that has one
  std::optional<std::string> unit;
  std::optional<std::string> unit_kind;  ///< service, scope, slice or session
  /// Absent when every path is "/": inside a cgroup namespace the path tells nothing.
  std::optional<bool> in_container;
};

Parsed<CgroupPath> parse_cgroup(std::string_view text);

/// Whether a cgroup path is one that container runtimes and Kubernetes make.
bool is_container_path(std::string_view path);

}  // namespace ihc
