// A study's plan: read, or refused with the place that is wrong; the schema says the same of its form.
#include "bundle/study.h"

#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "base/files.h"
#include "base/json.h"
#include "support/temporary_tree.h"

namespace ihc {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

Json good_plan() {
  return parse_json(R"({"schema_version": 1, "baseline": "A",
      "arms": [{"label": "B", "bundles": ["b1.ihc.tar.zst", "later/b2.ihc.tar.zst"], "changed": ["governor", "thp"]},
               {"label": "A", "bundles": ["a1.ihc.tar.zst", "a2.ihc.tar.zst"]}],
      "order": ["A", "B", "B", "A"],
      "control": {"before": ["c1.json"], "after": ["c2.json", "c3.json"]}})",
                    "plan")
      .value();
}

bool fits_schema(const Json& document) {
  const std::string path = std::string(IHC_SOURCE_DIR) + "/rules/schema/plan.schema.json";
  const auto schema_json = parse_json(read_file(path, 1 << 20).value_or(""), path);
  if (!schema_json) return false;
  valijson::Schema schema;
  valijson::SchemaParser parser;
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(*schema_json), schema);
  valijson::Validator validator;
  return validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(document), nullptr);
}

Result<StudyPlan> read(const Json& document) { return read_study_plan(to_compact_text(document), "plan.json"); }

TEST(StudyPlanText, SaysArmsOrderAndWhatWasChanged) {
  const auto plan = read(good_plan());
  ASSERT_TRUE(plan) << to_string(plan.error());
  EXPECT_EQ(plan->baseline, "A");
  ASSERT_EQ(plan->arms.size(), 2U);
  EXPECT_EQ(plan->arms[0].label, "B");
  EXPECT_THAT(plan->arms[0].changed, ElementsAre("governor", "thp"));
  EXPECT_THAT(plan->arms[0].bundles, ElementsAre("b1.ihc.tar.zst", "later/b2.ihc.tar.zst"));
  EXPECT_TRUE(plan->arms[1].changed.empty());
  EXPECT_THAT(plan->order, ElementsAre("A", "B", "B", "A"));
  ASSERT_TRUE(plan->control);
  EXPECT_THAT(plan->control->after, ElementsAre("c2.json", "c3.json"));
  EXPECT_TRUE(fits_schema(good_plan()));
}

struct Wrong {
  std::string patch;    ///< a JSON merge patch on the good plan
  std::string problem;  ///< what the message holds
  bool form = true;     ///< the schema refuses it, too; else it takes more than a form to see it
};

TEST(StudyPlanText, WhatIsWrongIsNamedWithItsPlace) {
  const std::string long_label(65, 'x');
  for (
      const Wrong& wrong : std::vector<Wrong>{
          {R"({"schema_version": 2})", "/schema_version"},
          {R"({"schema_version": null})", "lacks schema_version"},
          {R"({"baseline": "C"})", "/baseline: no arm is labelled C", false},
          {R"({"baseline": ""})", "/baseline"},
          {R"({"baseline": "B"})", "the baseline is what nothing was changed for", false},
          {R"({"order": ["A", "B"]})", "/order: it names", false},
          {R"({"order": ["A", "B", "B", "B", "A"]})", "/order/3: it names B more often", false},
          {R"({"order": ["A", "B", "C", "A"]})", "/order/2: no arm is labelled C", false},
          {R"({"order": []})", "/order: it is no list of at least 2"},
          {R"({"order": "ABBA"})", "/order: it is no list"},
          {R"({"orders": 1})", "unknown member orders"},
          {R"({"control": {"before": []}})", "/control"},
          {R"({"control": {"during": ["x"]}})", "/control: unknown member during"},
          {R"({"control": {"after": ["a1.ihc.tar.zst"]}})", "the bundle is named twice", false},
          {R"({"arms": [{"label": "A", "bundles": ["a"]}]})", "/arms: it is no list of at least 2"},
          {R"({"arms": 3})", "/arms: it is no list"},
          {R"({"arms": [{"label": "A", "bundles": ["a", "b"]}, {"label": "A", "bundles": ["c", "d"]}]})",
           "two arms are labelled A", false},
          {R"({"arms": [{"label": "A", "bundles": ["a", "b"]}, {"label": "B", "bundles": ["a", "d"]}]})",
           "/arms/1/bundles/0: the bundle is named twice", false},
          {R"({"arms": [{"label": "A", "bundles": ["a", "b"]}, {"label": "B", "bundles": []}]})", "/arms/1/bundles"},
          {R"({"arms": [{"label": "A", "bundles": ["a", "b"]}, {"label": "B", "bundles": [7, "d"]}]})",
           "/arms/1/bundles/0: it is no path"},
          {R"({"arms": [{"label": "A b", "bundles": ["a", "b"]}, {"label": "B", "bundles": ["c", "d"]}]})",
           "/arms/0/label"},
          {R"({"arms": [{"label": ")" + long_label + R"(", "bundles": ["a", "b"]}, {"label": "B", "bundles": ["c"]}]})",
           "/arms/0/label"},
          {R"({"arms": [{"label": "A", "bundles": ["a", "b"], "note": "x"}, {"label": "B", "bundles": ["c", "d"]}]})",
           "/arms/0: unknown member note"},
          {R"({"arms": [{"label": "A", "bundles": ["a", "b"]}, {"label": "B", "bundles": ["c", "d"], "changed": [""]}]})",
           "/arms/1/changed/0"},
          {R"({"arms": [{"label": "A", "bundles": ["a", "b"]}, {"label": "B", "bundles": ["c", "d"], "changed": "thp"}]})",
           "/arms/1/changed"},
          {R"({"arms": [1, {"label": "B", "bundles": ["c", "d"]}]})", "/arms/0: it is no object"},
      }) {
    Json document = good_plan();
    document.merge_patch(parse_json(wrong.patch, "patch").value());
    const auto plan = read(document);
    ASSERT_FALSE(plan) << wrong.patch;
    EXPECT_EQ(plan.error().code, ErrorCode::malformed) << wrong.patch;
    EXPECT_THAT(to_string(plan.error()), HasSubstr(wrong.problem)) << wrong.patch;
    EXPECT_EQ(fits_schema(document), !wrong.form) << wrong.patch;
  }
}

