#include "bundle/linked_tree.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/limits.h"
#include "base/text.h"

namespace ihc {

namespace {

std::string joined(const std::string& folder, std::string_view name) {
  return folder.empty() ? std::string(name) : folder + "/" + std::string(name);
}

bool lies_below(std::string_view path, const std::set<std::string>& folders) {
  return std::ranges::any_of(folders, [&](const std::string& folder) { return path.starts_with(folder); });
}

// The folder that holds "<folder>proc/…" or "<folder>sys/…" in a path; nothing when neither occurs as a folder.
// The first such component decides: what is below it is the machine's own.
bool root_in_path(std::string_view path, std::string& folder) {
  std::size_t begin = 0;
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', begin)) {
    const std::string_view name = path.substr(begin, slash - begin);
    if (name == "proc" || name == "sys") {
      folder = path.substr(0, begin);
      return true;
    }
    begin = slash + 1;
  }
  return false;
}

bool sysfs_in_path(std::string_view path, std::string& folder) {
  constexpr std::string_view kInside = "devices/system/";
  const std::size_t at = path.starts_with(kInside) ? 0 : path.find("/devices/system/");
  if (at == std::string_view::npos) return false;
  folder = at == 0 ? "" : path.substr(0, at + 1);
  return true;
}

// What every directory of cgroup version 2, and of version 1's cpu controller, has.
bool cgroup_in_path(std::string_view path, std::string& folder) {
  const std::size_t slash = path.rfind('/');
  const std::string_view name = path.substr(slash == std::string_view::npos ? 0 : slash + 1);
  if (name != "cpu.stat" && name != "cgroup.controllers") return false;
  folder = path.substr(0, slash == std::string_view::npos ? 0 : slash + 1);
  return true;
}

template <class Finder>
std::set<std::string> outermost_folders(const ImportTree& tree, const Finder& find) {
  std::set<std::string> folders;
  std::string folder;
  for (const FileMap* map : {&tree.files, &tree.links}) {
    for (const auto& [path, bytes] : *map) {
      if (find(path, folder)) folders.insert(folder);
    }
  }
  std::set<std::string> outermost;
  for (const std::string& candidate : folders) {
    if (!lies_below(candidate, outermost)) outermost.insert(candidate);
  }
  return outermost;
}

}  // namespace

std::vector<ImportRoot> find_import_roots(const ImportTree& tree) {
  std::vector<ImportRoot> roots;
  for (const std::string& folder : outermost_folders(tree, root_in_path)) roots.push_back({folder, ""});
  if (!roots.empty()) return roots;
  for (const std::string& folder : outermost_folders(tree, sysfs_in_path)) roots.push_back({folder, "sys/"});
  if (!roots.empty()) return roots;
  for (const std::string& folder : outermost_folders(tree, cgroup_in_path)) {
    roots.push_back({folder, "sys/fs/cgroup/" + folder});
  }
  return roots;
}

LinkedTree::LinkedTree(const ImportTree& tree, ImportRoot root) : tree_(tree), root_(std::move(root)) {
  for (const FileMap* map : {&tree_.files, &tree_.links}) {
    for (auto entry = map->lower_bound(root_.folder); entry != map->end() && entry->first.starts_with(root_.folder);
         ++entry) {
      const std::string path = root_.stands_at + entry->first.substr(root_.folder.size());
      note_names(path);
      if (map == &tree_.files) files_.push_back(path);
    }
  }
  for (auto& [folder, names] : names_) {
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
  }
}

// Stops at the first folder that is known: those above it are known too.
void LinkedTree::note_names(const std::string& path) {
  std::string rest = path;
  for (;;) {
    const std::size_t slash = rest.rfind('/');
    const std::string folder = slash == std::string::npos ? "" : rest.substr(0, slash);
    const bool was_known = names_.contains(folder);
    names_[folder].push_back(rest.substr(slash == std::string::npos ? 0 : slash + 1));
    if (was_known || folder.empty()) return;
    rest = folder;
  }
}

std::string LinkedTree::in_tree(const std::string& path) const {
  if (!path.starts_with(root_.stands_at)) return {};
  return root_.folder + path.substr(root_.stands_at.size());
}

// path_resolution(7), with a component at a time taken from `todo`; `real` never holds a link.
bool LinkedTree::resolve(std::string_view path, std::string& real) const {
  std::vector<std::string> todo;
  const auto push = [&](std::string_view more) {
    const auto components = split(more, '/');
    for (auto part = components.rbegin(); part != components.rend(); ++part) todo.emplace_back(*part);
  };
  push(path);
  real.clear();
  int hops = 0;
  while (!todo.empty()) {
    const std::string component = std::move(todo.back());
    todo.pop_back();
    if (component.empty() || component == ".") continue;
    if (component == "..") {
      if (real.empty()) return false;  // out of the tree
      const std::size_t slash = real.rfind('/');
      real.resize(slash == std::string::npos ? 0 : slash);
      continue;
    }
    const std::string next = joined(real, component);
    const auto link = tree_.links.find(in_tree(next));
    if (link == tree_.links.end()) {
      real = next;
      continue;
    }
    if (++hops > limits::kMaxLinkHops) return false;
    if (link->second.starts_with('/')) real.clear();
    push(link->second);
  }
  return true;
}

const std::string* LinkedTree::read(std::string_view path) const {
  std::string real;
  if (!resolve(path, real)) return nullptr;
  const auto found = tree_.files.find(in_tree(real));
  return found == tree_.files.end() ? nullptr : &found->second;
}

const std::string* LinkedTree::link(std::string_view path) const {
  const std::size_t slash = path.rfind('/');
  std::string real;
  if (slash != std::string_view::npos && !resolve(path.substr(0, slash), real)) return nullptr;
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const auto found = tree_.links.find(in_tree(joined(real, name)));
  return found == tree_.links.end() ? nullptr : &found->second;
}

void LinkedTree::walk(const std::string& shown, const std::string& real,
                      const std::vector<std::string_view>& components, std::size_t index, Wanted wanted,
                      std::vector<std::string>& found) const {
  const auto folder = names_.find(real);
  if (folder == names_.end()) return;
  const bool is_last = index + 1 == components.size();
  const bool is_literal = components[index].find_first_of("*?") == std::string_view::npos;
  const auto visit = [&](const std::string& name) {
    if (found.size() >= limits::kMaxGlobMatches) return;
    const std::string path = joined(shown, name);
    if (is_last) {
      const bool has =
          wanted == Wanted::links ? link(joined(real, name)) != nullptr : read(joined(real, name)) != nullptr;
      if (has) found.push_back(path);
      return;
    }
    std::string next;
    if (resolve(joined(real, name), next)) walk(path, next, components, index + 1, wanted, found);
  };
  if (is_literal) {
    const std::string name(components[index]);
    if (std::ranges::binary_search(folder->second, name)) visit(name);
    return;
  }
  for (const std::string& name : folder->second) {
    if (glob_match(components[index], name)) visit(name);
  }
}

std::vector<std::string> LinkedTree::glob(std::string_view pattern, Wanted wanted) const {
  while (pattern.starts_with('/')) pattern.remove_prefix(1);
  std::vector<std::string> found;
  walk("", "", split(pattern, '/'), 0, wanted, found);
  std::ranges::sort(found);
  return found;
}

}  // namespace ihc
