#include "collect/cgroups.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/text.h"

namespace ihc {

namespace {

// "/sys/fs/cgroup/a\040b" → "/sys/fs/cgroup/a b"; proc_pid_mountinfo(5) writes blanks and backslashes in octal.
std::string unescaped(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    constexpr std::size_t kDigits = 3;
    const auto code = text[at] == '\\' && at + kDigits < text.size()
                          ? parse_number<unsigned>(text.substr(at + 1, kDigits), 8)
                          : std::nullopt;
    if (code && *code < 256) {
      result += static_cast<char>(*code);
      at += kDigits;
    } else {
      result += text[at];
    }
  }
  return result;
}

// Whether a version 1 hierarchy has a controller that limits or places; "devices", "freezer" and systemd's own do not.
bool limits_resources(const CgroupMount& mount) {
  constexpr std::string_view kControllers[] = {"blkio", "cpu", "cpuacct", "cpuset", "hugetlb", "memory", "pids"};
  return std::any_of(mount.options.begin(), mount.options.end(), [&](const std::string& option) {
    return std::find(std::begin(kControllers), std::end(kControllers), option) != std::end(kControllers);
  });
}

struct Hierarchy {
  std::vector<std::string_view> controllers;  ///< empty: version 2
  std::string_view path;
};

std::vector<Hierarchy> hierarchies_of(std::string_view cgroup_text) {
  std::vector<Hierarchy> found;
  for (const std::string_view line : split_lines(cgroup_text)) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos || second + 1 >= line.size() || line[second + 1] != '/') continue;
    const std::string_view names = line.substr(first + 1, second - first - 1);
    found.push_back({.controllers = names.empty() ? std::vector<std::string_view>{} : split(names, ','),
                     .path = line.substr(second + 1)});
  }
  return found;
}

bool serves(const CgroupMount& mount, const Hierarchy& hierarchy) {
  if (mount.is_v2 || hierarchy.controllers.empty()) return mount.is_v2 == hierarchy.controllers.empty();
  return std::all_of(hierarchy.controllers.begin(), hierarchy.controllers.end(), [&mount](std::string_view name) {
    return std::find(mount.options.begin(), mount.options.end(), name) != mount.options.end();
  });
}

// The path below the mounted directory; nothing where it lies outside, as "/../sibling" does.
std::optional<std::string> below(const std::string& root, std::string_view path) {
  if (path.find("/..") != std::string_view::npos) return std::nullopt;
  if (root == "/") return std::string(path == "/" ? "" : path);
  if (path == root) return std::string();
  if (!path.starts_with(root) || path[root.size()] != '/') return std::nullopt;
  return std::string(path.substr(root.size()));
}

}  // namespace

std::vector<CgroupMount> parse_cgroup_mounts(std::string_view mountinfo) {
  std::vector<CgroupMount> mounts;
  for (const std::string_view line : split_lines(mountinfo)) {
    const auto words = split_words(line);
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 6 || words.end() - dash < 4) continue;
    const bool is_v2 = dash[1] == "cgroup2";
    if (!is_v2 && dash[1] != "cgroup") continue;
    CgroupMount mount{.mount_point = unescaped(words[4]), .root = unescaped(words[3]), .is_v2 = is_v2};
    if (!is_v2) {
      for (const std::string_view option : split(dash[3], ',')) mount.options.emplace_back(option);
      if (!limits_resources(mount)) continue;
    }
    mounts.push_back(std::move(mount));
  }
  return mounts;
}

std::vector<std::string> cgroup_directories(const std::vector<CgroupMount>& mounts, std::string_view cgroup_text) {
  std::set<std::string> directories;
  for (const Hierarchy& hierarchy : hierarchies_of(cgroup_text)) {
    for (const CgroupMount& mount : mounts) {
      if (!serves(mount, hierarchy)) continue;
      auto path = below(mount.root, hierarchy.path);
      if (!path) continue;
      while (!path->empty()) {
        directories.insert(mount.mount_point + *path);
        path->resize(path->rfind('/'));
      }
      directories.insert(mount.mount_point);
      break;
    }
  }
  return {directories.begin(), directories.end()};
}

std::vector<std::string> units_of_cgroup(std::string_view cgroup_text) {
  std::set<std::string> units;
  for (const Hierarchy& hierarchy : hierarchies_of(cgroup_text)) {
    const bool is_systemd = hierarchy.controllers.empty() ||
                            (hierarchy.controllers.size() == 1 && hierarchy.controllers.front() == "name=systemd");
    if (!is_systemd) continue;
    for (std::string_view component : split(hierarchy.path, '/')) {
      if (component.starts_with('_')) component.remove_prefix(1);  // systemd protects names of control files so
      const bool is_unit =
          component.ends_with(".service") || component.ends_with(".scope") || component.ends_with(".slice");
      // An argument that begins with '-' would be an option: "-.slice" never stands in a path.
      if (is_unit && !component.starts_with('-') && component.front() != '.') units.emplace(component);
      if (component.starts_with("user@") && component.ends_with(".service")) break;
    }
  }
  return {units.begin(), units.end()};
}

}  // namespace ihc
