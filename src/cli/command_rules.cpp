// ihc rules lint | test | eval | list | show | explain: rules before any node is visited, and on one.
#include <algorithm>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include "base/files.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/resources.h"
#include "base/text.h"
#include "bundle/bundle.h"
#include "cli/assess.h"
#include "cli/command.h"
#include "cli/read_facts.h"
#include "cli/rules_reading.h"
#include "engine/evaluate.h"
#include "engine/expr/evaluator.h"
#include "engine/expr/parser.h"
#include "engine/rule_tests.h"

namespace ihc {

namespace {

struct Options {
  std::string rules_dir;
  std::string format = "text";
  std::string expression;
  std::string facts_file;
  std::string bundle;
  std::string batch_file;
  std::string rule;
  std::string profile;
};

Json to_json(const Diagnostic& diagnostic) {
  return {{"code", diagnostic.code},
          {"severity", diagnostic.severity == DiagnosticSeverity::error ? "error" : "warning"},
          {"file", diagnostic.file},
          {"line", diagnostic.line},
          {"column", diagnostic.column},
          {"length", diagnostic.length},
          {"message", diagnostic.message},
          {"hint", diagnostic.hint}};
}

Json to_json(const std::vector<Diagnostic>& diagnostics) {
  Json list = Json::array();
  for (const Diagnostic& diagnostic : diagnostics) list.push_back(to_json(diagnostic));
  return list;
}

// A folder of own rules, or the shipped ones. Risk weights are policy: a folder without a table is judged by the
// shipped one.
Result<std::vector<Resource>> rules_to_check(const Options& options) {
  auto resources = load_resources("rules", options.rules_dir);
  if (!resources || options.rules_dir.empty()) return resources;
  const auto is_table = [](const Resource& resource) { return resource.path == "risk.yaml"; };
  if (std::any_of(resources->begin(), resources->end(), is_table)) return resources;
  const auto shipped = load_resources("rules", {});
  if (!shipped) return shipped;
  std::copy_if(shipped->begin(), shipped->end(), std::back_inserter(*resources), is_table);
  return resources;
}

ExitCode lint(const Options& options) {
  const auto resources = rules_to_check(options);
  if (!resources) return report_error(resources.error());
  const LoadedPack loaded = load_rule_pack(*resources);
  const bool ok = !has_errors(loaded.diagnostics);
  if (options.format == "json") {
    std::cout << to_pretty_text(
        {{"ok", ok}, {"rules", loaded.pack.rules.size()}, {"diagnostics", to_json(loaded.diagnostics)}});
  } else {
    for (const Diagnostic& diagnostic : loaded.diagnostics) std::cout << to_text(diagnostic);
    std::cout << loaded.pack.rules.size() << " rules, " << loaded.diagnostics.size()
              << (loaded.diagnostics.size() == 1 ? " diagnostic\n" : " diagnostics\n");
  }
  return ok ? ExitCode::done : ExitCode::answer_no;
}

Json to_json(const std::vector<RuleTestOutcome>& outcomes) {
  Json list = Json::array();
  for (const RuleTestOutcome& outcome : outcomes) {
    list.push_back(
        {{"rule", outcome.rule}, {"case", outcome.name}, {"passed", outcome.passed}, {"problem", outcome.problem}});
  }
  return list;
}

ExitCode test(const Options& options) {
  const auto resources = rules_to_check(options);
  if (!resources) return report_error(resources.error());
  const LoadedPack loaded = load_rule_pack(*resources);
  if (has_errors(loaded.diagnostics)) {
    for (const Diagnostic& diagnostic : loaded.diagnostics) std::cerr << to_text(diagnostic);
    return ExitCode::answer_no;
  }
  const RuleTestReport report = run_rule_tests(loaded.pack, *resources);
  if (options.format == "json") {
    std::cout << to_pretty_text(
        {{"ok", report.passed()}, {"cases", to_json(report.outcomes)}, {"diagnostics", to_json(report.diagnostics)}});
    return report.passed() ? ExitCode::done : ExitCode::answer_no;
  }
  std::size_t passed = 0;
  for (const RuleTestOutcome& outcome : report.outcomes) {
    passed += outcome.passed ? 1 : 0;
    if (!outcome.passed) std::cout << outcome.rule << ": " << outcome.name << ": " << outcome.problem << "\n";
  }
  for (const Diagnostic& diagnostic : report.diagnostics) std::cout << to_text(diagnostic);
  std::cout << passed << " of " << report.outcomes.size() << " cases passed over " << loaded.pack.rules.size()
            << " rules\n";
  return report.passed() ? ExitCode::done : ExitCode::answer_no;
}

Result<Json> facts_for(const Options& options) {
  if (!options.bundle.empty()) {
    auto bundle = open_bundle(options.bundle);
    if (!bundle) return fail(bundle.error());
    return to_json(read_facts(**bundle));
  }
  if (options.facts_file.empty()) return Json::object();
  const auto text = read_file(options.facts_file, limits::kMaxJsonBytes);
  if (!text) return fail(text.error());
  auto facts = parse_json(*text, options.facts_file);
  if (!facts) return fail(facts.error());
  normalise_facts(*facts);
  return facts;
}

Diagnostic diagnostic_of(const std::string& source, std::string code, std::string message, std::string hint,
                         std::size_t offset, std::size_t length) {
  Diagnostic diagnostic;
  diagnostic.code = std::move(code);
  diagnostic.file = "(expression)";
  diagnostic.message = std::move(message);
  diagnostic.hint = std::move(hint);
  diagnostic.length = length;
  std::size_t start = 0;
  diagnostic.line = 1;
  for (std::size_t i = 0; i < offset && i < source.size(); ++i) {
    if (source[i] != '\n') continue;
    ++diagnostic.line;
    start = i + 1;
  }
  diagnostic.column = offset - start + 1;
  diagnostic.source_line = source.substr(start, source.find('\n', start) - start);
  return diagnostic;
}

// `facts` is the document, as in rules; its sections are names of their own too, because this is typed by hand.
ExitCode eval_one(const Options& options) {
  const auto facts = facts_for(options);
  if (!facts) return report_error(facts.error());
  const auto expression = expr::parse(options.expression);
  if (!expression) {
    const auto& error = expression.error();
    std::cerr << to_text(diagnostic_of(options.expression, std::string(to_string(error.kind)), error.message,
                                       error.hint, error.offset, error.length));
    return ExitCode::bad_input;
  }
  expr::Bindings bindings;
  bindings.set("facts", expr::fact_value(*facts, expr::root_path()));
  if (facts->is_object()) {
    for (const auto& [name, section] : facts->items()) {
      bindings.set(name, expr::fact_value(section, expr::child_path(expr::root_path(), name)));
    }
  }
  const expr::Value value = expr::evaluate(*expression, bindings);
  if (const expr::EvalError* error = value.error()) {
    std::cerr << to_text(
        diagnostic_of(options.expression, std::string(to_string(error->kind)), error->message, "", error->offset, 1));
    return ExitCode::bad_input;
  }
  std::cout << to_pretty_text(expr::to_json(value));
  return ExitCode::done;
}

expr::Value eval_row(const Json& row) {
  const auto text = row.find("expr");
  if (text == row.end() || !text->is_string())
    return expr::make_error(expr::ErrorKind::syntax, "the line has no \"expr\"");
  const auto expression = expr::parse(text->get_ref<const std::string&>());
  if (!expression)
    return expr::make_error(expression.error().kind, expression.error().message, expression.error().offset);
  expr::Bindings bindings;
  if (const auto given = row.find("bindings"); given != row.end() && given->is_object()) {
    for (const auto& [name, tagged] : given->items()) {
      const auto value = expr::from_tagged_json(tagged);
      if (!value)
        return expr::make_error(expr::ErrorKind::invalid_argument, "the binding " + name + " is no tagged value");
      bindings.set(name, *value);
    }
  }
  return expr::evaluate(*expression, bindings);
}

ExitCode eval_batch(const Options& options) {
  const auto text = read_file(options.batch_file, limits::kMaxJsonBytes);
  if (!text) return report_error(text.error());
  std::size_t number = 0;
  for (const std::string_view line : split_lines(*text)) {
    ++number;
    if (trim(line).empty()) continue;
    const auto row = parse_json(line, options.batch_file + ":" + std::to_string(number));
    if (!row) return report_error(row.error());
    Json answer = Json::object();
    const bool named = row->is_object() && row->contains("name");
    answer["name"] = named ? (*row)["name"] : Json(nullptr);
    const expr::Value value =
        row->is_object() ? eval_row(*row) : expr::make_error(expr::ErrorKind::syntax, "the line is no object");
    if (const expr::EvalError* error = value.error()) {
      answer["error"] = error->message;
    } else {
      answer["value"] = expr::to_tagged_json(value);
    }
    std::cout << to_compact_text(answer) << "\n";
  }
  return ExitCode::done;
}

ExitCode eval(const Options& options) {
  const bool has_expression = !options.expression.empty();
  if (has_expression == !options.batch_file.empty()) {
    return report_error(
        {ErrorCode::usage, "either an expression or --batch is needed", "rules eval", "see ihc rules eval --help"});
  }
  return has_expression ? eval_one(options) : eval_batch(options);
}

enum class RulesView { list, show, explain };

ExitCode read_rules(const Options& options, RulesView reading) {
  const auto pack = load_rules(options.rules_dir, options.profile);
  if (!pack) return report_error(pack.error());
  const RulesFormat format = options.format == "json" ? RulesFormat::json : RulesFormat::text;
  if (reading == RulesView::list) return list_rules(*pack, format);
  if (reading == RulesView::show) return show_rule(*pack, options.rule, format);
  return explain_rule(*pack, options.rule, options.bundle, format);
}

void add_rules_option(CLI::App& app, Options& options) {
  app.add_option("--rules", options.rules_dir, "folder with own packs/, params/, tests/")
      ->check(CLI::ExistingDirectory);
}

void add_format_option(CLI::App& app, Options& options) {
  app.add_option("--format", options.format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
}

}  // namespace

extern const Command k_rules_command{
    .name = "rules",
    .about = "Check, test and try out rules",
    .declare = [](CLI::App& app, const CommandContext&) -> std::function<ExitCode()> {
      const auto options = std::make_shared<Options>();
      app.require_subcommand(1);
      CLI::App* lint_app =
          app.add_subcommand("lint", "Find unknown facts, functions, names, wrong types and numbers in words");
      add_rules_option(*lint_app, *options);
      add_format_option(*lint_app, *options);
      CLI::App* test_app = app.add_subcommand("test", "Run the tests beside the rules");
      test_app->add_option("DIR", options->rules_dir, "the same as --rules")->check(CLI::ExistingDirectory);
      add_rules_option(*test_app, *options);
      add_format_option(*test_app, *options);
      CLI::App* eval_app = app.add_subcommand("eval", "Evaluate an expression and print its value as JSON");
      eval_app->add_option("EXPR", options->expression, "an expression; `facts` and its sections are names in it");
      auto* facts = eval_app->add_option("--facts", options->facts_file, "a facts document (JSON)");
      eval_app->add_option("--bundle", options->bundle, "a bundle to take the facts from")->excludes(facts);
      eval_app->add_option("--batch", options->batch_file,
                           "lines of {name, expr, bindings}; prints {name, value} or {name, error}");
      CLI::App* list_app =
          app.add_subcommand("list", "Every rule on a line: id, worst severity, checklist item, title");
      CLI::App* show_app = app.add_subcommand("show", "All that a rule says, readable");
      CLI::App* explain_app = app.add_subcommand("explain", "How a rule came to its answer on a bundle, part by part");
      for (CLI::App* reading : {list_app, show_app, explain_app}) {
        add_rules_option(*reading, *options);
        add_format_option(*reading, *options);
        reading->add_option("--profile", options->profile,
                            "other thresholds: the name of a shipped profile, or a file");
        if (reading != list_app) reading->add_option("RULE", options->rule, "a rule's id")->required();
      }
      explain_app->add_option("BUNDLE", options->bundle, "a bundle: an archive or a folder")->required();
      return [options, lint_app, test_app, list_app, show_app, explain_app] {
        if (list_app->parsed()) return read_rules(*options, RulesView::list);
        if (show_app->parsed()) return read_rules(*options, RulesView::show);
        if (explain_app->parsed()) return read_rules(*options, RulesView::explain);
        if (lint_app->parsed()) return lint(*options);
        return test_app->parsed() ? test(*options) : eval(*options);
      };
    },
};

}  // namespace ihc
