// Request in, PDF out: the passes over WebKit and libqpdf in their order.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "pdf/finish.h"
#include "pdf/protocol.h"

namespace ihc {

/// Everything that can go wrong with a document is an Error: malformed (a page number of an unknown place), too_large,
/// io. `notes` are single lines for standard error. Once a process, on its main thread: it starts WebKit.
struct MadePdf {
  std::string bytes;
  std::vector<std::string> notes;
};
Result<MadePdf> make_pdf(const PdfRequest& request);

}  // namespace ihc
