// tests/evidence/<domain>.yaml: for every entry of the rules' catalogue the evidence that it asks for, the capture that
// brings each item, and the fact that holds it. Here: that these captures and facts exist, and that no entry is
// missing.
//
//   - rule: C02
//     evidence:
//       - {item: "per-node numa_foreign growth", capture: "/sys/devices/system/node/node*/numastat", fact:
//       "numa_memory.nodes[].delta.numa_foreign"}
//       - {item: "fleet baseline", not_here: "needs many nodes"}
//
// A capture is the path, slug or probe name of a row in a collector's table, or the kind of a text that import takes.
// In a fact, [] stands for an element of a list and {} for a value of a map.

#include <filesystem>
#include <iostream>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "base/text.h"
#include "collect/collector.h"
#include "facts/document.h"

namespace ihc::test {
namespace {

namespace fs = std::filesystem;

// How many entries each domain of the catalogue has: A01 … A14, and so on.
const std::map<char, int> kEntries{{'A', 14}, {'B', 9}, {'C', 10}, {'D', 12}, {'E', 9},
                                   {'F', 11}, {'G', 9}, {'H', 9},  {'I', 12}, {'J', 8}};

std::set<std::string> capture_names() {
  // What collecting itself writes.
  std::set<std::string> names{"discovery", "discovery-after", "manifest"};
  for (const Collector* collector : all_collectors()) {
    for (const ForeignText& text : collector->texts) names.emplace(text.kind);
    for (const Capture& capture : collector->captures) {
      if (const auto* file = std::get_if<File>(&capture)) names.emplace(file->path);
      if (const auto* files = std::get_if<Files>(&capture)) names.emplace(files->path);
      if (const auto* sampled = std::get_if<Sampled>(&capture)) names.emplace(sampled->path);
      if (const auto* scraped = std::get_if<Scraped>(&capture)) names.emplace(scraped->family);
      if (const auto* command = std::get_if<CommandOutput>(&capture)) names.emplace(command->slug);
      if (const auto* counted = std::get_if<Counted>(&capture)) names.emplace(counted->name);
      if (const auto* probe = std::get_if<Probe>(&capture)) names.emplace(probe->name);
    }
  }
  return names;
}

// "numa_memory.nodes[].delta.numa_foreign" through the schema of facts: properties, items, additionalProperties.
bool is_fact(std::string_view path, const Json& schema) {
  const Json* place = &schema;
  const auto enter = [&place](const char* key) {
    if (!place->contains(key) || !place->at(key).is_object()) return false;
    place = &place->at(key);
    return true;
  };
  if (path.starts_with("facts.")) path.remove_prefix(6);
  for (std::string_view part : split(path, '.')) {
    const std::size_t brackets = std::min(part.find("[]"), part.find("{}"));
    const std::string name(part.substr(0, brackets));
    if (!enter("properties") || !enter(name.c_str())) return false;
    for (part.remove_prefix(std::min(brackets, part.size())); !part.empty(); part.remove_prefix(2)) {
      if (part.starts_with("[]") ? !enter("items") : !part.starts_with("{}") || !enter("additionalProperties")) {
        return false;
      }
    }
  }
  return true;
}

// One value or a list of them.
std::vector<std::string> values_of(const YAML::Node& node) {
  if (!node) return {};
  if (node.IsScalar()) return {node.as<std::string>()};
  return node.as<std::vector<std::string>>();
}

class EvidenceWalk : public ::testing::Test {
 protected:
  // Checks one item; what is wrong with it in words, or "".
  std::string problem_of(const YAML::Node& item) const {
    if (!item.IsMap() || !item["item"] || item["item"].as<std::string>().empty()) return "it has no item";
    if (item["not_here"]) return item["not_here"].as<std::string>().empty() ? "not_here has no reason" : "";
    const auto captures = values_of(item["capture"]);
    const auto facts = values_of(item["fact"]);
    if (captures.empty() || facts.empty()) return "it has neither capture and fact nor not_here";
    for (const std::string& capture : captures) {
      if (!captures_.contains(capture)) return "no collector captures " + capture;
    }
    for (const std::string& fact : facts) {
      if (!is_fact(fact, schema_)) return "the schema has no fact " + fact;
    }
    return "";
  }

