// Two arms that were compared, as a page or a terminal tells of them.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace ihc::report {

struct ComparedPair {
  std::string label;                         ///< "before → after", or of two groups: "baseline → pinned"
  Json comparison;                           ///< facts.comparison
  Json findings;                             ///< findings.json of the comparison's rules
  bool comparable = false;                   ///< what these say of it
  std::vector<std::string> blocked_by = {};  ///< where they are not: the rules whose findings take every verdict back
};

}  // namespace ihc::report
