#include "report/escape.h"

#include <memory>
#include <string>
#include <vector>

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <gtest/gtest.h>

namespace ihc {
namespace {

// Reads Markdown as GFM and gives the text of its first node of a type, and whether anything but text and code is
// there.
struct Reading {
  std::string text;
  bool plain = true;
};

void gather(cmark_node* node, Reading& reading) {
  const std::string type = cmark_node_get_type_string(node);
  if (type == "text" || type == "code") {
    reading.text += cmark_node_get_literal(node);
  } else if (cmark_node_get_type(node) >= CMARK_NODE_TYPE_INLINE) {
    reading.plain = false;
  }
  for (cmark_node* child = cmark_node_first_child(node); child != nullptr; child = cmark_node_next(child))
    gather(child, reading);
}

cmark_node* first_of(cmark_node* node, const std::string& type) {
  if (cmark_node_get_type_string(node) == type) return node;
  for (cmark_node* child = cmark_node_first_child(node); child != nullptr; child = cmark_node_next(child)) {
    if (cmark_node* found = first_of(child, type)) return found;
  }
  return nullptr;
}

int count_of(cmark_node* node, const std::string& type) {
  int count = cmark_node_get_type_string(node) == type ? 1 : 0;
  for (cmark_node* child = cmark_node_first_child(node); child != nullptr; child = cmark_node_next(child))
    count += count_of(child, type);
  return count;
}

using Document = std::unique_ptr<cmark_node, decltype(&cmark_node_free)>;

Document parse(const std::string& markdown) {
  cmark_gfm_core_extensions_ensure_registered();
  cmark_parser* parser = cmark_parser_new(CMARK_OPT_VALIDATE_UTF8);
  for (const char* name : {"table", "tasklist", "strikethrough", "autolink"})
    cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(name));
  cmark_parser_feed(parser, markdown.data(), markdown.size());
  Document document(cmark_parser_finish(parser), &cmark_node_free);
  cmark_parser_free(parser);
  return document;
}

Reading read(const std::string& markdown, const std::string& type) {
  const Document document = parse(markdown);
  Reading reading;
  cmark_node* node = first_of(document.get(), type);
  if (node == nullptr) return {"(no " + type + ")", false};
  gather(node, reading);
  return reading;
}

// What a process, a unit or a host may call itself.
std::vector<std::string> hostile() {
  std::vector<std::string> values{
      "plain",
      "_vllm_worker_",
      "a_b_c _d_ __e__",
      "x|y||z",
      "\\|\\",
      "ends with \\",
      "`tick` ``two`` ```three```",
      "`",
      " lead and trail ",
      "  ",
      "\ttab\t",
      "<script>alert(1)</script>",
      "<!-- --> <?x?> <b>",
      "[click](javascript:alert(1))",
      "![x](http://example.test/p.png)",
      "[a]: http://example.test",
      "https://example.test/a_b_?q=1&amp;r",
      "see www.example.test now",
      "&lt;&#65;&copy;",
      "# heading",
      "- item",
      "+ item",
      "* item *",
      "1. item",
      "12) item",
      "1.",
      "> quote",
      "=== ---",
      "---",
      "~~gone~~ ~x~",
      "**bold** ***",
      "line\nfeed",
      "cr\r\nlf",
      "nul\0byte",
      "\x1b[31mred",
      "\xff\xfe broken utf-8 \xc3",
      "rtl \xe2\x80\xae evil \xe2\x80\xac",
      "zero\xe2\x80\x8bwidth\xef\xbb\xbf",
      "tag\xf3\xa0\x81\x81s",
      "ünï \xe6\xbc\xa2 \xf0\x9f\x98\x80",
      "{{mustache}} {{{raw}}} {{#x}}",
      "a:b://c",
      ":)",
      ".hidden",
      "$math$ @user #1",
      "!",
      "a!",
      "[x] task",
      "|",
      "| a | b |",
      "|---|",
  };
  values.emplace_back("nul\0byte", 8);
  // Every ASCII character alone, doubled, and between letters and blanks.
  for (int c = 1; c < 128; ++c) {
    const std::string one(1, static_cast<char>(c));
    values.push_back(one);
    values.push_back(one + one);
    values.push_back("a" + one + "b");
    values.push_back("a " + one + " b" + one + one + "c");
    values.push_back(one + "a" + one);
  }
  return values;
}

TEST(Escape, PrintableSpellsOutWhatCannotBeSeen) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"plain ünï", "plain ünï"},
      {"a\nb", "a[U+000A]b"},
      {"a\r\nb", "a[U+000D][U+000A]b"},
      {"\x1b[31m", "[U+001B][31m"},
      {"\x7f", "[U+007F]"},
      {"a\xc2\x85"
       "b",
       "a[U+0085]b"},
      {"\xe2\x80\xae"
       "txt.exe",
       "[U+202E]txt.exe"},
      {"a\xe2\x80\x8b"
       "b",
       "a[U+200B]b"},
      {"\xef\xbb\xbf"
       "bom",
       "[U+FEFF]bom"},
      {"\xf3\xa0\x81\x81", "[U+E0041]"},
      {"tab\tstays", "tab\tstays"},
      {"\xff", "\xEF\xBF\xBD"},
      {"", ""},
  };
  for (const auto& [value, expected] : cases) {
    EXPECT_EQ(printable(value), expected);
    EXPECT_EQ(printable(printable(value)), expected) << "not stable";
  }
  EXPECT_EQ(printable_lines("a\r\nb\nc\rd"), "a\nb\nc[U+000D]d");
}

