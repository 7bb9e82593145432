#include "collect/importing/sort_tree.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "bundle/linked_tree.h"
#include "bundle/member_path.h"

namespace ihc {

namespace {

constexpr const char* kNotRead = "outside what ihc reads";
constexpr const char* kUnknownText = "texts of no kind that ihc knows";
constexpr const char* kEmptyText = "empty texts: the tool printed nothing";
constexpr const char* kAmbiguousText = "texts that may be several kinds";
constexpr const char* kTakenText = "texts whose place another file has";
constexpr const char* kLargeText = "texts that are too large";

// Of a machine's files outside proc/ and sys/, only settings that collectors look at: what else an archive brings along
// (users, keys, logs) has no business in a bundle.
constexpr std::array kPlaces = {
    "proc/",
    "sys/",
    "cgroup/",
    "dev/cpuset/",
    "etc/default/",
    "etc/hostname",
    "etc/irqbalance",
    "etc/kubernetes/kubelet",
    "etc/modprobe.d/",
    "etc/os-release",
    "etc/security/limits",
    "etc/sysconfig/",
    "etc/sysctl",
    "etc/systemd/",
    "etc/tuned/",
    "lib/systemd/system/",
    "run/systemd/",
    "run/.containerenv",
    "usr/lib/os-release",
    "usr/lib/systemd/system/",
    "var/lib/kubelet/config",
    "var/lib/kubelet/cpu_manager_state",
    "var/lib/kubelet/memory_manager_state",
    ".dockerenv",
};

bool is_machine_file(std::string_view path) {
  return std::ranges::any_of(kPlaces, [&](std::string_view place) { return path.starts_with(place); });
}

// The rest of a machine's own folders: their files are no saved outputs, whatever they look like.
bool is_system_folder(std::string_view path) {
  constexpr std::array<std::string_view, 17> kFolders = {"bin",   "boot",  "dev", "etc", "home", "lib",
                                                         "lib64", "media", "mnt", "opt", "root", "run",
                                                         "sbin",  "srv",   "tmp", "usr", "var"};
  const std::size_t slash = path.find('/');
  return slash != std::string_view::npos && std::ranges::find(kFolders, path.substr(0, slash)) != kFolders.end();
}

bool is_number(std::string_view text) { return parse_number<std::uint32_t>(text).has_value(); }

// "/proc/*/status" stands for processes; proc/self and proc/sys are none.
bool is_worker_path(std::string_view path) {
  const auto components = split(path, '/');
  return components.size() > 1 && is_number(components[1]);
}

// ---- what the evidence says of itself ------------------------------------------------------------------------------

void listen(std::string_view path, std::string_view text, Said& said) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const auto words =
      split_words(split_lines(trim(text)).empty() ? std::string_view{} : split_lines(trim(text)).front());
  const auto note_host = [&](std::string_view host) {
    if (!said.host_name && !host.empty()) said.host_name = to_valid_utf8(host);
  };
  if ((name == "hostname" || name == "hostname_-f") && words.size() == 1) note_host(words.front());
  if (name == "uname_-a" && words.size() > 2 && words.front() == "Linux") note_host(words[1]);
  if (name == "date" && !said.taken_utc) said.taken_utc = utc_of_date_output(text);
}

// ---- one machine's tree --------------------------------------------------------------------------------------------

class RootSorter {
 public:
  RootSorter(const LinkedTree& tree, std::string origin, Gathering& gathering, Said& said)
      : tree_(tree), origin_(std::move(origin)), gathering_(gathering), said_(said) {}

  Result<void> sort() {
    for (const std::string& path : tree_.files()) {
      if (auto sorted = sort_file(path); !sorted) return sorted;
    }
    for (const Collector* collector : gathering_.collectors()) {
      for (const WantedPath& wanted : wanted_paths(*collector)) {
        if (auto followed = follow(wanted); !followed) return followed;
      }
    }
    if (!taken_.empty()) gathering_.add_tree(origin_);
    return {};
  }

 private:
  Result<void> sort_file(const std::string& path) {
    const std::string* bytes = tree_.read(path);
    if (bytes == nullptr) return {};
    if (is_machine_file(path)) {
      if (path == "etc/hostname" || path == "proc/sys/kernel/hostname") listen("hostname", *bytes, said_);
      return add(path, *bytes);
    }
    if (is_system_folder(path)) {
      gathering_.leave_out(origin_, kNotRead);
      return {};
    }
    // "sos_commands/numa/numastat", "insights_commands/lscpu", or what somebody put beside proc/ and sys/.
    listen(path, *bytes, said_);
    auto outcome = sort_text(*bytes, origin_ + ": " + printable_path(path), Naming::found, gathering_);
    return outcome ? Result<void>() : Result<void>(fail(std::move(outcome.error())));
  }

