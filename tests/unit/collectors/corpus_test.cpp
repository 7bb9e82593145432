// tests/corpus/<parser>/<case>.txt: recorded input; <case>.expected.json beside it: what the parser understands. Found
// by walking, so an input without expectation fails. tests/corpus/facts/<case>.packed is evidence of a whole machine in
// the format of packed members, and its expectation the facts without sources. IHC_WRITE_EXPECTED=1 writes what is
// missing.

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/limits.h"
#include "cli/read_facts.h"
#include "facts/described/document.h"
#include "support/parser_table.h"

namespace ihc::test {
namespace {

namespace fs = std::filesystem;

const fs::path kCorpus = fs::path(IHC_SOURCE_DIR) / "tests/corpus";

Json facts_of_packed(std::string_view text) {
  const auto bundle = MemoryBundle::of_files({{"packed/recorded/000", std::string(text)}});
  return bundle ? facts_to_json(read_facts(*bundle).facts) : Json("not a packed member");
}

Json understood(const std::string& family, std::string_view text) {
  if (family == "facts") return facts_of_packed(text);
  const std::vector<Parser>& all = all_parsers();
  const auto parser = std::find_if(all.begin(), all.end(), [&](const Parser& p) { return p.name == family; });
  return parser == all.end() ? Json("no parser has this folder's name") : parser->run(text);
}

TEST(Corpus, EveryInputHasItsExpectationAndMeetsIt) {
  std::size_t cases = 0;
  for (const auto& entry : fs::recursive_directory_iterator(kCorpus)) {
    if (!entry.is_regular_file() || entry.path().string().ends_with(".expected.json")) continue;
    if (entry.path().filename() == "README.md") continue;
    SCOPED_TRACE(entry.path().string());
    const auto input = read_file(entry.path(), limits::kMaxJsonBytes);
    ASSERT_TRUE(input);
    const std::string actual = to_pretty_text(understood(entry.path().parent_path().filename(), *input));
    const fs::path expected_path = fs::path(entry.path()).replace_extension(".expected.json");
    if (!fs::exists(expected_path) && std::getenv("IHC_WRITE_EXPECTED") != nullptr) {
      ASSERT_TRUE(write_file(expected_path, actual, 0644));
    }
    const auto expected = read_file(expected_path, limits::kMaxJsonBytes);
    ASSERT_TRUE(expected) << "an input without expectation";
    EXPECT_EQ(*expected, actual);
    ++cases;
  }
  EXPECT_GT(cases, 0U);
}

}  // namespace
}  // namespace ihc::test
