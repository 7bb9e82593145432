// Where import puts what it found: the places in the bundle, who claimed them, and what was left out.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "bundle/scrub.h"
#include "collect/collector.h"
#include "collect/import.h"

namespace ihc {

class Gathering {
 public:
  explicit Gathering(std::span<const Collector* const> collectors) : collectors_(collectors) {}

  std::span<const Collector* const> collectors() const { return collectors_; }

  /// One file of a tree, scrubbed as `scrub` says. Fails when another source gave the same path.
  Result<void> add_tree_file(const std::string& path, std::string_view bytes, ScrubKind scrub,
                             const std::string& origin);
  /// Notes that everything below "root/" came from `origin`.
  void add_tree(const std::string& origin);

  /// Whether a text of a kind that has one place only would find that place taken.
  bool is_taken(const ForeignText& text) const;
  /// A text at its kind's place (with "-2", "-3", … after a command's slug), and the texts inside it. Fails when the
  /// kind has one place and it is taken.
  Result<void> add_text(const ForeignText& text, std::string_view bytes, const std::string& origin);

  /// What importing itself found out: no evidence of anybody's, so it has no origin.
  void add_probe(const std::string& path, std::string bytes) { files_.emplace(path, Place{std::move(bytes), "ihc"}); }

  void leave_out(const std::string& origin, const std::string& what, std::int64_t count = 1);

  std::size_t file_count() const { return files_.size(); }
  const std::string* bytes_at(std::string_view path) const;
  std::vector<std::string> paths_matching(std::string_view pattern) const;

  /// Everything, with the manifest's account of it; times, labels and name are the caller's to fill in.
  Import take();

 private:
  struct Place {
    std::string bytes;
    std::string origin;
    bool is_packed = false;
    bool is_derived = false;  // a text told of this file; the file itself comes before it
  };
  Result<void> add_part(const ForeignPart& part, const std::string& origin);
  bool is_wanted(std::string_view node_path) const;
  CollectorRecord record_of(const Collector& collector) const;

  std::span<const Collector* const> collectors_;
  std::map<std::string, Place, std::less<>> files_;
  std::vector<ImportRecord> records_;
  std::map<std::pair<std::string, std::string>, std::int64_t> left_out_;
  Scrubber scrubber_;
};

/// How the files of a machine that a collector captures are to be scrubbed: the kind of the first capture whose pattern
/// matches the path ("/proc/7/cmdline"), else what its place asks for.
ScrubKind scrub_kind_of(std::string_view node_path, std::span<const Collector* const> collectors);

/// The patterns of files that collectors read, as globs; {worker} stands as '*'.
struct WantedPath {
  std::string pattern;
  bool is_link = false;  ///< what the link says is wanted, not what it leads to
};
std::vector<WantedPath> wanted_paths(const Collector& collector);

}  // namespace ihc
