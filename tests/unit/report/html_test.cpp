#include "report/html.h"

#include "pdf/protocol.h"
#include "report/html_table.h"
#include "tests/unit/report/handmade.h"

namespace ihc::report {
namespace {

std::string html_of(const std::string& markdown, HtmlTarget target = HtmlTarget::screen,
                    const std::vector<Figure>& figures = {}) {
  std::string html = to_html({{"v", markdown}}, figures, target).html;
  const std::string open = "<section class=\"view view-v\">\n";
  EXPECT_TRUE(html.starts_with(open));
  return html.substr(open.size(), html.size() - open.size() - std::string("</section>\n").size());
}

TEST(Html, BlocksAndInlines) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"a *b* **c** ~~d~~ `e<f`",
       "<p>a <em>b</em> <strong>c</strong> <del>d</del> <code class=\"short\">e&lt;f</code></p>\n"},
      {"- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"},
      {"3. a\n4. b", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n"},
      {"- [x] done\n- [ ] open",
       "<ul>\n<li class=\"task\"><span class=\"box\">☑</span> done</li>\n"
       "<li class=\"task\"><span class=\"box\">☐</span> open</li>\n</ul>\n"},
      {"> q", "<blockquote>\n<p>q</p>\n</blockquote>\n"},
      {"```\na<b\n```", "<pre><code>a&lt;b\n</code></pre>\n"},
      {"a\\\nb", "<p>a<br>\nb</p>\n"},
      {"---", "<hr>\n"},
  };
  for (const auto& [markdown, expected] : cases) EXPECT_EQ(html_of(markdown), expected) << markdown;
}

TEST(Html, NothingBecomesMarkupByItself) {
  for (const char* markdown : {
           "<script>alert(1)</script>",
           "x <b onclick=\"y\">z</b>",
           "<!-- c -->",
           "<div>\n\n*a*\n\n</div>",
           "[a](javascript:alert(1))",
           "[a](data:text/html,x)",
           "[a](file:///etc/passwd)",
           "![a](https://example.test/x.png)",
           "![<b>](x\"y)",
           "[a](#nowhere)",
           "mail@example.test",
           "<javascript:alert(1)>",
           "[a]: javascript:x\n\n[a]",
       }) {
    const std::string html = html_of(markdown);
    for (const char* bad : {"<script", "<b", "<!--", "<img", "<div", "href=", "src=", "onclick=\""})
      EXPECT_EQ(html.find(bad), std::string::npos) << markdown << "\n" << html;
  }
}

TEST(Html, LinksLeadToTheWebAndToPlacesThatExist) {
  EXPECT_EQ(html_of("[a](https://example.test/?a=1&b=\"2)"),
            "<p><a href=\"https://example.test/?a=1&amp;b=&quot;2\" rel=\"noopener noreferrer\">a</a></p>\n");
  const std::string html = html_of("[E1](#e1) [F2](#f2)\n\n### F2 · Title\n\n| No. |\n|---|\n| E1 |\n");
  EXPECT_NE(html.find("<a href=\"#e1\">E1</a> <a href=\"#f2\">F2</a>"), std::string::npos) << html;
  EXPECT_NE(html.find("<h3 id=\"f2\">F2 · Title</h3>"), std::string::npos);
  EXPECT_NE(html.find("<td id=\"e1\">E1</td>"), std::string::npos);
}

TEST(Html, HeadingsHaveIdsOnceEach) {
  const HtmlBody body =
      to_html({{"a", "# One & two\n\n## Same\n"}, {"b", "## Same\n\n### ´\n"}}, {}, HtmlTarget::screen);
  ASSERT_EQ(body.headings.size(), 4U);
  EXPECT_EQ(body.headings[0].id, "one--two");
  EXPECT_EQ(body.headings[1].id, "same");
  EXPECT_EQ(body.headings[2].id, "same-1");
  EXPECT_EQ(body.headings[3].id, "section");
  EXPECT_EQ(body.headings[0].title, "One & two");
}

