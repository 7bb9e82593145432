// What this WebKit can't do, done with libqpdf: A4 pages, running lines, named destinations, an outline, links that
// work, metadata, and the same bytes every time.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "pdf/layout.h"
#include "pdf/protocol.h"

namespace ihc {

struct FinishInput {
  const PdfRequest& request;
  const DocumentLayout& layout;
  const std::string& body;   ///< PDF of the content box of each page, as rendered
  const std::string& bands;  ///< PDF of the running lines, as rendered; empty: none
  double scale = 1;          ///< length on a rendered page ÷ length in CSS
};

struct FinishedPdf {
  std::string bytes;
  std::vector<std::string> dropped_links;  ///< targets of links that were taken out, sorted, each once
};

/// Fails (io) when libqpdf can't read what was rendered.
Result<FinishedPdf> finish_pdf(const FinishInput& input);

}  // namespace ihc
