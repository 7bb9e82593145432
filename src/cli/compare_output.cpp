#include "cli/compare_output.h"

#include <algorithm>
#include <iostream>
#include <utility>

#include "base/json_read.h"
#include "cli/command.h"
#include "cli/report_files.h"
#include "cli/terminal_style.h"
#include "report/claim_text.h"
#include "report/comparison/claim.h"
#include "report/comparison/report.h"

namespace ihc {

namespace {

bool is_asked_for(const CompareOutput& output, std::string_view format) {
  if (output.formats.empty()) return format == "text" && output.directory.empty();
  return std::ranges::find(output.formats, format) != output.formats.end();
}

Result<void> put_sentences(const std::vector<report::ComparedPair>& pairs, const report::TemplateSet& templates,
                           Json& document) {
  for (std::size_t pair = 0; pair < pairs.size(); ++pair) {
    const auto sentence = report::claim_sentence(pairs[pair], templates);
    if (!sentence) return fail(sentence.error());
    if (sentence->empty()) continue;
    if (pair == 0) document["claim"]["sentence"] = *sentence;
    if (pair < list_at(document, "pairs").size()) {
      Json claim = at(pairs[pair].comparison, "claim");
      claim["sentence"] = *sentence;
      document["pairs"][pair]["claim"] = std::move(claim);
    }
  }
  return {};
}

ExitCode write_pages(const CompareOutput& output, const std::vector<report::ComparedPair>& pairs, Json document,
                     const report::TemplateSet& templates) {
  const auto report = report::make_comparison_report(
      {.pairs = pairs, .document = std::move(document), .client = output.client, .as_of = output.as_of}, templates);
  if (!report) return report_error(report.error());
  if (output.print_model) {
    std::cout << to_pretty_text(report->model);
    return ExitCode::done;
  }
  const std::vector<std::string> pages{"md", "html", "pdf"};
  const auto written =
      write_report_files(*report, templates, output.formats.empty() ? pages : output.formats, output.directory);
  if (!written) return report_error(written.error());
  for (const auto& path : written->paths) std::cout << path.string() << "\n";
  return written->all ? ExitCode::done : ExitCode::in_part;
}

}  // namespace

void add_output_options(CLI::App& app, CompareOutput& output) {
  app.add_option("-o,--output", output.directory, "folder to write into; compare.json is always written there");
  app.add_option("--format", output.formats,
                 "text, json, md, html, pdf, separated by commas [text; with -o: md, html and pdf]")
      ->delimiter(',')
      ->check(CLI::IsMember({"text", "json", "md", "html", "pdf"}));
  app.add_option("--client", output.client, "name of the client, for the cover");
  app.add_flag("--model", output.print_model, "print what templates see, as JSON, and write nothing");
}

Result<void> check_output(const CompareOutput& output) {
  if (!output.directory.empty() || output.print_model) return {};
  for (const std::string& format : output.formats) {
    if (format != "text" && format != "json")
      return fail(ErrorCode::usage, "a page is a file, and no folder is named", "--format " + format,
                  "name a folder with -o");
  }
  if (output.formats.size() <= 1) return {};
  return fail(ErrorCode::usage, "text and json can't both be printed", "--format",
              "name a folder with -o, or one format");
}

ExitCode give_out(const CompareOutput& output, const std::vector<report::ComparedPair>& pairs, const std::string& text,
                  Json document, const report::TemplateSet& templates) {
  if (auto put = put_sentences(pairs, templates, document); !put) return report_error(put.error());
  if (output.print_model) return write_pages(output, pairs, std::move(document), templates);
  if (is_asked_for(output, "text")) {
    const auto claims = report::claims_text(pairs, templates, style_of_stdout());
    if (!claims) return report_error(claims.error());
    std::cout << text << *claims;
  }
  if (!output.directory.empty()) return write_pages(output, pairs, std::move(document), templates);
  if (is_asked_for(output, "json")) std::cout << to_pretty_text(document);
  return ExitCode::done;
}

}  // namespace ihc
