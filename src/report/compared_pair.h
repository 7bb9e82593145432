// Two arms that were compared, as a page or a terminal tells of them.
#pragma once

#include <string>

#include "base/json.h"

namespace ihc::report {

struct ComparedPair {
  std::string label;        ///< "before → after", or of two groups: "baseline → pinned"
  Json comparison;          ///< facts.comparison
  Json findings;            ///< findings.json of the comparison's rules
  bool comparable = false;  ///< what these say of it
};

}  // namespace ihc::report
