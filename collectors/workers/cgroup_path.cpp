#include "collectors/workers/cgroup_path.h"

#include <algorithm>
#include <vector>

namespace ihc {

namespace {

bool is_hex_id(std::string_view text) {
  constexpr std::size_t kIdLength = 64;
  return text.size() == kIdLength && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_container_component(std::string_view component) {
  constexpr std::string_view kPrefixes[] = {"docker-",     "cri-containerd-", "crio-",   "libpod-", "kubepods",
                                            "lxc.payload", "containerd-",     "nspawn-", "garden-"};
  constexpr std::string_view kNames[] = {"docker", "lxc", "libpod_parent", "machine.slice", "ecs", "buildkit"};
  return is_hex_id(component) ||
         std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                     [component](std::string_view prefix) { return component.starts_with(prefix); }) ||
         std::find(std::begin(kNames), std::end(kNames), component) != std::end(kNames);
}

struct Unit {
  std::string name;
  std::string kind;
};

std::optional<Unit> unit_of(std::string_view component) {
  if (component.starts_with('_')) component.remove_prefix(1);
  for (const std::string_view kind : {"service", "scope", "slice"}) {
    if (component.size() <= kind.size() + 1 || !component.ends_with(kind)) continue;
    if (component[component.size() - kind.size() - 1] != '.') continue;
    const bool is_session = kind == "scope" && component.starts_with("session-");
    return Unit{to_valid_utf8(component), is_session ? "session" : std::string(kind)};
  }
  return std::nullopt;
}

// The innermost service or scope; a slice only where there is neither (processes sit in leaves, and a slice is none).
std::optional<Unit> innermost_unit(std::string_view path) {
  std::optional<Unit> found;
  for (const std::string_view component : split(path, '/')) {
    auto unit = unit_of(component);
    if (!unit) continue;
    if (!found || unit->kind != "slice" || found->kind == "slice") found = std::move(unit);
  }
  return found;
}

// Lower is better: v2, systemd's own hierarchy, any other.
int rank_of(std::string_view hierarchy, std::string_view controllers) {
  if (hierarchy == "0" && controllers.empty()) return 0;
  return controllers == "name=systemd" ? 1 : 2;
}

}  // namespace

bool is_container_path(std::string_view path) {
  const auto components = split(path, '/');
  return std::any_of(components.begin(), components.end(), is_container_component);
}

Parsed<CgroupPath> parse_cgroup(std::string_view text) {
  Parsed<CgroupPath> parsed;
  CgroupPath& result = parsed.value;
  // A path other than "/" beats "/" whatever its hierarchy: in a legacy layout systemd's v2 mount is all "/".
  std::pair<bool, int> best{true, 3};
  for (const std::string_view line : split_lines(text)) {
    if (trim(line).empty()) continue;
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    // A controller name such as "name=systemd" holds no colon, the path may.
    if (second == std::string_view::npos || second + 1 >= line.size() || line[second + 1] != '/') {
      parsed.unparsed.add(line);
      continue;
    }
    const std::string_view path = line.substr(second + 1);
    const bool is_root = path == "/";
    if (!is_root) result.in_container = result.in_container.value_or(false) || is_container_path(path);
    const std::pair<bool, int> rank{is_root,
                                    rank_of(line.substr(0, first), line.substr(first + 1, second - first - 1))};
    if (rank >= best) continue;
    best = rank;
    result.path = to_valid_utf8(path);
    const auto unit = rank.second < 2 ? innermost_unit(path) : std::nullopt;
    result.unit = unit ? std::optional(unit->name) : std::nullopt;
    result.unit_kind = unit ? std::optional(unit->kind) : std::nullopt;
  }
  return parsed;
}

}  // namespace ihc
