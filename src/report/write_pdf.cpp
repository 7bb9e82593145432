// report.pdf: the HTML for paper, through ihc-pdf.
#include <utility>

#include "report/escape.h"
#include "report/pdf_client.h"
#include "report/report.h"

namespace ihc::report {

namespace {

PdfRequest make_request(const Report& report, const TemplateSet& templates, std::string html) {
  const Cover& cover = report.model.cover;
  const Words& words = templates.words;
  const std::string node = printable(cover.node);
  const std::string client = printable(cover.client);
  PdfRequest request;
  request.title = report.title + " – " + node;
  request.author = "Inference Health Check (ihc) " + printable(cover.tool_version);
  request.subject = words.text("pdf.subject") + " " + node + (client.empty() ? "" : ", " + client);
  request.language = report.language;
  request.created_epoch_s = report.date_epoch_s;
  request.header = {.left = report.title + " · " + node, .right = client.empty() ? printable(cover.date) : client};
  request.footer = {.left = words.text("pdf.risk") + " " + report.model.risk.level + " · " + printable(cover.date),
                    .right = words.text("pdf.page") + " {page} / {pages}"};
  request.first_band_page = report.selection == "full" ? 2 : 1;
  request.html = std::move(html);
  return request;
}

}  // namespace

Result<std::vector<OutputFile>> write_pdf(const Report& report, const TemplateSet& templates) {
  const auto program = find_pdf_program();
  if (!program) return fail(program.error());
  auto html = make_page(report, templates, HtmlTarget::pdf);
  if (!html) return fail(html.error());
  auto pdf = print_pdf(make_request(report, templates, std::move(*html)), *program);
  if (!pdf) return fail(pdf.error());
  return std::vector<OutputFile>{{"report.pdf", std::move(*pdf)}};
}

}  // namespace ihc::report
