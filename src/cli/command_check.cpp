// ihc check BUNDLE: findings on a terminal or as JSON, and an exit code that a pipeline can act on.

#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "base/json_read.h"
#include "cli/assess.h"
#include "cli/command.h"
#include "cli/terminal_style.h"
#include "engine/finding.h"
#include "report/check/formats.h"
#include "report/terminal.h"

namespace ihc {

namespace {

struct Options {
  std::string bundle;
  std::string format = "text";
  std::string fail_on;
  std::string fail_on_risk;
  AssessOptions assess;
  std::string templates;
  bool explain_risk = false;
};

bool has_failure_from(const Json& findings, Severity threshold) {
  for (const Json& finding : list_at(findings, "findings")) {
    const auto severity = severity_from(string_at(finding, "severity"));
    const bool failed = string_at(finding, "result") == "fail" && !at(finding, "waiver").is_object();
    if (failed && severity && *severity >= threshold) return true;
  }
  return false;
}

RiskLevel level_from(const std::string& word) {
  if (word == "low") return RiskLevel::low;
  return word == "medium" ? RiskLevel::medium : RiskLevel::high;
}

// "The answer is no" is exit 1; an assessment with nothing over the thresholds is 0 however little could be assessed.
ExitCode verdict(const Options& options, const Json& findings) {
  const auto severity = severity_from(options.fail_on);
  if (severity && has_failure_from(findings, *severity)) return ExitCode::answer_no;
  const std::string level = string_at(at(findings, "risk"), "level");
  if (!options.fail_on_risk.empty() && level_from(level) >= level_from(options.fail_on_risk))
    return ExitCode::answer_no;
  return ExitCode::done;
}

std::string text_in(const Options& options, const Json& findings, const std::string& node, const report::Words& words) {
  if (options.explain_risk) return report::risk_arithmetic(findings, words);
  if (options.format == "sarif") return report::findings_sarif(findings, node, words);
  if (options.format == "junit") return report::findings_junit(findings, node, words);
  if (options.format == "prometheus") return report::findings_prometheus(findings, node, words);
  return report::terminal_text(findings, node, words, style_of_stdout());
}

ExitCode run(const Options& options) {
  const auto bundle = open_bundle(options.bundle);
  if (!bundle) return report_error(bundle.error());
  const auto assessment = assess(**bundle, options.assess);
  if (!assessment) return report_error(assessment.error());
  if (options.format == "json") {
    std::cout << to_pretty_text(assessment->findings);
    return verdict(options, assessment->findings);
  }
  const auto templates = load_checked_templates(options.templates);
  if (!templates) return report_error(templates.error());
  std::cout << text_in(options, assessment->findings, (*bundle)->manifest().node, templates->words);
  return verdict(options, assessment->findings);
}

std::function<ExitCode()> declare(CLI::App& app, const CommandContext&) {
  const auto options = std::make_shared<Options>();
  app.add_option("BUNDLE", options->bundle, "a bundle: an archive or a folder")->required();
  app.add_option("--format", options->format, "text, json (findings.json), sarif, junit or prometheus")
      ->check(CLI::IsMember({"text", "json", "sarif", "junit", "prometheus"}))
      ->capture_default_str();
  app.add_option("--fail-on", options->fail_on, "exit 1 for a finding of this severity or above")
      ->check(CLI::IsMember({"info", "low", "medium", "high", "critical"}));
  app.add_option("--fail-on-risk", options->fail_on_risk, "exit 1 for this risk level or above")
      ->check(CLI::IsMember({"low", "medium", "high"}));
  add_assess_options(app, options->assess);
  app.add_option("--templates", options->templates, "a folder of templates to take the words from");
  app.add_flag("--explain-risk", options->explain_risk, "print the arithmetic of the risk index, term by term");
  return [options] { return run(*options); };
}

}  // namespace

extern const Command k_check_command{
    .name = "check",
    .about = "Judge a bundle by the rules: findings, risk and what was not assessed",
    .declare = declare,
};

}  // namespace ihc
