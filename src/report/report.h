// From documents to the outputs of a report. One output format is one file write_<format>.cpp and one row of
// output_formats().
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.h"
#include "base/result.h"
#include "report/charts/charts.h"
#include "report/html.h"
#include "report/input.h"
#include "report/model/model.h"
#include "report/template_set.h"

namespace ihc::report {

/// A report filled in and ready to be written in any format.
struct Report {
  std::string title;
  std::string language;
  std::string selection;  ///< "full", "engineering", …
  Json findings;          ///< as given, for findings.json
  Model model;
  std::vector<Figure> figures;
  std::string front;  ///< Markdown of the first page
  std::vector<ViewText> views;
  std::int64_t date_epoch_s = 0;
};

/// Fills the views of a selection. Fails (usage) for a selection that views.json lacks.
Result<Report> make_report(const ReportInput& input, const TemplateSet& templates, const std::string& selection);

/// One file of a report.
struct OutputFile {
  std::string name;  ///< "report.md"
  std::string bytes;
};

struct OutputFormat {
  std::string_view name;  ///< as in --format
  Result<std::vector<OutputFile>> (*write)(const Report& report, const TemplateSet& templates);
};

/// All formats, in the order they are written.
std::span<const OutputFormat> output_formats();

Result<std::vector<OutputFile>> write_json(const Report& report, const TemplateSet& templates);
Result<std::vector<OutputFile>> write_markdown(const Report& report, const TemplateSet& templates);
Result<std::vector<OutputFile>> write_html(const Report& report, const TemplateSet& templates);
Result<std::vector<OutputFile>> write_pdf(const Report& report, const TemplateSet& templates);

/// The whole HTML document for a target.
Result<std::string> make_page(const Report& report, const TemplateSet& templates, HtmlTarget target);

}  // namespace ihc::report
