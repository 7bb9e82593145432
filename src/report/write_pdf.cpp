// report.pdf, compare.pdf: the HTML for paper, through ihc-pdf.
#include <utility>

#include "report/pdf_client.h"
#include "report/report.h"

namespace ihc::report {

Result<std::vector<OutputFile>> write_pdf(const Report& report, const TemplateSet& templates) {
  const auto program = find_pdf_program();
  if (!program) return fail(program.error());
  auto html = make_page(report, templates, HtmlTarget::pdf);
  if (!html) return fail(html.error());
  PdfRequest request = report.paper;
  request.html = std::move(*html);
  auto pdf = print_pdf(request, *program);
  if (!pdf) return fail(pdf.error());
  return std::vector<OutputFile>{{report.stem + ".pdf", std::move(*pdf)}};
}

}  // namespace ihc::report
