#include "report/report.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "report/escape.h"
#include "report/terminal.h"
#include "tests/unit/report/handmade.h"

namespace ihc::report {
namespace {

std::string markdown_of(const Report& report) {
  return file_of(write_markdown(report, shipped_templates()), "report.md");
}
std::string html_of(const Report& report) { return file_of(write_html(report, shipped_templates()), "report.html"); }

std::vector<std::string> lines_with(const std::string& text, const std::string& prefix) {
  std::vector<std::string> found;
  for (const std::string_view line : split_lines(text)) {
    if (line.starts_with(prefix)) found.emplace_back(line);
  }
  return found;
}

TEST(Report, TheChecklistHasItsNameAndItsFiveItems) {
  const std::string markdown = markdown_of(handmade_report(two_socket()));
  EXPECT_EQ(lines_with(markdown, "# Inference Node OS & NUMA Health Check v0.1").size(), 1U);
  const std::vector<std::string> expected{
      "- [ ] GPU-local NUMA and core mapping documented – **not assessed (sources contradict each other)**",
      "- [ ] Inference workers pinned to GPU-local cores – **not met**",
      "- [ ] CPU governor chosen and justified – **not met**",
      "- [ ] Noisy-neighbor impact characterized – **not assessed (needs a before-and-after measurement)**",
      "- [x] Systemd/cgroup policy defined for inference",
  };
  std::vector<std::string> items;
  for (const std::string& line : lines_with(markdown, "- [")) {
    if (line.starts_with("- [ ]") || line.starts_with("- [x]")) items.push_back(line);
  }
  EXPECT_EQ(items, expected) << "task items are the checklist's alone";
}

TEST(Report, EveryViewIsThereInOrderAndSelectionsChoose) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> cases{
      {"full",
       {"# Inference Health Check: gpu-node-07", "# Consultant View", "# Inference Node OS & NUMA Health Check v0.1",
        "# Engineering View", "# Feynman: Why OS & NUMA Tuning Matters for Inference Economics", "# Appendix"}},
      {"checklist", {"# Inference Health Check: gpu-node-07", "# Inference Node OS & NUMA Health Check v0.1"}},
  };
  for (const auto& [selection, headings] : cases)
    EXPECT_EQ(lines_with(markdown_of(handmade_report(two_socket(), selection)), "# "), headings) << selection;
  const auto unknown = make_report(two_socket(), shipped_templates(), "board");
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().code, ErrorCode::usage);
}

TEST(Report, TheSameInputGivesTheSameBytes) {
  for (const auto& make : {two_socket, small_vm}) {
    for (const OutputFormat& format : output_formats()) {
      if (format.name == "pdf") continue;
      const auto first = format.write(handmade_report(make()), shipped_templates());
      const auto second = format.write(handmade_report(make()), shipped_templates());
      ASSERT_TRUE(first && second);
      ASSERT_EQ(first->size(), second->size());
      for (std::size_t i = 0; i < first->size(); ++i) EXPECT_EQ((*first)[i].bytes, (*second)[i].bytes);
    }
  }
}

TEST(Report, FiguresLieBesideTheMarkdownThatShowsThem) {
  std::set<std::string> names;
  const auto files = write_markdown(handmade_report(two_socket()), shipped_templates());
  ASSERT_TRUE(files.has_value());
  for (const OutputFile& file : *files) names.insert(file.name);
  EXPECT_EQ(names, (std::set<std::string>{"figure-domains.svg", "figure-memory.svg", "figure-risk.svg",
                                          "figure-topology.svg", "report.md"}));
  const auto checklist = write_markdown(handmade_report(two_socket(), "checklist"), shipped_templates());
  ASSERT_TRUE(checklist.has_value());
  EXPECT_EQ(checklist->size(), 1U);
}

TEST(Report, TheHtmlFetchesNothingAndRunsNothing) {
  for (const ReportInput& input : {two_socket(), small_vm()}) {
    for (const HtmlTarget target : {HtmlTarget::screen, HtmlTarget::pdf}) {
      const auto page = make_page(handmade_report(input), shipped_templates(), target);
      ASSERT_TRUE(page.has_value());
      EXPECT_NE(page->find("content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\""),
                std::string::npos);
      for (const char* bad : {"<script", "<iframe", "<img", "<link", "<object", "=\"javascript:", " src=", "@import",
                              "url(", "<b>bold", "\xe2\x80\xae", "onerror="})
        EXPECT_EQ(page->find(bad), std::string::npos) << bad;
    }
  }
}