  const std::set<std::string> captures_ = capture_names();
  const Json schema_ = facts_schema();
};

TEST_F(EvidenceWalk, EveryEntryHasItsCapturesAndFacts) {
  const fs::path folder = fs::path(IHC_SOURCE_DIR) / "tests/evidence";
  ASSERT_TRUE(fs::exists(folder)) << folder;
  std::map<char, std::set<std::string>> rules;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".yaml") continue;
    SCOPED_TRACE(entry.path().filename().string());
    const YAML::Node document = YAML::LoadFile(entry.path().string());
    ASSERT_TRUE(document.IsSequence());
    for (const YAML::Node& rule : document) {
      const std::string id = rule["rule"].as<std::string>();
      EXPECT_TRUE(rules[id.front()].insert(id).second) << id << " is there twice";
      EXPECT_TRUE(rule["evidence"].IsSequence() && rule["evidence"].size() > 0) << id;
      for (const YAML::Node& item : rule["evidence"]) {
        const std::string problem = problem_of(item);
        EXPECT_EQ(problem, "") << id << ": " << YAML::Dump(item);
      }
    }
  }
  for (const auto& [domain, count] : kEntries) {
    if (rules[domain].empty()) {
      std::cout << "no evidence is listed for domain " << domain << "\n";
      continue;
    }
    EXPECT_EQ(rules[domain].size(), static_cast<std::size_t>(count)) << "entries of domain " << domain;
    for (int number = 1; number <= count; ++number) {
      const std::string id = std::string(1, domain) + (number < 10 ? "0" : "") + std::to_string(number);
      EXPECT_TRUE(rules[domain].contains(id)) << id << " has no evidence";
    }
  }
}

TEST_F(EvidenceWalk, FactsAreFoundByPath) {
  for (const char* path : {"topology.numa_nodes[].distances{}", "facts.perf.runs[].events{}.value", "node.label",
                           "topology.core_siblings[]", "collection"}) {
    EXPECT_TRUE(is_fact(path, schema_)) << path;
  }
  for (const char* path : {"", "topology.nothing", "topology.numa_nodes.distances", "node.label[]", "node.label{}",
                           "topology.numa_nodes[]x", "perf.runs[].events[].value"}) {
    EXPECT_FALSE(is_fact(path, schema_)) << path;
  }
}

TEST_F(EvidenceWalk, ItemsThatNothingBacksAreFound) {
  const auto problem = [this](const char* text) { return problem_of(YAML::Load(text)); };
  EXPECT_EQ(problem("{item: x, capture: /proc/cpuinfo, fact: topology.cpu_model}"), "");
  EXPECT_EQ(problem("{item: x, not_here: needs many nodes}"), "");
  EXPECT_EQ(problem("{item: x, capture: /proc/nothing, fact: topology.cpu_model}"),
            "no collector captures /proc/nothing");
  EXPECT_EQ(problem("{item: x, capture: [/proc/cpuinfo], fact: [topology.guess]}"),
            "the schema has no fact topology.guess");
  EXPECT_EQ(problem("{item: x}"), "it has neither capture and fact nor not_here");
  EXPECT_EQ(problem("{capture: /proc/cpuinfo}"), "it has no item");
}

// The fifty things that a naive tool gets wrong are numbered T01 to T50 in the catalogue; the test of each has its
// number in its name. One is a matter of judging, not of reading.
TEST(Traps, EachHasItsTest) {
  const std::map<int, std::string> of_rules{{36, "kern-isolcpus-stacking"}};
  std::set<int> tested;
  const auto& all = *::testing::UnitTest::GetInstance();
  for (int suite = 0; suite < all.total_test_suite_count(); ++suite) {
    const auto& tests = *all.GetTestSuite(suite);
    for (int test = 0; test < tests.total_test_count(); ++test) {
      const std::string name = tests.GetTestInfo(test)->name();
      const auto number =
          name.size() < 3 || name.front() != 'T' ? std::nullopt : parse_number<std::uint32_t>(name.substr(1, 2));
      if (number) tested.insert(static_cast<int>(*number));
    }
  }
  for (const auto& [number, rule] : of_rules) {
    if (std::filesystem::exists(fs::path(IHC_SOURCE_DIR) / "rules/tests" / (rule + ".yaml"))) tested.insert(number);
  }
  for (int number = 1; number <= 50; ++number) EXPECT_TRUE(tested.contains(number)) << "T" << number;
}

}  // namespace
}  // namespace ihc::test
