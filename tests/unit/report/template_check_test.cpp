#include "report/template_check.h"

#include "report/page.h"
#include "tests/unit/report/handmade.h"

namespace ihc::report {
namespace {

std::string diagnose(const std::string& text, TemplateKind kind = TemplateKind::markdown) {
  std::map<std::string, Template> all;
  all["partials/good.md"] = {"partials/good.md", "partials/good.md", "{{risk.level}}"};
  all["partials/bad.md"] = {"partials/bad.md", "partials/bad.md", "{{nowhere}}"};
  all["partials/loop.md"] = {"partials/loop.md", "partials/loop.md", "{{> partials/loop.md}}"};
  const Template entry{"t.md", "t.md", text};
  const TypeInfo& model = kind == TemplateKind::markdown ? type_of<Model>() : type_of<Page>();
  std::string out;
  for (const Diagnostic& diagnostic : check_template(entry, all, model, kind)) out += to_text(diagnostic);
  return out;
}

TEST(TemplateCheck, AcceptsWhatTheModelHas) {
  for (const char* text : {
           "{{risk.level}} and {{cover.node:code}}",
           "{{#findings.cards}}{{id}} {{#facts}}| {{value:cell}} |{{/facts}}{{/findings.cards}}",
           "{{#risk.reasons}}- {{item}}{{/risk.reasons}}",
           "{{^risk.is_low}}x{{/risk.is_low}}{{! a comment }}{{> partials/good.md}}",
           "{{#findings}}{{#has_cards}}y{{/has_cards}}{{/findings}}",
           "{{#findings.cards}}\n{{what_to_do:block}}\n{{/findings.cards}}",
           "{{#findings.cards}}{{cover.node}}{{/findings.cards}}",
           "no tags at all }} {",
       }) {
    EXPECT_EQ(diagnose(text), "") << text;
  }
}

TEST(TemplateCheck, SaysWhereAndWhatInstead) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"a\n  {{risk.levle}}",
       "t.md:2:5: error: \"levle\" is not a member of risk [unknown-name]\n"
       "    {{risk.levle}}\n"
       "      ^~~~~~~~~~\n"
       "  hint: did you mean \"level\"?\n"},
      {"{{#findings.cards}}{{titel}}{{/findings.cards}}",
       "t.md:1:22: error: \"titel\" is not a member of finding_card [unknown-name]\n"
       "  {{#findings.cards}}{{titel}}{{/findings.cards}}\n"
       "                       ^~~~~\n"
       "  hint: did you mean \"title\"?\n"},
      {"{{risk.is_low}}",
       "t.md:1:3: error: \"risk.is_low\" is not a text [not-a-text]\n"
       "  {{risk.is_low}}\n"
       "    ^~~~~~~~~~~\n"
       "  hint: use it as a section: {{#risk.is_low}}…{{/risk.is_low}}\n"},
      {"{{{risk.level}}}",
       "t.md:1:1: error: a raw tag would print evidence unescaped [raw-tag]\n"
       "  {{{risk.level}}}\n"
       "  ^~~~~~~~~~~~~~~~\n"
       "  hint: write {{risk.level}}\n"},
      {"| {{risk.level}} |",
       "t.md:1:3: error: in a table row a value needs the spelling of a cell [not-a-cell]\n"
       "  | {{risk.level}} |\n"
       "    ^~~~~~~~~~~~~~\n"
       "  hint: write {{risk.level:cell}} or {{risk.level:code_cell}}\n"},
      {"{{#risk}}{{level}}",
       "t.md:1:1: error: the section \"risk\" is never closed [unclosed-section]\n"
       "  {{#risk}}{{level}}\n"
       "  ^~~~~~~~~\n"
       "  hint: end it with {{/risk}}\n"},
      {"x {{risk.level",
       "t.md:1:3: error: the tag is never closed [unclosed-tag]\n"
       "  x {{risk.level\n"
       "    ^~\n"
       "  hint: end it with }}\n"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(diagnose(text), expected) << text;
}

TEST(TemplateCheck, NamesEveryOtherMistakeByItsCode) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"{{&risk.level}}", "[raw-tag]"},
      {"{{=<% %>=}}", "[no-delimiters]"},
      {"{{/risk}}", "[unopened-section]"},
      {"{{#risk}}{{#cover}}{{/risk}}{{/cover}}", "[crossed-sections]"},
      {"{{> partials/god.md}}", "did you mean \"partials/good.md\"?"},
      {"{{> partials/bad.md}}", "partials/bad.md:1:3: error: \"nowhere\""},
      {"{{> partials/loop.md}}", "[partial-depth]"},
      {"{{risk.level:bold}}", "[unknown-place]"},
      {"x {{cover.node:block}}", "[block-in-line]"},
      {"{{.}}", "[no-name]"},
      {"{{}}", "[no-name]"},
      {"{{risk}}", "[not-a-text]"},
      {"{{#nonsense}}{{/nonsense}}", "[unknown-name]"},
      {"{{risk.level.more}}", "[unknown-name]"},
      {"{{item}}", "[unknown-name]"},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_NE(diagnose(text).find(expected), std::string::npos) << text << "\n" << diagnose(text);
}