TEST(Html, PaperHasMarkersThatTheProtocolReads) {
  const std::string html = html_of("## A <&> \"b\"\n\n| No. |\n|---|\n| E7 |\n", HtmlTarget::pdf);
  const std::size_t at = html.find("ihc-dest:");
  ASSERT_NE(at, std::string::npos);
  const auto marker = parse_pdf_marker(html.substr(at, html.find('"', at) - at));
  ASSERT_TRUE(marker.has_value());
  EXPECT_EQ(*marker, (PdfMarker{2, "a--b", "A <&> \"b\""}));
  EXPECT_NE(html.find("<a href=\"ihc-dest:0:e7:E7\">E7</a>"), std::string::npos) << html;
  EXPECT_EQ(html_of("## A\n").find("ihc-dest"), std::string::npos);
}

TEST(Html, FiguresAreInlineAndStrangersAreNot) {
  const std::vector<Figure> figures{{"figure-risk.svg", "<svg>x</svg>\n"}};
  EXPECT_EQ(html_of("![Risk](figure-risk.svg)", HtmlTarget::screen, figures),
            "<div class=\"keep\">\n<div class=\"figure\">\n<svg>x</svg>\n</div>\n</div>\n");
  EXPECT_EQ(html_of("![Risk](figure-other.svg)", HtmlTarget::screen, figures), "<p>Risk</p>\n");
}

HtmlTable table_of(std::size_t rows, std::size_t length) {
  HtmlTable table;
  table.header = {{.html = "H", .text = "H"}, {.html = "I", .text = "I"}};
  for (std::size_t i = 0; i < rows; ++i) {
    const std::string text(length, 'x');
    table.rows.push_back({{.html = std::to_string(i), .text = std::to_string(i)}, {.html = text, .text = text}});
  }
  return table;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

TEST(HtmlTable, BlocksHoldAtMostSoManyRowsAndRepeatTheHeader) {
  for (const auto& [rows, blocks] : std::vector<std::pair<std::size_t, std::size_t>>{
           {0, 1}, {1, 1}, {kMaxBlockRows, 1}, {kMaxBlockRows + 1, 2}, {10 * kMaxBlockRows, 10}}) {
    const std::vector<std::string> html = to_html_blocks(table_of(rows, 4));
    EXPECT_EQ(html.size(), blocks) << rows;
    std::size_t all = 0;
    for (const std::string& block : html) {
      EXPECT_EQ(count(block, "<th>"), 2U);
      EXPECT_LE(count(block, "<tr>"), kMaxBlockRows + 1);
      all += count(block, "<tr>") - 1;
    }
    EXPECT_EQ(all, rows);
  }
}

TEST(HtmlTable, TallRowsMakeSmallBlocks) {
  const std::vector<std::string> html = to_html_blocks(table_of(16, 1000));
  EXPECT_GE(html.size(), 4U);
  EXPECT_EQ(to_html_blocks(table_of(2, 100000)).size(), 2U) << "a row taller than a block stands alone";
}

TEST(HtmlTable, WidthsAreWholeAndFollowTheText) {
  HtmlTable table = table_of(3, 60);
  const std::vector<int> widths = column_widths(table);
  EXPECT_EQ(widths[0] + widths[1], 100);
  EXPECT_GT(widths[1], widths[0]);
  for (std::size_t columns : {1U, 7U, 17U}) {
    HtmlTable wide;
    for (std::size_t i = 0; i < columns; ++i) wide.header.push_back({.html = "h", .text = "h"});
    int sum = 0;
    for (const int width : column_widths(wide)) {
      EXPECT_GT(width, 0);
      sum += width;
    }
    EXPECT_EQ(sum, 100) << columns;
  }
}

TEST(Html, LongTablesAreWholeOnScreenAndInBlocksOnPaper) {
  std::string markdown = "## T\n\n| a | b |\n|---|---:|\n";
  for (int i = 0; i < 50; ++i) markdown += "| " + std::to_string(i) + " | x |\n";
  EXPECT_EQ(count(html_of(markdown), "<table>"), 1U);
  const std::string paper = html_of(markdown, HtmlTarget::pdf);
  EXPECT_EQ(count(paper, "<table>"), 3U);
  EXPECT_EQ(count(paper, "<div class=\"keep\">"), 3U);
  EXPECT_EQ(count(paper, "<thead>"), 3U);
  EXPECT_LT(paper.find("<div class=\"keep\">"), paper.find("<h2")) << "the heading stays with its table";
  EXPECT_NE(paper.find("<td class=\"right\">x</td>"), std::string::npos);
}

}  // namespace
}  // namespace ihc::report
