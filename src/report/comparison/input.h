// What a page about a comparison is made of: documents, no bundle.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "report/compared_pair.h"

namespace ihc::report {

struct ComparisonInput {
  std::vector<ComparedPair> pairs;
  Json document;       ///< compare.json
  std::string client;  ///< empty: not named
  std::string as_of;   ///< "2026-11-21"; empty: the end of the last collection
};

}  // namespace ihc::report
