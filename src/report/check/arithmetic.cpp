#include "base/json_read.h"
#include "report/check/formats.h"
#include "report/escape.h"
#include "report/format.h"

namespace ihc::report {

namespace {

constexpr int kFactorDigits = 4;

std::string number(const Json& object, std::string_view key, int digits) {
  const auto value = number_at(object, key);
  return value ? decimal_text(*value, digits) : std::string("?");
}

// "0.3500 × 0.7 × 1.00 = 0.2450  kern-clocksource-slow (high, probable, group clock)"
std::string term_line(const Json& term, const Words& words) {
  std::string line = "    " + number(term, "weight", kFactorDigits) + " × " + number(term, "confidence_value", 2) +
                     " × " + number(term, "share", 2) + " = " + number(term, "counted", kFactorDigits);
  const auto times = integer_at(term, "times").value_or(1);
  if (times > 1) line += " (" + std::to_string(times) + " ×)";
  line += "  " + printable(string_at(term, "rule"));
  const std::string subject = string_at(term, "subject_key");
  if (!subject.empty()) line += " " + words.text("check.on") + " " + printable(subject);
  line += " (" + words.text("severities", string_at(term, "severity"), "label") + ", " +
          words.text("confidences", string_at(term, "confidence"), "label") + ", " + words.text("check.group") + " " +
          printable(string_at(term, "group")) + ")";
  if (flag_at(term, "assumed").value_or(false)) line += " " + words.text("check.assumed");
  return line + "\n";
}

void add_sum(std::string& text, const Json& scope, std::string_view terms_key, std::string_view index_key,
             const std::string& label, const Words& words) {
  text += "  " + label + "\n";
  const Json& terms = list_at(scope, terms_key);
  double product = 1;
  for (const Json& term : terms) {
    text += term_line(term, words);
    const double counted = number_at(term, "counted").value_or(0);
    for (auto left = integer_at(term, "times").value_or(1); left > 0; --left) product *= 1 - counted;
  }
  if (terms.empty()) text += "    " + words.text("check.no_terms") + "\n";
  text += "    100 × (1 − " + decimal_text(product, kFactorDigits) + ") = " + number(scope, index_key, 1) + "\n";
}

void add_scope(std::string& text, const Json& scope, const std::string& name, const Words& words) {
  text += name + ": " + words.text("levels", string_at(scope, "level"), "label");
  std::string reasons;
  for (const Json& reason : list_at(scope, "level_reasons")) {
    if (!reason.is_string()) continue;
    reasons += (reasons.empty() ? " (" : "; ") +
               one_line(words.text("level_reasons", reason.get_ref<const std::string&>(), "label"));
  }
  text += (reasons.empty() ? "" : reasons + ")") + "\n";
  add_sum(text, scope, "terms", "index", words.text("check.index_terms"), words);
  add_sum(text, scope, "upper_terms", "index_upper", words.text("check.upper_terms"), words);
  text += "  " + words.text("check.coverage_terms") + ": " + number(scope, "coverage_assessed", 1) + " / " +
          number(scope, "coverage_applicable", 1) + " = " + number(scope, "coverage_pct", 1) + " " +
          words.text("units.percent") + "\n";
}

}  // namespace

std::string risk_arithmetic(const Json& findings, const Words& words) {
  const Json& risk = at(findings, "risk");
  std::string text = words.text("check.arithmetic") + "\n\n";
  add_scope(text, risk, words.text("states.the_node"), words);
  for (const Json& domain : list_at(risk, "domains")) {
    text += "\n";
    add_scope(text, domain, words.text("domains", string_at(domain, "domain"), "label"), words);
  }
  return text;
}

}  // namespace ihc::report