TEST(Report, HostileNamesArriveAsTheyAre) {
  const std::string markdown = markdown_of(handmade_report(two_socket()));
  EXPECT_NE(markdown.find("vllm \\| \\`worker\\` \\_1\\_ \\<script\\>alert(1)\\</script\\>"), std::string::npos);
  const std::string html = html_of(handmade_report(two_socket()));
  EXPECT_NE(html.find("vllm | `worker` _1_ &lt;script&gt;alert(1)&lt;/script&gt;"), std::string::npos);
  EXPECT_NE(html.find("we[U+202E]ird[U+000A]name"), std::string::npos);
}

TEST(Report, NothingFoundIsNeverCalledFine) {
  const std::string markdown = markdown_of(handmade_report(small_vm()));
  EXPECT_NE(markdown.find("None of the checks that could be made found a problem that counts."), std::string::npos);
  EXPECT_NE(markdown.find("**Provisional.**"), std::string::npos);
  EXPECT_NE(markdown.find("Questions for the provider of this machine"), std::string::npos);
  EXPECT_NE(markdown.find("> **Interrupted.**"), std::string::npos);
}

TEST(Report, MarkdownHasNoLeftoverTagsAndNoBlankRuns) {
  for (const ReportInput& input : {two_socket(), small_vm()}) {
    const std::string markdown = markdown_of(handmade_report(input));
    EXPECT_EQ(markdown.find("{{"), std::string::npos);
    EXPECT_EQ(markdown.find("\n\n\n"), std::string::npos);
    EXPECT_TRUE(markdown.ends_with("\n") && !markdown.ends_with("\n\n"));
  }
}

TEST(Report, EveryTableRowHasItsHeadersColumns) {
  for (const ReportInput& input : {two_socket(), small_vm()}) {
    const HtmlBody body = to_html({{"v", markdown_of(handmade_report(input))}}, {}, HtmlTarget::screen);
    // A row that cmark could not read as one would stand as text that begins with a pipe.
    EXPECT_EQ(body.html.find("<p>|"), std::string::npos);
    EXPECT_EQ(body.html.find("\n|"), std::string::npos);
  }
}

TEST(Report, FindingsJsonIsWhatTheEngineSaid) {
  const ReportInput input = two_socket();
  EXPECT_EQ(file_of(write_json(handmade_report(input), shipped_templates()), "findings.json"),
            to_pretty_text(input.findings));
}

TEST(Terminal, FitsItsColumnsAndPaintsOnlyWhenAsked) {
  const Words& words = shipped_templates().words;
  for (const std::size_t columns : {20U, 80U, 120U, 500U}) {
    const std::string text = terminal_text(two_socket().findings, "gpu-node-07", words, {.columns = columns});
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos);
    EXPECT_NE(text.find("Risk High · index 51.4 to at most 71.4 · 66.7 % assessed"), std::string::npos) << text;
    EXPECT_NE(text.find("[accepted]"), std::string::npos);
    const std::size_t most = std::min<std::size_t>(std::max<std::size_t>(columns, 60), 120);
    for (const std::string_view line : split_lines(text)) {
      const auto width = std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; });
      EXPECT_TRUE(static_cast<std::size_t>(width) <= most || line.find(' ', 12) == std::string::npos) << line;
    }
  }
  const std::string painted = terminal_text(two_socket().findings, "n", words, {.color = TerminalColor::ansi});
  EXPECT_NE(painted.find("\x1b[31m  High\x1b[0m"), std::string::npos);
}

TEST(Terminal, SkipsAreSummarised) {
  const std::string text = terminal_text(small_vm().findings, "vm\x1b[2J", shipped_templates().words, {.columns = 80});
  EXPECT_NE(text.find("vm[U+001B][2J"), std::string::npos);
  EXPECT_NE(text.find("No check failed."), std::string::npos);
  EXPECT_NE(text.find("Not assessed (3)"), std::string::npos) << text;
  EXPECT_NE(text.find("Questions for the provider of this machine (1)"), std::string::npos);
}

}  // namespace
}  // namespace ihc::report
