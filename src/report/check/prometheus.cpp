#include <array>
#include <map>
#include <utility>
#include <vector>

#include "base/json_read.h"
#include "base/version.h"
#include "report/check/formats.h"
#include "report/escape.h"
#include "report/format.h"

namespace ihc::report {

namespace {

using Labels = std::vector<std::pair<std::string_view, std::string>>;

// Exposition format 0.0.4: a backslash, a quote and a line feed are escaped in label values.
std::string escaped(const std::string& value) {
  std::string out;
  for (const char c : printable(value)) {
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

/// One metric family after another; HELP texts come from the words.
class Exposition {
 public:
  Exposition(const Words& words, std::string node) : words_(words), node_(std::move(node)) {}

  void family(const std::string& name) {
    name_ = name;
    text_ += "# HELP " + name + " " + one_line(words_.text("metrics." + name)) + "\n# TYPE " + name + " gauge\n";
  }
  void sample(const Labels& labels, const std::string& value) {
    text_ += name_ + "{node=\"" + escaped(node_) + "\"";
    for (const auto& [label, content] : labels) text_ += "," + std::string(label) + "=\"" + escaped(content) + "\"";
    text_ += "} " + value + "\n";
  }
  void sample(const Labels& labels, std::optional<double> value) {
    if (value) sample(labels, Json(*value).dump());
  }
  std::string take() { return std::move(text_); }

 private:
  const Words& words_;
  std::string node_;
  std::string name_;
  std::string text_;
};

constexpr std::array<std::string_view, 3> kLevels{"low", "medium", "high"};
constexpr double kPercent = 100.0;

std::optional<double> ratio_of_percent(const Json& object, std::string_view key) {
  const auto percent = number_at(object, key);
  return percent ? std::optional(*percent / kPercent) : std::nullopt;
}

void add_risk(Exposition& out, const Json& risk) {
  out.family("ihc_risk_index");
  out.sample({}, number_at(risk, "index"));
  out.family("ihc_risk_index_upper");
  out.sample({}, number_at(risk, "index_upper"));
  out.family("ihc_risk_level");
  for (const std::string_view level : kLevels) {
    out.sample({{"level", std::string(level)}}, string_at(risk, "level") == level ? "1" : "0");
  }
  out.family("ihc_coverage_ratio");
  out.sample({}, ratio_of_percent(risk, "coverage_pct"));
}

void add_domains(Exposition& out, const Json& risk) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kNumbers{
      {{"ihc_domain_risk_index", "index"}, {"ihc_domain_risk_index_upper", "index_upper"}}};
  for (const auto& [name, key] : kNumbers) {
    out.family(std::string(name));
    for (const Json& domain : list_at(risk, "domains")) {
      out.sample({{"domain", string_at(domain, "domain")}}, number_at(domain, key));
    }
  }
}

void add_findings(Exposition& out, const Json& findings) {
  std::map<std::string, std::size_t> counts{
      {"pass", 0}, {"fail", 0}, {"not_applicable", 0}, {"not_assessed", 0}, {"error", 0}};
  for (const Json& finding : list_at(findings, "findings")) ++counts[string_at(finding, "result")];
  out.family("ihc_findings");
  for (const auto& [result, count] : counts) out.sample({{"result", result}}, std::to_string(count));
  out.family("ihc_finding_failed");
  for (const Json& finding : list_at(findings, "findings")) {
    if (string_at(finding, "result") != "fail") continue;
    out.sample({{"rule", string_at(finding, "rule")},
                {"subject", string_at(finding, "subject_key")},
                {"domain", string_at(finding, "domain")},
                {"severity", string_at(finding, "severity")},
                {"confidence", string_at(finding, "confidence")},
                {"waived", at(finding, "waiver").is_object() ? "true" : "false"}},
               "1");
  }
}

}  // namespace

std::string findings_prometheus(const Json& findings, const std::string& node, const Words& words) {
  Exposition out(words, node);
  out.family("ihc_build_info");
  out.sample({{"version", std::string(kVersion)}}, "1");
  const Json& risk = at(findings, "risk");
  add_risk(out, risk);
  add_domains(out, risk);
  add_findings(out, findings);
  return out.take();
}

}  // namespace ihc::report