TEST(StudyPlanText, AControlGroupGoesWithTwoArms) {
  Json document = good_plan();
  document["arms"].push_back({{"label", "C"}, {"bundles", {"x"}}});
  document["order"].push_back("C");
  EXPECT_THAT(to_string(read(document).error()), HasSubstr("/control"));
  document.erase("control");
  EXPECT_TRUE(read(document));
}

TEST(StudyPlanText, APathThatLeadsOutIsRefused) {
  for (const std::string path : {"../a", "/etc/passwd", "a/../../b", "a//b", "./a", "a/..", "a/", ""}) {
    Json document = good_plan();
    document["arms"][0]["bundles"][0] = path;
    const auto plan = read(document);
    ASSERT_FALSE(plan) << path;
    EXPECT_THAT(to_string(plan.error()), HasSubstr("/arms/0/bundles/0")) << path;
    EXPECT_FALSE(fits_schema(document)) << path;
  }
}

TEST(StudyPlanText, WhatIsNoJsonIsRefused) {
  for (const std::string text : {"", "{", "[]", "7", "null", "{\"arms\": [}", "\xff"})
    EXPECT_FALSE(read_study_plan(text, "p"));
}

TEST(StudyFolder, APathStaysInside) {
  const TemporaryTree tree;
  tree.write("study/inner/a.json", "{}");
  tree.write("outside.json", "{}");
  tree.link("study/near", "inner/a.json");
  tree.link("study/far", "../outside.json");
  tree.link("study/up", "..");
  const fs::path study = tree / "study";
  EXPECT_TRUE(study_path(study, "inner/a.json"));
  EXPECT_TRUE(study_path(study, "near"));
  EXPECT_TRUE(study_path(study / "", "near")) << "a slash behind the folder's name is no difference";
  EXPECT_EQ(study_path(study, "far").error().code, ErrorCode::malformed);
  EXPECT_THAT(to_string(study_path(study, "up/outside.json").error()), HasSubstr("leads out of the study"));
  EXPECT_EQ(study_path(study, "none").error().code, ErrorCode::not_found);
  EXPECT_EQ(study_path(study, "../outside.json").error().code, ErrorCode::malformed);
  EXPECT_EQ(study_path(tree / "nowhere", "a").error().code, ErrorCode::not_found);
}

TEST(StudyFolder, ThePlanIsInIt) {
  const TemporaryTree tree;
  EXPECT_EQ(read_study(tree.path()).error().code, ErrorCode::not_found);
  tree.write("plan.json", to_pretty_text(good_plan()));
  EXPECT_TRUE(read_study(tree.path()));
  tree.link("other/plan.json", "../plan.json");
  EXPECT_EQ(read_study(tree / "other").error().code, ErrorCode::malformed);
}

TEST(ArmLabel, IsAWordOfAFileName) {
  for (const char* good : {"A", "baseline", "pinned-2", "0.9_x"}) EXPECT_TRUE(is_arm_label(good)) << good;
  for (const char* bad : {"", "-x", ".a", "a b", "a/b", "a=b", "ä"}) EXPECT_FALSE(is_arm_label(bad)) << bad;
  EXPECT_TRUE(is_arm_label(std::string(64, 'a')));
  EXPECT_FALSE(is_arm_label(std::string(65, 'a')));
}

}  // namespace
}  // namespace ihc
