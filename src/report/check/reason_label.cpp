#include "base/json_read.h"
#include "report/check/formats.h"
#include "report/escape.h"

namespace ihc::report {

std::string reason_label(const Json& finding, const Words& words) {
  const std::string reason = string_at(finding, "reason");
  return reason.empty() ? reason : printable(words.text("reasons", reason, "label"));
}

}  // namespace ihc::report
