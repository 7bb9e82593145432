// The checked-in JSON Schema is what the program prints, and the facts of every test are valid against it.

#include <filesystem>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/limits.h"
#include "cli/read_facts.h"
#include "support/facts_schema.h"
#include "support/timed_bundle.h"

namespace ihc::test {
namespace {

namespace fs = std::filesystem;

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

TEST(FactsSchema, SamplesAreValid) {
  std::size_t samples = 0;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(IHC_SOURCE_DIR) / "samples")) {
    if (entry.path().extension() != ".zst") continue;
    const auto bundle = open_bundle(entry.path());
    ASSERT_TRUE(bundle) << entry.path();
    EXPECT_EQ(problems_of(to_json(read_facts(**bundle))), "") << entry.path();
    ++samples;
  }
  EXPECT_GT(samples, 3U);
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
