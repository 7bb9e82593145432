#include "report/report.h"

#include <array>
#include <utility>

#include "base/clock.h"
#include "base/json_read.h"
#include "report/escape.h"
#include "report/fill.h"

namespace ihc::report {

namespace {

// The date in the PDF's metadata: that of the report, never of the machine.
std::int64_t date_of(const ReportInput& input) {
  const std::string text = input.as_of.empty() ? string_at(input.manifest, "ended_utc") : input.as_of;
  return utc_from_text(text).value_or(0);
}

Page page_of(const Model& model, const TemplateSet& templates, bool is_whole) {
  Page page{.title = templates.title, .language = templates.language, .subject = model.cover.node};
  page.has_cover = is_whole;
  page.cover = model.cover;
  page.risk = model.risk;
  page.counts = model.findings.counts;
  page.checklist = model.checklist;
  return page;
}

PdfRequest paper_of(const Model& model, const TemplateSet& templates, bool is_whole) {
  const Cover& cover = model.cover;
  const Words& words = templates.words;
  const std::string node = printable(cover.node);
  const std::string client = printable(cover.client);
  PdfRequest request;
  request.title = templates.title + " – " + node;
  request.author = "Inference Health Check (ihc) " + printable(cover.tool_version);
  request.subject = words.text("pdf.subject") + " " + node + (client.empty() ? "" : ", " + client);
  request.language = templates.language;
  request.header = {.left = templates.title + " · " + node, .right = client.empty() ? printable(cover.date) : client};
  request.footer = {.left = words.text("pdf.risk") + " " + model.risk.level + " · " + printable(cover.date),
                    .right = words.text("pdf.page") + " {page} / {pages}"};
  request.first_band_page = is_whole ? 2 : 1;
  return request;
}

std::string selection_names(const TemplateSet& templates) {
  std::string names;
  for (const auto& [name, ids] : templates.selections) names += (names.empty() ? "" : ", ") + name;
  return names;
}

}  // namespace

Result<Report> make_report(const ReportInput& input, const TemplateSet& templates, const std::string& selection) {
  const auto chosen = templates.selections.find(selection);
  if (chosen == templates.selections.end())
    return fail(ErrorCode::usage, "the templates have no such view", selection,
                "choose one of " + selection_names(templates));
  const bool is_whole = selection == "full";
  const Model model = make_model(input, templates.words);
  Report report{.data = {"findings.json", to_pretty_text(input.findings)}};
  report.page = page_of(model, templates, is_whole);
  report.paper = paper_of(model, templates, is_whole);
  report.paper.created_epoch_s = date_of(input);
  report.figures = make_figures(input, model, templates.words);
  report.model = facts_to_json(model);
  auto front = fill_markdown(templates, templates.front, report.model);
  if (!front) return fail(front.error());
  report.front = std::move(*front);
  for (const std::string& id : chosen->second) {
    const View* view = templates.view(id);
    if (view == nullptr) continue;
    auto markdown = fill_markdown(templates, view->template_name, report.model);
    if (!markdown) return fail(markdown.error());
    report.views.push_back({id, std::move(*markdown)});
  }
  return report;
}

std::span<const OutputFormat> output_formats() {
  static constexpr std::array<OutputFormat, 4> kFormats{{
      {"json", write_json},
      {"md", write_markdown},
      {"html", write_html},
      {"pdf", write_pdf},
  }};
  return kFormats;
}

}  // namespace ihc::report
