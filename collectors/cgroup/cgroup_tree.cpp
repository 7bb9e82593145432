#include "collectors/cgroup/cgroup_tree.h"

#include <algorithm>
#include <set>

namespace ihc {

namespace {

constexpr std::string_view kRoot = "root/sys/fs/cgroup";
// Pods of a kubelet within a container are about ten deep.
constexpr int kMaxDepth = 20;

bool is_controller_list(std::string_view component) {
  constexpr std::string_view kControllers[] = {"blkio",    "cpu",        "cpuacct", "cpuset", "devices",
                                               "freezer",  "hugetlb",    "memory",  "misc",   "net_cls",
                                               "net_prio", "perf_event", "pids",    "rdma",   "systemd"};
  const auto names = split(component, ',');
  return std::all_of(names.begin(), names.end(), [&](std::string_view name) {
    return std::find(std::begin(kControllers), std::end(kControllers), name) != std::end(kControllers);
  });
}

// Directories of groups are told by the files that only groups have.
bool is_group_file(std::string_view file) {
  constexpr std::string_view kPrefixes[] = {"cgroup.", "cpu.", "cpuset.",  "cpuacct.", "memory.",
                                            "pids.",   "io.",  "hugetlb.", "blkio."};
  return std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                     [file](std::string_view prefix) { return file.starts_with(prefix); });
}

std::set<std::string> group_directories(const Bundle& bundle) {
  std::set<std::string> directories;
  std::string pattern(kRoot);
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    pattern += "/*";
    for (const auto& paths : {bundle.glob(pattern), bundle.sampled(pattern)}) {
      for (const std::string& path : paths) {
        const std::size_t slash = path.rfind('/');
        if (is_group_file(std::string_view(path).substr(slash + 1))) directories.insert(path.substr(0, slash));
      }
    }
  }
  return directories;
}

}  // namespace

CgroupPlaces find_cgroups(const Bundle& bundle) {
  const std::set<std::string> directories = group_directories(bundle);
  // Where the root itself is a group it is version 2's, and a group may be called "memory".
  const bool is_unified = directories.contains(std::string(kRoot));
  CgroupPlaces places;
  for (const std::string& directory : directories) {
    std::string_view rest = std::string_view(directory).substr(kRoot.size());
    bool is_v1 = false;
    if (!is_unified && !rest.empty()) {
      const std::size_t end = rest.find('/', 1);
      const std::string_view hierarchy = rest.substr(1, end == std::string_view::npos ? end : end - 1);
      is_v1 = is_controller_list(hierarchy);
      if (is_v1 || hierarchy == "unified") rest = end == std::string_view::npos ? std::string_view() : rest.substr(end);
    }
    CgroupPlace& place = places[rest.empty() ? "/" : std::string(rest)];
    place.directories.push_back(directory);
    (is_v1 ? place.has_v1 : place.has_v2) = true;
  }
  return places;
}

std::vector<Reading> cgroup_readings(const Bundle& bundle, const CgroupPlace& place, std::string_view file) {
  for (const std::string& directory : place.directories) {
    std::vector<Reading> readings = bundle.samples(directory + "/" + std::string(file));
    std::erase_if(readings, [](const Reading& reading) { return reading.status != EvidenceStatus::ok; });
    if (!readings.empty()) return readings;
  }
  return {};
}

std::optional<CgroupText> cgroup_text(const Bundle& bundle, const CgroupPlace& place, std::string_view file) {
  for (const std::string& directory : place.directories) {
    std::string path = directory + "/" + std::string(file);
    const std::vector<Reading> readings = bundle.samples(path);
    for (auto reading = readings.rbegin(); reading != readings.rend(); ++reading) {
      if (reading->status == EvidenceStatus::ok) return CgroupText{std::move(path), reading->bytes};
    }
    if (const auto text = bundle.text(path)) return CgroupText{std::move(path), *text};
  }
  return std::nullopt;
}

std::map<std::string, std::string> cgroup_paths(std::string_view proc_cgroup_text) {
  std::map<std::string, std::string> paths;
  for (const std::string_view line : split_lines(proc_cgroup_text)) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos || second + 1 >= line.size() || line[second + 1] != '/') continue;
    paths[to_valid_utf8(line.substr(first + 1, second - first - 1))] = to_valid_utf8(line.substr(second + 1));
  }
  return paths;
}

bool is_cgroup_on_path(std::string_view group, std::string_view path) {
  if (group == "/" || group == path) return true;
  return path.starts_with(group) && path.size() > group.size() && path[group.size()] == '/';
}

}  // namespace ihc
