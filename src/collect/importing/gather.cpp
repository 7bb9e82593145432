#include "collect/importing/gather.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/version.h"
#include "bundle/member_path.h"
#include "collect/reasons.h"

namespace ihc {

namespace {

constexpr std::string_view kWorker = "{worker}";

std::string as_glob(std::string_view path) {
  std::string pattern(path);
  for (std::size_t at = pattern.find(kWorker); at != std::string::npos; at = pattern.find(kWorker, at)) {
    pattern.replace(at, kWorker.size(), "*");
  }
  return pattern;
}

// "commands/numastat-p/stdout" and 2 → "commands/numastat-p-2/stdout".
std::string numbered(std::string_view member, int number) {
  const std::size_t slash = member.rfind('/');
  return std::string(member.substr(0, slash)) + "-" + std::to_string(number) + std::string(member.substr(slash));
}

bool has_many_places(const ForeignText& text) { return text.member.starts_with("commands/"); }

}  // namespace

std::vector<WantedPath> wanted_paths(const Collector& collector) {
  std::vector<WantedPath> wanted;
  for (const Capture& capture : collector.captures) {
    if (const auto* file = std::get_if<File>(&capture)) wanted.push_back({as_glob(file->path)});
    if (const auto* files = std::get_if<Files>(&capture)) wanted.push_back({as_glob(files->path), files->links});
    if (const auto* sampled = std::get_if<Sampled>(&capture)) wanted.push_back({as_glob(sampled->path)});
  }
  return wanted;
}

ScrubKind scrub_kind_of(std::string_view node_path, std::span<const Collector* const> collectors) {
  for (const Collector* collector : collectors) {
    for (const Capture& capture : collector->captures) {
      const auto* file = std::get_if<File>(&capture);
      const auto* files = std::get_if<Files>(&capture);
      const ScrubKind kind = file != nullptr ? file->scrub : files != nullptr ? files->scrub : ScrubKind::none;
      if (kind == ScrubKind::none) continue;
      if (glob_match(as_glob(file != nullptr ? file->path : files->path), node_path)) return kind;
    }
  }
  // No capture is needed to know what these are.
  if (glob_match("/proc/*/environ", node_path)) return ScrubKind::environment;
  if (glob_match("/proc/*/cmdline", node_path)) return ScrubKind::nul_vector;
  const bool is_numbers = node_path.starts_with("/proc/") || node_path.starts_with("/sys/");
  return is_numbers && node_path != "/proc/cmdline" ? ScrubKind::none : ScrubKind::text;
}

Result<void> Gathering::add_tree_file(const std::string& path, std::string_view bytes, ScrubKind scrub,
                                      const std::string& origin) {
  const auto found = files_.find(path);
  if (found != files_.end()) {
    return fail(ErrorCode::usage, printable_path(path) + " is given by " + found->second.origin + " too", origin,
                "a bundle is one node at one time: give one of them, or --as LABEL=FILE for each");
  }
  std::string kept = scrub == ScrubKind::none ? std::string(bytes) : scrubber_.scrub(bytes, scrub);
  if (found != files_.end()) std::erase_if(records_, [&](const ImportRecord& record) { return record.member == path; });
  files_.insert_or_assign(path, Place{std::move(kept), origin, true});
  return {};
}

void Gathering::add_tree(const std::string& origin) { records_.push_back({"root/", origin, "tree"}); }

bool Gathering::is_taken(const ForeignText& text) const {
  return !has_many_places(text) && files_.contains(text.member);
}

Result<void> Gathering::add_text(const ForeignText& text, std::string_view bytes, const std::string& origin) {
  std::string path(text.member);
  for (int number = 2; files_.contains(path); ++number) {
    if (!has_many_places(text)) {
      return fail(ErrorCode::usage,
                  "is a second " + std::string(text.kind) + ", after " + files_.find(path)->second.origin, origin,
                  "a bundle is one node at one time: give one of them, or --as LABEL=FILE for each");
    }
    path = numbered(text.member, number);
  }
  std::string kept = text.scrub == ScrubKind::none ? std::string(bytes) : scrubber_.scrub(bytes, text.scrub);
  files_.emplace(path, Place{std::move(kept), origin, false});
  records_.push_back({path, origin, std::string(text.kind)});
  if (text.parts == nullptr) return {};
  for (const ForeignPart& part : text.parts(bytes)) {
    if (auto added = add_part(part, origin); !added) return added;
  }
  return {};
}

Result<void> Gathering::add_part(const ForeignPart& part, const std::string& origin) {
  if (part.kind.empty()) {
    const std::string member = "root/" + part.path;
    const bool is_path = check_bundle_path(member, PathKind::member).has_value();
    if (!is_path || files_.contains(member) || !is_wanted("/" + part.path)) return {};
    const ScrubKind scrub = scrub_kind_of("/" + part.path, collectors_);
    files_.emplace(member,
                   Place{scrub == ScrubKind::none ? part.text : scrubber_.scrub(part.text, scrub), origin, true, true});
    records_.push_back({member, origin, "value"});
    return {};
  }
  const ForeignText* inner = foreign_text_of_kind(part.kind, collectors_);
  if (inner == nullptr || inner->parts != nullptr || is_taken(*inner)) {
    leave_out(origin, "texts inside another that nothing here reads");
    return {};
  }
  return add_text(*inner, part.text, origin + " (its " + std::string(part.kind) + ")");
}

bool Gathering::is_wanted(std::string_view node_path) const {
  for (const Collector* collector : collectors_) {
    for (const WantedPath& wanted : wanted_paths(*collector)) {
      if (!wanted.is_link && glob_match(wanted.pattern, node_path)) return true;
    }
  }
  return false;
}

void Gathering::leave_out(const std::string& origin, const std::string& what, std::int64_t count) {
  if (count > 0) left_out_[{origin, what}] += count;
}

const std::string* Gathering::bytes_at(std::string_view path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : &found->second.bytes;
}

std::vector<std::string> Gathering::paths_matching(std::string_view pattern) const {
  const std::string_view prefix = pattern.substr(0, pattern.find_first_of("*?"));
  std::vector<std::string> paths;
  for (auto file = files_.lower_bound(prefix); file != files_.end() && file->first.starts_with(prefix); ++file) {
    if (glob_match(pattern, file->first)) paths.push_back(file->first);
  }
  return paths;
}

// What import brought is never the whole of what a collector asks a live node for.
CollectorRecord Gathering::record_of(const Collector& collector) const {
  bool has_evidence = false;
  for (const ForeignText& text : collector.texts) has_evidence = has_evidence || files_.contains(text.member);
  for (const WantedPath& wanted : wanted_paths(collector)) {
    if (has_evidence) break;
    has_evidence = !paths_matching("root" + wanted.pattern).empty();
  }
  return {.name = std::string(collector.name),
          .state = has_evidence ? CollectorState::partial : CollectorState::skipped,
          .reason = std::string(reason::kFileAbsent),
          .hint = "not in what was imported; run ihc collect on the node"};
}

Import Gathering::take() {
  Import import;
  Manifest& manifest = import.manifest;
  manifest.tool_version = kVersion;
  for (const Collector* collector : collectors_) manifest.collectors.push_back(record_of(*collector));
  manifest.scrubbed = scrubber_.counts();
  std::ranges::sort(records_, {}, [](const ImportRecord& record) { return std::tie(record.member, record.origin); });
  manifest.imported = std::move(records_);
  for (const auto& [what, count] : left_out_) manifest.left_out.push_back({what.first, what.second, count});
  for (auto& [path, place] : files_) import.files.push_back({path, std::move(place.bytes), place.is_packed});
  return import;
}

}  // namespace ihc