TEST(Escape, StaysReadable) {
  EXPECT_EQ(escape_text("kernel.numa_balancing"), "kernel.numa_balancing");
  EXPECT_EQ(escape_text("INTEL(R) XEON(R) 8562Y+"), "INTEL(R) XEON(R) 8562Y+");
  EXPECT_EQ(escape_text("12.5 GiB (0-31,64-95)"), "12.5 GiB (0-31,64-95)");
  EXPECT_EQ(escape_text("/proc/sys/vm/zone_reclaim_mode"), "/proc/sys/vm/zone_reclaim_mode");
  EXPECT_EQ(escape_cell("a|b"), "a\\|b");
  EXPECT_EQ(escape_code("a_b"), "`a_b`");
  EXPECT_EQ(escape_code_cell("a|b"), "a\\|b");
  EXPECT_EQ(escape_block("a\nb\n"), "```\na\nb\n```\n");
  EXPECT_EQ(escape_block("a\n```\nb"), "````\na\n```\nb\n````\n");
  EXPECT_EQ(escape_html("<a href=\"x\">'&"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
}

TEST(Escape, TextIsReadBackAsItWas) {
  for (const std::string& value : hostile()) {
    const std::string expected = printable(value);
    for (const auto& [before, after] : std::vector<std::pair<std::string, std::string>>{
             {"", ""}, {"x ", " y"}, {"(", ")"}, {"**", "**"}, {"v=", "."}}) {
      const Reading reading = read(before + escape_text(value) + after + "\n", "paragraph");
      const bool bold = before == "**";
      EXPECT_EQ(reading.text, (bold ? "" : before) + expected + (bold ? "" : after))
          << "escaped: " << escape_text(value);
      EXPECT_TRUE(reading.plain || bold) << escape_text(value);
    }
    const Reading item = read("- " + escape_text(value) + "\n", "item");
    EXPECT_EQ(item.text, expected) << "in a list: " << escape_text(value);
    const Reading heading = read("## A " + escape_text(value) + " z\n", "heading");
    EXPECT_EQ(heading.text, "A " + expected + " z") << "in a heading: " << escape_text(value);
  }
}

TEST(Escape, CellsAreReadBackAndStayOneCell) {
  for (const std::string& value : hostile()) {
    const std::string markdown =
        "| h | i |\n|---|---|\n| " + escape_cell(value) + " | " + escape_code_cell(value) + " |\n";
    const Document document = parse(markdown);
    ASSERT_EQ(count_of(document.get(), "table_cell"), 4) << markdown;
    cmark_node* row = cmark_node_next(cmark_node_first_child(first_of(document.get(), "table")));
    Reading text;
    Reading code;
    gather(cmark_node_first_child(row), text);
    gather(cmark_node_next(cmark_node_first_child(row)), code);
    EXPECT_EQ(text.text, printable(value)) << markdown;
    EXPECT_EQ(code.text, printable(value)) << markdown;
    EXPECT_TRUE(code.plain) << markdown;
  }
}

TEST(Escape, CodeIsReadBackAsItWas) {
  for (const std::string& value : hostile()) {
    const Reading reading = read("x " + escape_code(value) + " y\n", "paragraph");
    EXPECT_EQ(reading.text, "x " + printable(value) + " y") << escape_code(value);
    EXPECT_TRUE(reading.plain) << escape_code(value);
  }
}

TEST(Escape, BlocksAreReadBackAsTheyWere) {
  for (const std::string& value : hostile()) {
    std::string expected = printable_lines(value);
    while (!expected.empty() && expected.back() == '\n') expected.pop_back();
    if (expected.empty()) continue;
    const Document document = parse(escape_block(value));
    cmark_node* block = first_of(document.get(), "code_block");
    ASSERT_NE(block, nullptr) << escape_block(value);
    EXPECT_EQ(cmark_node_get_literal(block), expected + "\n");
  }
}

TEST(Escape, ProseTurnsPairsOfBackticksIntoCode) {
  EXPECT_EQ(escape_prose("Set `vm.swappiness` to\n  10."), "Set `vm.swappiness` to 10.");
  EXPECT_EQ(escape_prose("a_b `c_d` _e_"), "a_b `c_d` \\_e\\_");
  EXPECT_EQ(escape_prose("one ` tick"), "one \\` tick");
  EXPECT_EQ(escape_prose("<b> `<i>`"), "\\<b\\> `<i>`");
  EXPECT_EQ(escape_prose("load it with `x`."), "load it with `x`.");
  EXPECT_EQ(escape_prose("see https://a.test/b_c_ (or http://d.test)."),
            "see <https://a.test/b_c_> (or <http://d.test>).");
  EXPECT_EQ(escape_prose("1. first"), "1\\. first");
  EXPECT_EQ(escape_prose(""), "");
}

TEST(Escape, UrlsBecomeLinksOnlyWhenTheyAreWebAddresses) {
  EXPECT_EQ(escape_url("https://docs.kernel.org/x_y"), "<https://docs.kernel.org/x_y>");
  EXPECT_EQ(escape_url("javascript:alert(1)"), "javascript:alert(1)");
  EXPECT_EQ(escape_url("https://a b"), "https\\://a b");
  EXPECT_EQ(escape_url("https://a>b"), "https\\://a\\>b");
}

}  // namespace
}  // namespace ihc
