#include "compare/spec.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "base/yaml_document.h"
#include "engine/finding.h"
#include "engine/pack_check.h"
#include "engine/pack_reader.h"
#include "facts/described/benchmark.h"
#include "facts/document.h"

namespace ihc::compare {

namespace {

constexpr std::string_view kFile = "comparison.yaml";
constexpr std::array<std::string_view, 7> kKinds{"setting",    "software", "hardware", "firmware",
                                                 "neighbours", "load",     "client"};
constexpr std::array<std::string_view, 5> kFactors{"scheduling", "memory", "interrupts", "throttling", "host"};
constexpr std::array<std::string_view, 3> kWeights{"major", "moderate", "minor"};

class SpecReader {
 public:
  SpecReader(const Resource& resource, std::vector<Diagnostic>& diagnostics)
      : source_(resource.origin, resource.bytes), diagnostics_(diagnostics) {
    names_.emplace("facts", expr::type_of_fact(type_of<Facts>()));
    names_.emplace("benchmarks", expr::type_of_fact(type_of<std::vector<Benchmark>>()));
  }

  ComparisonSpec read() {
    ComparisonSpec spec;
    YamlNode root;
    if (!source_.parse(root, diagnostics_)) return spec;
    MappingReader file(source_, root, "the file", diagnostics_);
    const YamlNode* node = file.required("comparison");
    file.finish();
    if (node == nullptr) return spec;
    MappingReader reader(source_, *node, "comparison", diagnostics_);
    spec.version = reader.required_text("version");
    if (const YamlNode* demands = reader.required("demands")) read_demands(*demands, spec);
    if (const YamlNode* blocked = reader.required("blocked_by")) read_blocked(*blocked, spec);
    if (const YamlNode* fewest = reader.mapping("fewest_requests")) read_fewest(*fewest, spec);
    if (const YamlNode* curves = reader.required("curves")) read_curves(*curves, spec);
    if (const YamlNode* timelines = reader.required("timelines")) read_timelines(*timelines, spec);
    for_each(reader, "metrics", [&](MappingReader& row) { read_metric(row, spec); });
    for_each(reader, "conditions", [&](MappingReader& row) { read_condition(row, spec); });
    for_each(reader, "evidence", [&](MappingReader& row) { read_evidence(row, spec); });
    read_claim(reader, spec);
    reader.finish();
    return spec;
  }

 private:
  void read_claim(MappingReader& reader, ComparisonSpec& spec) {
    spec.claim = reader.text_list("claim");
    for (const std::string& key : spec.claim) {
      const bool is_known = std::any_of(spec.conditions.begin(), spec.conditions.end(),
                                        [&](const ConditionSpec& condition) { return condition.key == key; });
      if (!is_known) reader.error(reader.node(), "unknown-word", "claim: there is no condition \"" + key + "\"");
    }
  }

  template <class Read>
  void for_each(MappingReader& reader, std::string_view key, Read read) {
    const YamlNode* rows = reader.sequence(key);
    if (rows == nullptr) return;
    for (const YamlNode& item : rows->children) {
      MappingReader row(source_, item, std::string(key), diagnostics_);
      read(row);
      row.finish();
    }
  }

  void read_demands(const YamlNode& node, ComparisonSpec& spec) {
    MappingReader row(source_, node, "demands", diagnostics_);
    spec.margin_pct = above_zero(row, "margin_pct");
    spec.significance_pct = above_zero(row, "significance_pct");
    spec.power_pct = above_zero(row, "power_pct");
    spec.bootstrap_rounds = static_cast<std::size_t>(above_zero(row, "bootstrap_rounds"));
    row.finish();
  }

  double above_zero(MappingReader& row, std::string_view key) {
    const auto number = row.number(key);
    if (number && *number > 0 && *number <= 1e6) return *number;
    row.error(row.node(), "bad-number", "\"" + std::string(key) + "\" is a number above 0");
    return 1;
  }

  void read_blocked(const YamlNode& node, ComparisonSpec& spec) {
    MappingReader row(source_, node, "blocked_by", diagnostics_);
    spec.blocking_tag = row.required_text("tag");
    const auto severity = severity_from(row.required_text("from_severity"));
    if (!severity) row.error(node, "unknown-word", "\"from_severity\" is critical, high, medium, low or info");
    spec.blocking_severity = severity.value_or(Severity::critical);
    row.finish();
  }

  void read_fewest(const YamlNode& node, ComparisonSpec& spec) {
    for (std::size_t at = 0; at + 1 < node.children.size(); at += 2) {
      const auto count = parse_number<std::size_t>(node.children[at + 1].text);
      if (!count) diagnostics_.push_back(source_.error("bad-number", "a number of requests", node.children[at + 1]));
      spec.fewest_requests[node.children[at].text] = count.value_or(0);
    }
  }

  void read_curves(const YamlNode& node, ComparisonSpec& spec) {
    MappingReader row(source_, node, "curves", diagnostics_);
    const YamlNode* ladder = row.required("ladder");
    for (const std::string& name : row.text_list("ladder")) spec.curve_ladder.push_back(percentile(row, name));
    if (ladder != nullptr && !std::is_sorted(spec.curve_ladder.begin(), spec.curve_ladder.end()))
      row.error(*ladder, "bad-number", "\"ladder\" goes up from percentile to percentile");
    spec.curve_points = count(row, "points", 2, 1000);
    row.finish();
  }

