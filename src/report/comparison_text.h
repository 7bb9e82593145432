// A comparison on a terminal: whether it may be made, the verdict on each metric, what differed, what else changed in
// the same windows, findings over time.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "report/compared_pair.h"
#include "report/terminal.h"
#include "report/words.h"

namespace ihc::report {

/// `comparison` is facts.comparison; `findings` the findings of its rules; `comparable` what these say of it.
std::string comparison_text(const Json& comparison, const Json& findings, bool comparable, const Words& words,
                            const TerminalStyle& style);

/// Each pair behind the other; where there is more than one, under its label.
std::string comparisons_text(const std::vector<ComparedPair>& pairs, const Words& words, const TerminalStyle& style);

}  // namespace ihc::report
