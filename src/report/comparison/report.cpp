#include "report/comparison/report.h"

#include "base/clock.h"
#include "report/comparison/figures.h"
#include "report/comparison/model.h"
#include "report/escape.h"
#include "report/fill.h"

namespace ihc::report {

namespace {

Page page_of(const ComparisonModel& model, const TemplateSet& templates) {
  Page page{.title = templates.comparison.title, .language = templates.language, .subject = model.cover.subject};
  page.has_cover = true;
  page.is_comparison = true;
  page.comparison = model.cover;
  return page;
}

PdfRequest paper_of(const ComparisonModel& model, const TemplateSet& templates) {
  const Words& words = templates.words;
  const std::string subject = printable(model.cover.subject);
  const std::string client = printable(model.cover.client);
  const std::string date = printable(model.cover.date);
  PdfRequest request;
  request.title = templates.comparison.title + " – " + subject;
  request.author = "Inference Health Check (ihc) " + model.cover.tool_version;
  request.subject = words.text("pdf.comparison_subject") + " " + subject + (client.empty() ? "" : ", " + client);
  request.language = templates.language;
  request.created_epoch_s = utc_from_text(model.cover.date).value_or(0);
  request.header = {.left = templates.comparison.title + " · " + subject, .right = client.empty() ? date : client};
  const std::string word = model.pairs.size() == 1 ? model.pairs.front().word + " · " : "";
  request.footer = {.left = word + date, .right = words.text("pdf.page") + " {page} / {pages}"};
  request.first_band_page = 2;
  return request;
}

}  // namespace

Result<Report> make_comparison_report(const ComparisonInput& input, const TemplateSet& templates) {
  const ComparisonTemplates& own = templates.comparison;
  if (own.views.empty())
    return fail(ErrorCode::malformed, "the templates have no comparison", "views.json",
                "copy \"comparison\" and the files that it names from the shipped templates");
  const auto made = make_comparison_model(input, templates);
  if (!made) return fail(made.error());
  Report report{.stem = "compare", .data = {"compare.json", to_pretty_text(input.document)}};
  report.page = page_of(*made, templates);
  report.paper = paper_of(*made, templates);
  report.figures = make_comparison_figures(input.pairs, templates.words);
  report.model = facts_to_json(*made);
  auto front = fill_markdown(templates, own.front, report.model);
  if (!front) return fail(front.error());
  report.front = std::move(*front);
  for (const View& view : own.views) {
    auto markdown = fill_markdown(templates, view.template_name, report.model);
    if (!markdown) return fail(markdown.error());
    report.views.push_back({view.id, std::move(*markdown)});
  }
  return report;
}

}  // namespace ihc::report
