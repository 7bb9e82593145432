#include "report/model/evidence.h"

#include <algorithm>
#include <set>

#include "base/json_read.h"
#include "base/text.h"
#include "report/format.h"

namespace ihc::report {

namespace {

// A packed member can be cited for thousands of files; three show what it is.
constexpr std::size_t kMaxPathsShown = 3;

std::string paths_text(const std::vector<std::string>& paths, const std::string& member, const Words& words) {
  if (paths.size() == 1 && paths.front() == member) return {};
  std::string text;
  for (std::size_t i = 0; i < std::min(paths.size(), kMaxPathsShown); ++i) text += (i == 0 ? "" : ", ") + paths[i];
  if (paths.size() > kMaxPathsShown) {
    text += ", " + words.text("states.and_more") + " " + std::to_string(paths.size() - kMaxPathsShown);
  }
  return text;
}

// The manifest names every member's hash and can't name its own: the hash of the bundle covers it.
std::string hash_text(const EvidenceEntry& entry, const Words& words) {
  if (!entry.sha256.empty()) return entry.sha256;
  return words.text(entry.member == "manifest.json" ? "states.in_bundle_hash" : "states.not_known");
}

}  // namespace

Citation make_citation(const std::string& id) { return {.id = id, .anchor = to_lower(id)}; }

EvidenceIndex::EvidenceIndex(const std::vector<EvidenceEntry>& entries) {
  for (const EvidenceEntry& entry : entries) by_path_.emplace(entry.path, entry);
}

std::string EvidenceIndex::cite(const std::string& path, const std::string& sha256) {
  const auto known = by_path_.find(path);
  EvidenceEntry entry = known == by_path_.end() ? EvidenceEntry{.path = path, .member = path} : known->second;
  if (entry.member.empty()) entry.member = path;
  if (entry.sha256.empty()) entry.sha256 = sha256;
  const auto [number, is_new] = number_of_member_.emplace(entry.member, cited_.size());
  if (is_new) cited_.push_back({.entry = entry, .paths = {}});
  std::vector<std::string>& paths = cited_[number->second].paths;
  if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
  return "E" + std::to_string(number->second + 1);
}

std::vector<Citation> EvidenceIndex::cite_all(const Json& files) {
  std::vector<Citation> citations;
  for (const Json& file : files) {
    const std::string path = file.is_string() ? file.get<std::string>() : string_at(file, "path");
    if (path.empty()) continue;
    const std::string id = cite(path, string_at(file, "sha256"));
    const auto same = [&id](const Citation& citation) { return citation.id == id; };
    if (std::none_of(citations.begin(), citations.end(), same)) citations.push_back(make_citation(id));
  }
  return citations;
}

Evidence EvidenceIndex::to_model(const Words& words) const {
  Evidence evidence;
  std::set<std::string> members;
  for (const auto& [path, entry] : by_path_) {
    if (!entry.sha256.empty()) members.insert(entry.member.empty() ? path : entry.member);
  }
  std::size_t cited_members = 0;
  for (std::size_t i = 0; i < cited_.size(); ++i) {
    const EvidenceEntry& entry = cited_[i].entry;
    cited_members += members.count(entry.member);
    evidence.rows.push_back(
        {.id = "E" + std::to_string(i + 1),
         .member = entry.member,
         .paths = paths_text(cited_[i].paths, entry.member, words),
         .size = entry.size_bytes ? bytes_text(*entry.size_bytes, words) : words.text("states.not_known"),
         .sha256 = hash_text(entry, words)});
  }
  evidence.total = std::to_string(members.size());
  evidence.uncited = std::to_string(members.size() - cited_members);
  return evidence;
}

}  // namespace ihc::report
