// report.html, compare.html: one file with everything in it, and nothing that it would fetch.
#include <utility>

#include "pdf/protocol.h"
#include "report/escape.h"
#include "report/fill.h"
#include "report/page.h"
#include "report/report.h"

namespace ihc::report {

namespace {

constexpr int kContentsDepth = 2;

std::string make_contents(const std::vector<Heading>& headings, HtmlTarget target) {
  std::string html = "<ul class=\"contents\">\n";
  for (const Heading& heading : headings) {
    if (heading.level > kContentsDepth) continue;
    html += "<li class=\"level" + std::to_string(heading.level) + "\"><a href=\"#" + escape_html(heading.id) + "\">" +
            escape_html(heading.title) + "</a>";
    if (target == HtmlTarget::pdf) html += "<span class=\"page\">" + pdf_page_number_of(heading.id) + "</span>";
    html += "</li>\n";
  }
  return html + "</ul>\n";
}

std::string figure_svg(const Report& report, std::string_view name) {
  for (const Figure& figure : report.figures) {
    if (figure.name == name) return figure.svg;
  }
  return {};
}

}  // namespace

Result<std::string> make_page(const Report& report, const TemplateSet& templates, HtmlTarget target) {
  HtmlBody body = to_html(report.views, report.figures, target);
  const Template* style = templates.find("theme/style.css");
  if (style == nullptr) return fail(ErrorCode::not_found, "there is no such template", "theme/style.css");
  Page page = report.page;
  page.style = style->text;
  page.contents = make_contents(body.headings, target);
  page.body = std::move(body.html);
  page.risk_figure = figure_svg(report, "figure-risk.svg");
  page.is_for_pdf = target == HtmlTarget::pdf;
  return fill_page(templates, facts_to_json(page));
}

Result<std::vector<OutputFile>> write_html(const Report& report, const TemplateSet& templates) {
  auto page = make_page(report, templates, HtmlTarget::screen);
  if (!page) return fail(page.error());
  return std::vector<OutputFile>{{report.stem + ".html", std::move(*page)}};
}

}  // namespace ihc::report
