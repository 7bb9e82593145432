// The files of an imported tree as they stood on the machine: seen from its "/", with links followed as sysfs has them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bundle/import_tree.h"

namespace ihc {

/// A folder of a tree that stands for a machine's "/", for its "/sys", or for a directory of its "/sys/fs/cgroup".
struct ImportRoot {
  std::string folder;  ///< where its files stand in the tree, with the final slash: "sosreport-node1/"; "" for its top
  std::string stands_at;  ///< "": the folder is "/"; "sys/": it is "/sys"
};

/// The folders that hold proc/ or sys/; where there are none, those that hold devices/system/ (a "/sys" of another
/// name); where there are none either, cgroup directories. Only the outermost ones, sorted.
std::vector<ImportRoot> find_import_roots(const ImportTree& tree);

/// The files below one root. Links are followed inside it and never out of it.
class LinkedTree {
 public:
  /// `tree` outlives this.
  LinkedTree(const ImportTree& tree, ImportRoot root);

  /// All files that stand in the tree itself, sorted, by their path from "/" without its slash ("sys/class/dmi/id").
  const std::vector<std::string>& files() const { return files_; }
  /// The bytes at a path from "/", links followed; null when the tree has no such file.
  const std::string* read(std::string_view path) const;
  /// What the link at `path` says, links before its last component followed; null when it is none.
  const std::string* link(std::string_view path) const;

  enum class Wanted { files, links };
  /// Paths that match a pattern with '*' and '?' inside components, through linked folders; sorted, and no more than
  /// limits::kMaxGlobMatches.
  std::vector<std::string> glob(std::string_view pattern, Wanted wanted) const;

 private:
  using Names = std::map<std::string, std::vector<std::string>, std::less<>>;

  void note_names(const std::string& path);
  std::string in_tree(const std::string& path) const;
  bool resolve(std::string_view path, std::string& real) const;
  void walk(const std::string& shown, const std::string& real, const std::vector<std::string_view>& components,
            std::size_t index, Wanted wanted, std::vector<std::string>& found) const;

  const ImportTree& tree_;
  ImportRoot root_;
  std::vector<std::string> files_;
  Names names_;  // folder from "/" ("sys/class") → names of what is in it, sorted, without repeats
};

}  // namespace ihc
