// The checked-in JSON Schema is what the program prints, and the facts of every test are valid against it.

#include <filesystem>

#include <gtest/gtest.h>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "base/files.h"
#include "base/limits.h"
#include "cli/read_facts.h"
#include "support/timed_bundle.h"

namespace ihc::test {
namespace {

namespace fs = std::filesystem;

std::string problems_of(const Json& document) {
  valijson::Schema schema;
  valijson::SchemaParser parser;
  const Json schema_json = facts_schema();
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_json), schema);
  valijson::Validator validator;
  valijson::ValidationResults results;
  validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(document), &results);
  std::string text;
  valijson::ValidationResults::Error error;
  while (results.popError(error)) {
    for (const std::string& part : error.context) text += part;
    text += ": " + error.description + "\n";
  }
  return text;
}

TEST(FactsSchema, CheckedInCopyIsWhatTheProgramPrints) {
  const fs::path path = fs::path(IHC_SOURCE_DIR) / "rules/schema/facts.schema.json";
  const auto checked_in = read_file(path, limits::kMaxFileBytes);
  ASSERT_TRUE(checked_in);
  EXPECT_EQ(*checked_in, to_pretty_text(facts_schema())) << "write it again: ihc facts --schema > " << path;
}

TEST(FactsSchema, AnEmptyBundleIsValidAndSaysWhy) {
  const FactsBuilder builder = read_facts(*bundle_of({}));
  const Json document = to_json(builder);
  EXPECT_EQ(problems_of(document), "");
  EXPECT_EQ(builder.missing().at("/topology/cpus_online").reason, "file_absent");
  EXPECT_EQ(builder.missing().at("/workers").reason, "file_absent");
}

TEST(FactsSchema, RecordedMachinesAreValid) {
  std::size_t machines = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(IHC_SOURCE_DIR) / "tests/corpus/facts")) {
    if (entry.path().extension() != ".packed") continue;
    const auto packed = read_file(entry.path(), limits::kMaxJsonBytes);
    ASSERT_TRUE(packed);
    const auto bundle = bundle_of({{"packed/recorded/000", *packed}});
    ASSERT_NE(bundle, nullptr);
    EXPECT_EQ(problems_of(to_json(read_facts(*bundle))), "") << entry.path();
    ++machines;
  }
  EXPECT_GT(machines, 0U);
}

TEST(FactsSchema, WhatIsNotAFactIsRefused) {
  Json document = to_json(read_facts(*bundle_of({})));
  document["kernel"]["swappiness"] = "sixty";
  EXPECT_NE(problems_of(document), "");
}

TEST(FactsReference, NamesEverySection) {
  const std::string page = facts_reference();
  for (const char* heading :
       {"## `facts.topology`", "## `facts.workers[]`", "## `facts.perf.runs[]`", "## `facts.gpus[]`"}) {
    EXPECT_NE(page.find(heading), std::string::npos) << heading;
  }
}

}  // namespace
}  // namespace ihc::test