TEST(TemplateCheck, HtmlHasMarkupMembersAndNoPlaces) {
  EXPECT_EQ(diagnose("<style>{{{style}}}</style>{{title}}{{{body}}}", TemplateKind::html), "");
  EXPECT_NE(diagnose("{{{title}}}", TemplateKind::html).find("[raw-tag]"), std::string::npos);
  EXPECT_NE(diagnose("{{body}}", TemplateKind::html).find("[markup]"), std::string::npos);
  EXPECT_NE(diagnose("{{title:cell}}", TemplateKind::html).find("[no-place]"), std::string::npos);
}

TEST(TemplateSet, TheShippedTemplatesAreClean) {
  const LoadedTemplates loaded = load_templates(shipped_resources());
  std::string problems;
  for (const Diagnostic& diagnostic : loaded.diagnostics) problems += to_text(diagnostic);
  EXPECT_EQ(problems, "");
  EXPECT_EQ(loaded.set.views.size(), 5U);
}

TEST(TemplateSet, WhatIsMissingIsNamed) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"views.json", "missing-template"},      {"front.md", "missing-template"},
      {"consultant.md", "missing-template"},   {"partials/node.md", "unknown-partial"},
      {"theme/page.html", "missing-template"}, {"theme/style.css", "missing-template"},
      {"words/en.json", "missing-words"},
  };
  for (const auto& [removed, code] : cases) {
    std::vector<Resource> resources = shipped_resources();
    std::erase_if(resources, [&name = removed](const Resource& each) { return each.path == name; });
    const LoadedTemplates loaded = load_templates(resources);
    const bool told = std::any_of(loaded.diagnostics.begin(), loaded.diagnostics.end(),
                                  [&wanted = code](const Diagnostic& each) { return each.code == wanted; });
    EXPECT_TRUE(told) << removed;
  }
}

TEST(TemplateSet, BadWordsAreDiagnosed) {
  for (const char* text : {"", "[]", "{", R"({"states": {"yes": 1}})", R"({"states": {}})"}) {
    std::vector<Diagnostic> diagnostics;
    load_words({{"words/en.json", "words/en.json", text}}, "en", diagnostics);
    EXPECT_TRUE(has_errors(diagnostics)) << text;
  }
}

TEST(Words, CodesFromDataFallBackToThemselves) {
  const Words words(Json{{"reasons", {{"permission", {{"label", "no permission"}}}}}, {"a", {{"b", "x"}}}});
  EXPECT_EQ(words.text("reasons", "permission", "label"), "no permission");
  EXPECT_EQ(words.text("reasons", "new_code", "label"), "new_code");
  EXPECT_EQ(words.text("reasons", "permission.label", "label"), "permission.label") << "a code must not walk";
  EXPECT_EQ(words.text("a.b"), "x");
  EXPECT_EQ(words.text("a.none"), "none");
  EXPECT_EQ(words.text_or_empty("reasons", "new_code", "label"), "");
}

}  // namespace
}  // namespace ihc::report
