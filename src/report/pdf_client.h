// The other side of pdf/protocol.h: runs ihc-pdf on one document.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "pdf/protocol.h"

namespace ihc::report {

/// Where ihc-pdf is: beside the running program, which is how it is built and installed. PATH is not searched, so that
/// what prints a client's report is what was installed with this program. Fails (not_found) with what to do.
Result<std::filesystem::path> find_pdf_program();

/// The PDF of a request. Fails with the one sentence that ihc-pdf gave, or with why it could not be run.
Result<std::string> print_pdf(const PdfRequest& request, const std::filesystem::path& program);

}  // namespace ihc::report
