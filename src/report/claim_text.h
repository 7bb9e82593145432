// The claim of a comparison on a terminal: ready to paste, or what it lacks.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "report/compared_pair.h"
#include "report/template_set.h"
#include "report/terminal.h"

namespace ihc::report {

/// One claim for each pair that has one. Nothing where none may be made. Fails where the template of the claim can't be
/// filled.
Result<std::string> claims_text(const std::vector<ComparedPair>& pairs, const TemplateSet& templates,
                                const TerminalStyle& style);

}  // namespace ihc::report
