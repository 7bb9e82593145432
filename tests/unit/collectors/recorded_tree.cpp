#include "support/recorded_tree.h"

#include <cstdlib>
#include <vector>

#include <archive.h>
#include <archive_entry.h>

namespace ihc::test {

namespace {

namespace fs = std::filesystem;

struct Tree {
  std::map<std::string, std::string, std::less<>> files;
  std::map<std::string, std::string> links;  // path → what it points to, both from the tree's root
};

// "machine/sys/devices/…" → "sys/devices/…"; "" when there is neither proc nor sys in it.
std::string from_root(const fs::path& path) {
  fs::path kept;
  bool inside = false;
  for (const fs::path& part : path) {
    inside = inside || part == "proc" || part == "sys";
    if (inside) kept /= part;
  }
  return kept.lexically_normal().string();
}

void read_entry(archive* reader, archive_entry* entry, Tree& tree) {
  const std::string path = from_root(archive_entry_pathname(entry));
  if (path.empty()) return;
  if (const char* target = archive_entry_symlink(entry)) {
    const fs::path pointed =
        fs::path(target).is_absolute() ? fs::path(target).relative_path() : fs::path(path).parent_path() / target;
    tree.links[path] = pointed.lexically_normal().string();
    return;
  }
  if (archive_entry_filetype(entry) != AE_IFREG) return;
  std::string bytes;
  char buffer[65536];
  la_ssize_t size = 0;
  while ((size = archive_read_data(reader, buffer, sizeof buffer)) > 0)
    bytes.append(buffer, static_cast<std::size_t>(size));
  tree.files[path] = std::move(bytes);
}

// A linked directory shows the files below its target, as it does on the machine.
void follow_links(Tree& tree) {
  std::map<std::string, std::string, std::less<>> seen_through;
  for (const auto& [link, target] : tree.links) {
    const std::string prefix = target + "/";
    for (auto file = tree.files.lower_bound(prefix); file != tree.files.end() && file->first.starts_with(prefix);
         ++file) {
      const std::string rest = file->first.substr(prefix.size());
      if (rest.size() < 64) seen_through.emplace(link + "/" + rest, file->second);
    }
  }
  tree.files.merge(seen_through);
  // What a capture of links stores is their target.
  for (const auto& [link, target] : tree.links) {
    const bool wanted = link.ends_with("/driver") || link.starts_with("sys/class/net/");
    if (wanted) tree.files.emplace(link, target);
  }
}

}  // namespace

fs::path shared_dir() {
  const char* named = std::getenv("IHC_SHARED_DIR");
  return named != nullptr ? fs::path(named) : fs::path(IHC_SOURCE_DIR) / "../shared";
}

std::unique_ptr<MemoryBundle> bundle_of_tree(const fs::path& archive_path) {
  Tree tree;
  archive* reader = archive_read_new();
  archive_read_support_filter_all(reader);
  archive_read_support_format_tar(reader);
  const bool opened = archive_read_open_filename(reader, archive_path.c_str(), 65536) == ARCHIVE_OK;
  archive_entry* entry = nullptr;
  while (opened && archive_read_next_header(reader, &entry) == ARCHIVE_OK) read_entry(reader, entry, tree);
  archive_read_free(reader);
  if (tree.files.empty()) return nullptr;
  follow_links(tree);
  std::map<std::string, std::string, std::less<>> members;
  for (auto& [path, bytes] : tree.files) members.emplace("root/" + path, std::move(bytes));
  return MemoryBundle::of_files(std::move(members));
}

}  // namespace ihc::test
