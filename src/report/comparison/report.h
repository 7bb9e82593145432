// From a comparison to its files, by the line that a node's report takes.
#pragma once

#include "base/result.h"
#include "report/comparison/input.h"
#include "report/report.h"
#include "report/template_set.h"

namespace ihc::report {

/// Fails (malformed) where the templates have no comparison, or can't be filled.
Result<Report> make_comparison_report(const ComparisonInput& input, const TemplateSet& templates);

}  // namespace ihc::report
