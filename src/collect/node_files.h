// The file system of the node that is looked at, as the reading process sees it: the machine's own, or the tree below
// --root, out of which no link and no ".." leads (openat2(2), RESOLVE_IN_ROOT; where the kernel lacks it, chroot(2)).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_descriptor.h"
#include "collect/read_request.h"

namespace ihc {

/// One answer, before it is put on the wire.
struct NodeAnswer {
  ReplyHead head;
  std::string bytes;
};

class NodeFiles {
 public:
  /// `root_dir` empty: the machine's own. Fails (not_found, permission, unsupported) naming the directory.
  static Result<NodeFiles> open(const std::string& root_dir);

  /// At most `max_bytes` of a regular or kernel file; anything else is not opened. Never waits for a writer.
  NodeAnswer read(const std::string& path, std::size_t max_bytes) const;
  NodeAnswer read_link(const std::string& path) const;
  /// Existing paths that match; '*' and '?' stay within one component, '*' finds no hidden names.
  NodeAnswer glob(const std::string& pattern) const;
  /// Whether read() could open the file; opens and closes it.
  NodeAnswer access(const std::string& path) const;
  /// Whether the file is a program that this user may run, and whether it brings privileges of its own.
  NodeAnswer program(const std::string& path) const;
  NodeAnswer link_targets(std::string_view directory_and_patterns) const;

 private:
  explicit NodeFiles(FileDescriptor root) : root_(std::move(root)) {}

  struct Expansion;
  struct Opened;
  Opened open_file(const std::string& path) const;
  int open_path(const std::string& path, int flags) const;
  bool exists(const std::string& path) const;
  std::vector<std::string> names_in(const std::string& directory, int* error_number) const;
  void expand(Expansion& expansion, const std::string& prefix, std::size_t component) const;

  FileDescriptor root_;  // nothing: paths are the machine's own (or this process is in a chroot)
};

}  // namespace ihc
