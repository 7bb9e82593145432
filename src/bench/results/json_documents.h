// JSON as load generators write it: several documents in one file (one a line, or appended one after another, or
// wrapped over lines), numbers that JSON does not have (NaN, Infinity: Python's json module), keys that stand twice.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace ihc::bench {

struct JsonDocuments {
  /// In their order; those of a list at the top level are taken out of it. Of a key that stands twice the last one
  /// holds, as in Python.
  std::vector<Json> documents;
  std::int64_t not_finite = 0;  ///< NaN and ±Infinity, each read as null
  std::vector<std::string> problems;
};

/// Never throws. Text between documents is passed over and named; a document that is cut, is not JSON, or passes a
/// limit of base/limits.h is named and left out.
JsonDocuments read_json_documents(std::string_view text);

}  // namespace ihc::bench
