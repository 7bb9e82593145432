// The control groups of a bundle: which directories below /sys/fs/cgroup stand for one group, and their files.
//
//   version 2    /sys/fs/cgroup/system.slice/vllm.service/cpu.max
//   version 1    /sys/fs/cgroup/cpu,cpuacct/system.slice/vllm.service/cpu.cfs_quota_us
//                /sys/fs/cgroup/memory/system.slice/vllm.service/memory.limit_in_bytes
//   hybrid       the latter, and /sys/fs/cgroup/unified/system.slice/vllm.service/cgroup.procs
//
// Source: cgroups(7).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "bundle/bundle.h"

namespace ihc {

struct NaturalLess {
  bool operator()(const std::string& left, const std::string& right) const { return natural_less(left, right); }
};

/// What the hierarchies have of one group.
struct CgroupPlace {
  std::vector<std::string> directories;  ///< plain-tree paths without a final slash, one a hierarchy
  bool has_v1 = false;
  bool has_v2 = false;
};

/// By path below the hierarchy's root ("/" is the root itself), in natural order.
using CgroupPlaces = std::map<std::string, CgroupPlace, NaturalLess>;

CgroupPlaces find_cgroups(const Bundle& bundle);

/// A file of a group, wherever it is: its last reading, else the file.
struct CgroupText {
  std::string path;
  std::string_view text;
};
std::optional<CgroupText> cgroup_text(const Bundle& bundle, const CgroupPlace& place, std::string_view file);

/// All good readings of a group's sampled file, in time order.
std::vector<Reading> cgroup_readings(const Bundle& bundle, const CgroupPlace& place, std::string_view file);

/// The paths of a process in each hierarchy that is on a line of /proc/PID/cgroup, by controllers ("" is version 2).
std::map<std::string, std::string> cgroup_paths(std::string_view proc_cgroup_text);

/// Whether `group` is `path` or above it.
bool is_cgroup_on_path(std::string_view group, std::string_view path);

}  // namespace ihc
