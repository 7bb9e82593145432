#include "report/terminal.h"

#include <algorithm>
#include <map>
#include <vector>

#include "base/json_read.h"
#include "base/text.h"
#include "report/escape.h"
#include "report/format.h"
#include "report/model/checklist.h"
#include "report/model/findings.h"
#include "report/model/not_assessed.h"
#include "report/terminal_page.h"

namespace ihc::report {

namespace {

constexpr std::size_t kIndent = 10;

using Page = TerminalPage;

std::string_view color_of(const std::string& severity) {
  static const std::map<std::string, std::string_view> kColors{
      {"critical", "1;31"}, {"high", "31"}, {"medium", "33"}, {"low", "36"}, {"info", "2"}};
  const auto found = kColors.find(severity);
  return found == kColors.end() ? "0" : found->second;
}

void print_finding(Page& page, const Json& finding) {
  const Words& words = page.words();
  const std::string subject = printable(string_at(finding, "subject_key"));
  const std::string severity = string_at(finding, "severity");
  const std::string confidence = words.text("confidences", string_at(finding, "confidence"), "label");
  page.wrapped("  " + printable(words.text("severities", severity, "label")),
               one_line(string_at(finding, "title")) + " (" + printable(confidence) + ")", kIndent, color_of(severity));
  std::string about = printable(string_at(finding, "rule"));
  if (!subject.empty()) about += " " + words.text("check.on") + " " + subject;
  if (at(finding, "waiver").is_object()) about += " [" + words.text("check.waived") + "]";
  page.wrapped("", about, kIndent);
  page.wrapped("", one_line(string_at(at(finding, "text"), "engineer")), kIndent);
  const std::string what = one_line(string_at(at(finding, "recommendation"), "do"));
  if (!what.empty()) page.wrapped("", words.text("check.do") + ": " + what, kIndent);
}

void print_failures(Page& page, const Json& findings) {
  const auto failures = ranked_failures(findings);
  page.heading(page.words().text("check.failed") + " (" + std::to_string(failures.size()) + ")");
  if (failures.empty()) page.wrapped("  ", page.words().text("check.nothing_failed"), 2);
  for (const Json* finding : failures) print_finding(page, *finding);
}

void print_not_assessed(Page& page, const NotAssessed& model) {
  const Words& words = page.words();
  if (!model.reasons.empty()) {
    std::size_t checks = 0;
    for (const NotAssessedReason& reason : model.reasons) checks += reason.checks.size();
    page.heading(words.text("check.not_assessed") + " (" + std::to_string(checks) + ")");
  }
  for (const NotAssessedReason& reason : model.reasons)
    page.wrapped("  " + reason.count, reason.label + (reason.hint.empty() ? "" : ". " + reason.hint), 6);
  if (model.questions.empty()) return;
  page.heading(words.text("check.host_side") + " (" + std::to_string(model.questions.size()) + ")");
  for (const ProviderQuestion& question : model.questions) page.wrapped("  -", question.title, 4);
}

void print_checklist(Page& page, const Checklist& checklist) {
  page.heading(page.words().text("check.checklist") + " (" + checklist.checked + " / " + checklist.total + ")");
  for (const ChecklistItem& item : checklist.items)
    page.wrapped(item.is_checked ? "  [x]" : "  [ ]", item.text + (item.is_checked ? "" : ": " + item.state), 6);
}

}  // namespace

std::string risk_line(const Json& findings, const Words& words) {
  const Json& risk = at(findings, "risk");
  const auto number = [&](std::string_view key) {
    const auto value = number_at(risk, key);
    return value ? decimal_text(*value, 1) : words.text("states.not_known");
  };
  const std::string index = number("index");
  const std::string upper = number("index_upper");
  std::string line = words.text("check.risk") + " " + words.text("levels", string_at(risk, "level"), "label");
  line += " · " + words.text("check.index") + " " + index;
  if (upper != index) line += " " + words.text("check.of_at_most") + " " + upper;
  line += " · " + number("coverage_pct") + " " + words.text("units.percent") + " " + words.text("check.coverage");
  if (flag_at(risk, "provisional").value_or(false)) line += " · " + words.text("check.provisional");
  return line;
}

std::string terminal_text(const Json& findings, const std::string& node, const Words& words,
                          const TerminalStyle& style) {
  ReportInput input;
  input.findings = findings;
  Page page(words, style);
  page.heading(printable(node) + " · " + risk_line(findings, words));
  print_failures(page, findings);
  const NotAssessed not_assessed = make_not_assessed(input, words);
  print_not_assessed(page, not_assessed);
  print_checklist(page, make_checklist(input, words));
  std::size_t passed = 0;
  std::size_t not_applicable = 0;
  for (const Json& finding : list_at(findings, "findings")) {
    if (string_at(finding, "result") == "pass") ++passed;
    if (string_at(finding, "result") == "not_applicable") ++not_applicable;
  }
  page.line("");
  page.line(words.text("check.passed") + ": " + std::to_string(passed) + " · " + words.text("check.not_applicable") +
            ": " + std::to_string(not_applicable));
  return page.take();
}

}  // namespace ihc::report