  // What is there only through links: /sys/class/net/eth0/speed, /sys/bus/pci/devices/*/numa_node.
  Result<void> follow(const WantedPath& wanted) {
    const auto kind = wanted.is_link ? LinkedTree::Wanted::links : LinkedTree::Wanted::files;
    const bool of_processes = wanted.pattern.starts_with("/proc/*/");
    for (const std::string& path : tree_.glob(wanted.pattern, kind)) {
      if (taken_.contains(path) || (of_processes && !is_worker_path(path))) continue;
      const std::string* bytes = wanted.is_link ? tree_.link(path) : tree_.read(path);
      if (bytes == nullptr) continue;
      if (auto added = add(path, *bytes); !added) return added;
    }
    return {};
  }

  Result<void> add(const std::string& path, std::string_view bytes) {
    const std::string member = "root/" + path;
    if (!check_bundle_path(member, PathKind::packed_record)) {
      gathering_.leave_out(origin_, "with a path that no bundle can hold");
      return {};
    }
    taken_.insert(path);
    return gathering_.add_tree_file(member, bytes, scrub_kind_of("/" + path, gathering_.collectors()), origin_);
  }

  const LinkedTree& tree_;
  std::string origin_;
  Gathering& gathering_;
  Said& said_;
  std::set<std::string, std::less<>> taken_;
};

// ---- archives inside archives --------------------------------------------------------------------------------------

// gzip (RFC 1952), bzip2, xz and zstd by their first bytes; and whatever is named as a tar.
bool may_be_archive(std::string_view path, std::string_view bytes) {
  using namespace std::string_view_literals;
  constexpr std::array kMagics = {"\x1F\x8B"sv, "BZh"sv,
                                  "\xFD"
                                  "7zXZ\0"sv,
                                  "\x28\xB5\x2F\xFD"sv};
  return path.ends_with(".tar") ||
         std::ranges::any_of(kMagics, [&](std::string_view magic) { return bytes.starts_with(magic); });
}

struct NestedTree {
  std::string origin;
  ImportTree tree;
};

std::string list_of(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 8;
  std::string list;
  for (std::size_t index = 0; index < std::min(names.size(), kShown); ++index) {
    list += (index == 0 ? "" : ", ") + printable_path(names[index]);
  }
  return names.size() > kShown ? list + " and " + std::to_string(names.size() - kShown) + " more" : list;
}

tl::unexpected<Error> several_machines(const std::string& origin, const std::vector<std::string>& names) {
  return fail(ErrorCode::usage, "holds the files of several machines: " + list_of(names), origin,
              "a bundle is one node: unpack it and give one of them");
}

Result<void> sort_root(const ImportTree& tree, const ImportRoot& root, const std::string& origin, Gathering& gathering,
                       Said& said) {
  const LinkedTree linked(tree, root);
  const std::string where = root.folder.empty() ? origin : origin + ": " + printable_path(root.folder);
  if (auto sorted = RootSorter(linked, where, gathering, said).sort(); !sorted) return sorted;
  for (const auto& [path, bytes] : tree.files) {
    if (path.starts_with(root.folder)) continue;
    auto beside = sort_text(bytes, origin + ": " + printable_path(path), Naming::found, gathering);
    if (!beside) return fail(std::move(beside.error()));
  }
  return {};
}

// A folder of saved outputs, perhaps with a machine's tree packed inside it (must-gather: nodes/<name>/sysinfo.tgz).
class LooseSorter {
 public:
  LooseSorter(const ImportTree& tree, std::string origin, Gathering& gathering, Said& said)
      : tree_(tree), origin_(std::move(origin)), gathering_(gathering), said_(said) {}

  Result<void> sort() {
    for (const auto& [path, bytes] : tree_.files) {
      const std::string where = origin_ + ": " + printable_path(path);
      listen(path, bytes, said_);
      auto sorted = may_be_archive(path, bytes) ? sort_packed(bytes, where) : sort_loose_text(bytes, where);
      if (!sorted) return sorted;
    }
    if (nested_.size() > 1) {
      std::vector<std::string> names;
      for (const NestedTree& nested : nested_) names.push_back(nested.origin.substr(origin_.size() + 2));
      return several_machines(origin_, names);
    }
    if (nested_.empty()) return {};
    const auto roots = find_import_roots(nested_.front().tree);
    return sort_root(nested_.front().tree, roots.front(), nested_.front().origin, gathering_, said_);
  }

 private:
  Result<void> sort_packed(std::string_view bytes, const std::string& where) {
    auto content = read_import_bytes(bytes, where);
    if (!content) return fail(std::move(content.error()));
    if (!content->is_tree) return sort_loose_text(content->text, where);
    const auto roots = find_import_roots(content->tree);
    if (roots.empty()) {
      gathering_.leave_out(origin_, "archives without proc/ or sys/");
      return {};
    }
    if (roots.size() > 1) {
      std::vector<std::string> names;
      for (const ImportRoot& root : roots) names.push_back(root.folder);
      return several_machines(where, names);
    }
    nested_.push_back({where, std::move(content->tree)});
    return {};
  }

  Result<void> sort_loose_text(std::string_view bytes, const std::string& where) {
    auto outcome = sort_text(bytes, where, Naming::found, gathering_);
    return outcome ? Result<void>() : Result<void>(fail(std::move(outcome.error())));
  }

