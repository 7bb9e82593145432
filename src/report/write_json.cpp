// findings.json, compare.json: what was found, unchanged, beside every report.
#include "report/report.h"

namespace ihc::report {

Result<std::vector<OutputFile>> write_json(const Report& report, const TemplateSet& /*templates*/) {
  return std::vector<OutputFile>{report.data};
}

}  // namespace ihc::report
