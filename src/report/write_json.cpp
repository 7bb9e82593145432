// findings.json: what the engine found, unchanged, beside every report.
#include "report/report.h"

namespace ihc::report {

Result<std::vector<OutputFile>> write_json(const Report& report, const TemplateSet& /*templates*/) {
  return std::vector<OutputFile>{{"findings.json", to_pretty_text(report.findings)}};
}

}  // namespace ihc::report
