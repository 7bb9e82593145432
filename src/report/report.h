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
#include "pdf/protocol.h"
#include "report/charts/charts.h"
#include "report/html.h"
#include "report/input.h"
#include "report/page.h"
#include "report/template_set.h"

namespace ihc::report {

/// One file of a report.
struct OutputFile {
  std::string name;  ///< "report.md"
  std::string bytes;
};

/// A report filled in and ready to be written in any format, whatever it is about.
struct Report {
  std::string stem = "report";  ///< of the names of its files
  OutputFile data;              ///< the document beside it, as given: findings.json, compare.json
  Page page;                    ///< the frame of the HTML, but for what make_page() fills in
  PdfRequest paper;             ///< of the PDF, but for the HTML
  Json model;                   ///< what its templates saw
  std::vector<Figure> figures;
  std::string front;  ///< Markdown of the first page
  std::vector<ViewText> views;
};

/// The report of a node. Fills the views of a selection. Fails (usage) for a selection that views.json lacks.
Result<Report> make_report(const ReportInput& input, const TemplateSet& templates, const std::string& selection);

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
