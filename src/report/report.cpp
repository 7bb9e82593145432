#include "report/report.h"

#include <array>
#include <utility>

#include "base/clock.h"
#include "base/json_read.h"
#include "report/fill.h"

namespace ihc::report {

namespace {

// The date in the PDF's metadata: that of the report, never of the machine.
std::int64_t date_of(const ReportInput& input) {
  const std::string text = input.as_of.empty() ? string_at(input.manifest, "ended_utc") : input.as_of;
  return utc_from_text(text).value_or(0);
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
  Report report;
  report.title = templates.title;
  report.language = templates.language;
  report.selection = selection;
  report.findings = input.findings;
  report.model = make_model(input, templates.words);
  report.figures = make_figures(input, report.model, templates.words);
  report.date_epoch_s = date_of(input);
  const Json model = facts_to_json(report.model);
  auto front = fill_markdown(templates, templates.front, model);
  if (!front) return fail(front.error());
  report.front = std::move(*front);
  for (const std::string& id : chosen->second) {
    const View* view = templates.view(id);
    if (view == nullptr) continue;
    auto markdown = fill_markdown(templates, view->template_name, model);
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
