// The appendix: every stored member that a finding rests on, numbered as it is first cited, with its SHA-256.
#pragma once

#include <map>

#include "facts/describe.h"
#include "report/input.h"
#include "report/words.h"

namespace ihc::report {

/// A reference to a row of the appendix (E1, at #e1) or to a finding's card (F1, at #f1).
struct Citation {
  std::string id;
  std::string anchor;
};

/// "E4" → {"E4", "e4"}.
Citation make_citation(const std::string& id);

struct EvidenceRow {
  std::string id;
  std::string member;
  std::string paths;
  std::string size;
  std::string sha256;
};

struct Evidence {
  std::vector<EvidenceRow> rows;
  std::string uncited;
  std::string total;
};

/// Numbers members as they are cited. A packed member holds many paths: they share one number.
class EvidenceIndex {
 public:
  explicit EvidenceIndex(const std::vector<EvidenceEntry>& entries);

  /// "E4" for an evidence path of the bundle; `sha256` is used when the bundle's list lacks the path.
  std::string cite(const std::string& path, const std::string& sha256);
  /// E1, E4 for the files of one finding's evidence entry: strings, or objects with path and sha256.
  std::vector<Citation> cite_all(const Json& files);

  Evidence to_model(const Words& words) const;

 private:
  struct Cited {
    EvidenceEntry entry;
    std::vector<std::string> paths;
  };
  std::map<std::string, EvidenceEntry> by_path_;
  std::map<std::string, std::size_t> number_of_member_;
  std::vector<Cited> cited_;
};

}  // namespace ihc::report

namespace ihc {

template <>
struct Describe<report::Citation> {
  using T = report::Citation;
  static constexpr std::string_view kName = "citation";
  static constexpr auto kFields = std::tuple{field("id", &T::id, "E1 or F1"), field("anchor", &T::anchor, "e1 or f1")};
};

template <>
struct Describe<report::EvidenceRow> {
  using T = report::EvidenceRow;
  static constexpr std::string_view kName = "evidence_row";
  static constexpr auto kFields =
      std::tuple{field("id", &T::id, "E1, E2, …"), field("member", &T::member, "the stored member in the bundle"),
                 field("paths", &T::paths, "the files cited from a packed member; empty when the member is the file"),
                 field("size", &T::size, "of the member"), field("sha256", &T::sha256, "of the member")};
};

template <>
struct Describe<report::Evidence> {
  using T = report::Evidence;
  static constexpr std::string_view kName = "evidence";
  static constexpr auto kFields = std::tuple{field("rows", &T::rows, "every member that a finding cites"),
                                             field("uncited", &T::uncited, "how many further members the bundle has"),
                                             field("total", &T::total, "how many members the bundle has")};
};

}  // namespace ihc
