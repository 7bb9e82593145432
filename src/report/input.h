// What a report is made of: documents, no bundle. The command line program gathers these; tests write them by hand.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace ihc::report {

/// One piece of evidence in the bundle.
struct EvidenceEntry {
  std::string path;                        ///< in the plain tree: "root/proc/stat"
  std::string member;                      ///< the stored member that holds it: itself, or a packed one
  std::optional<std::int64_t> size_bytes;  ///< of the member
  std::string sha256;                      ///< of the member; empty: not known
  std::string status;                      ///< ok, absent, permission, timed_out, failed, skipped
};

/// Index values from which the risk table calls the level medium and high: drawn as marks, never judged here.
struct RiskMarks {
  double medium_index = 0;
  double high_index = 0;
};

struct ReportInput {
  Json findings;  ///< findings.json
  Json facts;     ///< the facts document
  Json manifest;
  std::vector<EvidenceEntry> evidence;
  std::string bundle_name;    ///< the file's or folder's name, without its path
  std::string bundle_sha256;  ///< of the archive file, or of manifest.json for a folder
  bool bundle_is_folder = false;
  std::string client;  ///< empty: not named
  std::string as_of;   ///< "2026-11-21"; empty: the end of the collection
  std::optional<RiskMarks> risk_marks;
};

}  // namespace ihc::report
