#include "report/fill.h"

#include "tests/unit/report/handmade.h"

namespace ihc::report {
namespace {

std::string filled(const std::string& text, const Json& model) {
  TemplateSet set;
  set.templates["t.md"] = {"t.md", "t.md", text};
  set.templates["partials/p.md"] = {"partials/p.md", "partials/p.md", "{{#yes}}\nP {{a}}\n{{/yes}}\n"};
  const auto out = fill_markdown(set, "t.md", model);
  return out ? *out : to_string(out.error());
}

const Json& model() {
  static const Json json =
      Json::parse(R"({"a": "x|_y_", "none": "", "yes": true, "no": false, "rows": [{"b": "1"}, {"b": "2"}],
                                           "empty": [], "texts": ["p", "q"], "in": {"c": "<i>"}})");
  return json;
}

TEST(Fill, ValuesAreSpelledForTheirPlace) {
  EXPECT_EQ(filled("{{a}} {{a:cell}} {{a:code}} {{a:code_cell}} {{in.c}}", model()),
            "x|\\_y\\_ x\\|\\_y\\_ `x|_y_` x\\|\\_y\\_ \\<i\\>");
  EXPECT_EQ(filled("{{a:block}}\nz", model()), "```\nx|_y_\n```\nz");
  EXPECT_EQ(filled("[{{none}}{{none:code}}]", model()), "[]");
}

TEST(Fill, LinesOfTagsLeaveNothingBehind) {
  EXPECT_EQ(filled("a\n{{#no}}\nb\n{{/no}}\nc\n", model()), "a\nc\n");
  EXPECT_EQ(filled("a\n{{#yes}}\nb\n{{/yes}}\nc\n", model()), "a\nb\nc\n");
  EXPECT_EQ(filled("a\n{{^no}}\nb\n{{/no}}\n\nc\n", model()), "a\nb\n\nc\n") << "a blank line of the template stays";
  EXPECT_EQ(filled("{{#yes}}\n\nb\n\n{{/yes}}\nc", model()), "\nb\n\nc");
  EXPECT_EQ(filled("|h|\n{{#rows}}\n|{{b:cell}}|\n{{/rows}}\n{{#empty}}\n|x|\n{{/empty}}\n|z|\n", model()),
            "|h|\n|1|\n|2|\n|z|\n");
  EXPECT_EQ(filled("{{#yes}}{{#no}}\nb\n{{/no}}{{/yes}}\n  {{! note }}\nc\n", model()), "c\n");
}

TEST(Fill, ListsTextsAndFlags) {
  EXPECT_EQ(filled("{{#texts}}{{item}};{{/texts}}{{#has_rows}}R{{/has_rows}}{{^has_empty}}E{{/has_empty}}", model()),
            "p;q;RE");
  EXPECT_EQ(filled("{{#none}}n{{/none}}{{^none}}no{{/none}}", model()), "no");
  EXPECT_EQ(filled("{{> partials/p.md}}", model()), "P x|\\_y\\_\n");
}

TEST(Fill, AMissingTemplateAndABrokenOneAreErrors) {
  TemplateSet set;
  EXPECT_FALSE(fill_markdown(set, "none.md", model()).has_value());
  EXPECT_EQ(filled("{{#yes}}", model()).substr(0, 5), "t.md:");
}

}  // namespace
}  // namespace ihc::report
