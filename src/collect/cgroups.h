// The control groups and systemd units of the workers, for the placeholders {cgroup} and {units}: which directories of
// the cgroup file systems, and which unit names, a process's /proc/PID/cgroup stands for on this node.
//
//   /proc/self/mountinfo   34 25 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:15 - cgroup cgroup rw,cpu,cpuacct
//                          35 25 0:30 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate
//   /proc/4242/cgroup      0::/system.slice/vllm.service
//
// Sources: cgroups(7), proc_pid_mountinfo(5). A name like "name=systemd" is an option of its hierarchy's mount as well.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ihc {

struct CgroupMount {
  std::string mount_point;
  std::string root;  ///< the directory of the hierarchy that is mounted: "/" but in some containers
  bool is_v2 = false;
  std::vector<std::string> options;  ///< of version 1: controllers and other words

  bool operator==(const CgroupMount&) const = default;
};

/// Version 2, and of version 1 the hierarchies whose controllers limit or place.
std::vector<CgroupMount> parse_cgroup_mounts(std::string_view mountinfo);

/// The directories of a process and of all its ancestors in every hierarchy, roots included, sorted and distinct.
/// Nothing for a hierarchy that is not mounted here or whose mount does not reach the process.
std::vector<std::string> cgroup_directories(const std::vector<CgroupMount>& mounts, std::string_view cgroup_text);

/// The units on the path of a process that the system's manager knows, the process's own and its slices, sorted. What
/// lies below user@UID.service is another manager's.
std::vector<std::string> units_of_cgroup(std::string_view cgroup_text);

}  // namespace ihc