  void read_timelines(const YamlNode& node, ComparisonSpec& spec) {
    MappingReader row(source_, node, "timelines", diagnostics_);
    spec.timeline.tail_quantile = percentile(row, row.required_text("tail"));
    spec.timeline.high_share = above_zero(row, "high_share");
    if (spec.timeline.high_share > 1)
      row.error(row.node(), "bad-number", "\"high_share\" is a share of the seconds, at most 1");
    spec.timeline.most_listed = count(row, "most_listed", 1, 1000);
    spec.timeline.fewest_seconds = count(row, "fewest_seconds", 3, 3600);
    row.finish();
  }

  double percentile(MappingReader& row, const std::string& name) {
    const auto quantile = quantile_of_statistic(name);
    if (!quantile) row.error(row.node(), "unknown-word", "\"" + name + "\" is no percentile", "p50, p99 or p99.9");
    return quantile.value_or(0.5);
  }

  std::size_t count(MappingReader& row, std::string_view key, std::size_t least, std::size_t most) {
    const auto number = row.number(key);
    const bool is_good = number && *number >= static_cast<double>(least) && *number <= static_cast<double>(most) &&
                         *number == std::floor(*number);
    if (is_good) return static_cast<std::size_t>(*number);
    row.error(
        row.node(), "bad-number",
        "\"" + std::string(key) + "\" is a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return least;
  }

  bool lower_is_better(MappingReader& row) {
    return one_of(row, "better", std::array<std::string_view, 2>{"lower", "higher"}) == "lower";
  }

  template <std::size_t N>
  std::string one_of(MappingReader& row, std::string_view key, const std::array<std::string_view, N>& words) {
    const std::string word = row.required_text(key);
    if (std::find(words.begin(), words.end(), word) != words.end() || word.empty()) return word;
    const std::string close = closest_word(word, std::vector<std::string>(words.begin(), words.end()));
    row.error(row.node(), "unknown-word", "\"" + word + "\" is no value of \"" + std::string(key) + "\"",
              close.empty() ? "" : "did you mean \"" + close + "\"?");
    return word;
  }

  void read_metric(MappingReader& row, ComparisonSpec& spec) {
    MetricSpec metric{.metric = row.required_text("metric")};
    metric.lower_is_better = lower_is_better(row);
    metric.statistics = row.text_list("statistics");
    metric.headline = row.text_list("headline");
    for (const std::string& statistic : metric.statistics) {
      if (statistic != "mean" && !quantile_of_statistic(statistic))
        row.error(row.node(), "unknown-word", "\"" + statistic + "\" is no statistic", "mean, or p50, p90, p95, p99");
    }
    spec.metrics.push_back(std::move(metric));
  }

  RuleExpression expression(const YamlNode& node, const expr::TypeBindings& names) {
    RuleExpression read = read_expression(source_, node, diagnostics_);
    if (read.expression.root) check_expression(read, source_, names, diagnostics_);
    return read;
  }

  RuleExpression required_value(MappingReader& row) {
    const YamlNode* node = row.required("value");
    return node == nullptr ? RuleExpression{} : expression(*node, names_);
  }

  std::optional<int> place(MappingReader& row, std::string_view key) {
    const YamlNode* node = row.optional(key);
    if (node == nullptr) return std::nullopt;
    const auto number = parse_number<int>(node->text);
    if (!number || *number < 1) row.error(*node, "bad-number", "\"" + std::string(key) + "\" counts from 1");
    return number;
  }

  void read_condition(MappingReader& row, ComparisonSpec& spec) {
    ConditionSpec condition{.key = row.required_text("key"), .title = row.required_text("title")};
    condition.kind = one_of(row, "kind", kKinds);
    condition.moves = one_of(row, "moves", kWeights);
    condition.rung = place(row, "rung");
    condition.lab_row = place(row, "lab_row");
    condition.value = required_value(row);
    if (const YamlNode* node = row.optional("same_when"))
      condition.same_when = expression(*node, {{"before", {}}, {"after", {}}});
    condition.asked_by = row.text_list("asked_by");
    const bool is_new = std::none_of(spec.conditions.begin(), spec.conditions.end(),
                                     [&](const ConditionSpec& other) { return other.key == condition.key; });
    if (!is_new) row.error(row.node(), "duplicate", "a second condition \"" + condition.key + "\"");
    spec.conditions.push_back(std::move(condition));
  }

  void read_evidence(MappingReader& row, ComparisonSpec& spec) {
    EvidenceSpec evidence{.key = row.required_text("key"), .title = row.required_text("title")};
    evidence.unit = row.required_text("unit");
    evidence.factor = one_of(row, "factor", kFactors);
    evidence.lower_is_better = lower_is_better(row);
    evidence.value = required_value(row);
    spec.evidence.push_back(std::move(evidence));
  }

  YamlSource source_;
  std::vector<Diagnostic>& diagnostics_;
  expr::TypeBindings names_;
};

}  // namespace

ComparisonSpec read_comparison_spec(const std::vector<Resource>& shipped, const std::vector<Resource>& own,
                                    std::vector<Diagnostic>& diagnostics) {
  for (const auto* resources : {&own, &shipped}) {
    const auto found = std::find_if(resources->begin(), resources->end(),
                                    [](const Resource& resource) { return resource.path == kFile; });
    if (found != resources->end()) return SpecReader(*found, diagnostics).read();
  }
  diagnostics.push_back({.code = "file-absent", .file = std::string(kFile), .message = "the rules have no such file"});
  return {};
}

std::optional<double> quantile_of_statistic(const std::string& statistic) {
  if (!statistic.starts_with('p')) return std::nullopt;
  const auto percent = parse_decimal(std::string_view(statistic).substr(1));
  if (!percent || !(*percent > 0 && *percent < 100)) return std::nullopt;
  constexpr double kParts = 1e6;  // 99.9 / 100 is not the 0.999 that others write
  return std::round(*percent / 100 * kParts) / kParts;
}

}  // namespace ihc::compare
