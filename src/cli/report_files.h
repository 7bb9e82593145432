// The files of a report, written into one folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "report/report.h"

namespace ihc {

struct WrittenFiles {
  std::vector<std::filesystem::path> paths;
  bool all = true;
};

/// Makes the folder where there is none. A file of an earlier report in it is written over. A format that fails is told
/// on standard error and left out: the others are still worth having. The document beside a report is always written.
/// Fails (io) where the folder can't be made or a file not written.
Result<WrittenFiles> write_report_files(const report::Report& report, const report::TemplateSet& templates,
                                        const std::vector<std::string>& formats,
                                        const std::filesystem::path& directory);

}  // namespace ihc