  const ImportTree& tree_;
  std::string origin_;
  Gathering& gathering_;
  Said& said_;
  std::vector<NestedTree> nested_;
};

std::string candidates_for_people(const Recognition& recognition) {
  std::string names;
  for (const ForeignText* candidate : recognition.candidates) {
    names += (names.empty() ? "" : ", ") + std::string(candidate->kind);
  }
  return names;
}

// "sos.tar: sos_commands/numa/numastat (its …)" → the file's own name.
std::string_view file_name_of(std::string_view origin) { return origin.substr(origin.rfind('/') + 1); }

const ForeignText* chosen(const Recognition& recognition, const std::string& origin, Naming naming) {
  const bool is_only = recognition.candidates.size() == 1;
  if (is_only && (recognition.likeness == Likeness::sure || naming == Naming::given)) {
    return recognition.candidates.front();
  }
  return choose_by_name(recognition, file_name_of(origin));
}

// The origin under which a text that was merely found is left out: that of its tree.
std::string tree_of(const std::string& origin) {
  const std::size_t colon = origin.find(": ");
  return colon == std::string::npos ? origin : origin.substr(0, colon);
}

}  // namespace

tl::unexpected<Error> unknown_input(const std::string& origin, std::span<const Collector* const> collectors) {
  return fail(ErrorCode::malformed, "is nothing that ihc knows", origin,
              "give a tree with proc/ or sys/ in it (a sos report, what hwloc-gather-topology or lscpu's dump script "
              "saved, any folder or tar), or name a text's kind as KIND:FILE; known kinds: " +
                  kinds_for_people(collectors));
}

Result<TextOutcome> sort_text(std::string_view text, const std::string& origin, Naming naming, Gathering& gathering) {
  const auto leave_out = [&](const char* what) {
    gathering.leave_out(tree_of(origin), what);
    return TextOutcome{};
  };
  if (trim(text).empty()) {
    if (naming == Naming::found) return leave_out(kEmptyText);
    return fail(ErrorCode::malformed, "is empty", origin, "save what the tool printed again");
  }
  const Recognition recognition = recognise(text, gathering.collectors());
  const ForeignText* kind = chosen(recognition, origin, naming);
  if (kind == nullptr && naming == Naming::found) {
    return leave_out(recognition.candidates.size() > 1 ? kAmbiguousText : kUnknownText);
  }
  if (kind == nullptr && recognition.candidates.empty()) return unknown_input(origin, gathering.collectors());
  if (kind == nullptr) {
    return fail(ErrorCode::malformed, "may be several kinds: " + candidates_for_people(recognition), origin,
                "name its kind as KIND:FILE");
  }
  if (text.size() > kind->max_bytes) {
    if (naming == Naming::found) return leave_out(kLargeText);
    return fail(ErrorCode::too_large, "larger than " + std::to_string(kind->max_bytes) + " bytes", origin,
                "give the part of it that matters");
  }
  if (naming == Naming::found && gathering.is_taken(*kind)) return leave_out(kTakenText);
  if (auto added = gathering.add_text(*kind, text, origin); !added) return fail(std::move(added.error()));
  return TextOutcome{.taken = true};
}

Result<void> sort_tree(const ImportTree& tree, const std::string& origin, Gathering& gathering, Said& said) {
  for (const auto& [what, count] : tree.left_out) gathering.leave_out(origin, what, count);
  const auto roots = find_import_roots(tree);
  if (roots.size() > 1) {
    std::vector<std::string> names;
    for (const ImportRoot& root : roots) names.push_back(root.folder);
    return several_machines(origin, names);
  }
  const std::size_t before = gathering.file_count();
  auto sorted = roots.empty() ? LooseSorter(tree, origin, gathering, said).sort()
                              : sort_root(tree, roots.front(), origin, gathering, said);
  if (!sorted) return sorted;
  if (gathering.file_count() == before) return unknown_input(origin, gathering.collectors());
  return {};
}

std::optional<std::string> utc_of_date_output(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  // "Thu Nov 21 08:40:00 UTC 2026", and "Thu Nov 21 08:40:00 AM UTC 2026" where the locale has it: only the first.
  const auto lines = split_lines(trim(text));
  const auto words = lines.empty() ? std::vector<std::string_view>{} : split_words(lines.front());
  if (words.size() != 6 || (words[4] != "UTC" && words[4] != "GMT")) return std::nullopt;
  const auto month = std::ranges::find(kMonths, words[1]);
  const auto day = parse_number<unsigned>(words[2]);
  const auto year = parse_number<unsigned>(words[5]);
  const bool has_clock = glob_match("??:??:??", words[3]);
  if (month == kMonths.end() || !day || *day > 31 || !year || *year < 1970 || *year > 9999 || !has_clock) {
    return std::nullopt;
  }
  const auto two = [](unsigned number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  const std::string utc = std::to_string(*year) + "-" + two(static_cast<unsigned>(month - kMonths.begin()) + 1) + "-" +
                          two(*day) + "T" + std::string(words[3]) + "Z";
  return utc_from_text(utc) ? std::optional(utc) : std::nullopt;
}

}  // namespace ihc
