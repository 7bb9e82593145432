// A comparison on a terminal: whether it may be made, the verdict on each metric, what differed, what else changed in
// the same windows, findings over time.
#pragma once

#include <string>

#include "base/json.h"
#include "report/terminal.h"
#include "report/words.h"

namespace ihc::report {

/// `comparison` is facts.comparison; `findings` the findings of its rules; `comparable` what these say of it.
std::string comparison_text(const Json& comparison, const Json& findings, bool comparable, const Words& words,
                            const TerminalStyle& style);

}  // namespace ihc::report
