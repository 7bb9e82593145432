#include "report/html.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include "base/text.h"
#include "pdf/protocol.h"
#include "report/escape.h"
#include "report/html_table.h"

namespace ihc::report {

namespace {

constexpr std::size_t kMaxKeptCharacters = 1500;  ///< a longer paragraph or list may be parted from its heading

constexpr std::size_t kMaxIntroduction = 300;
constexpr std::size_t kMaxUnbrokenCode = 30;  ///< a shorter code span is not broken at its hyphens

using Document = std::unique_ptr<cmark_node, decltype(&cmark_node_free)>;

Document parse(const std::string& markdown) {
  cmark_gfm_core_extensions_ensure_registered();
  const int options = CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8;
  std::unique_ptr<cmark_parser, decltype(&cmark_parser_free)> parser(cmark_parser_new(options), &cmark_parser_free);
  for (const char* name : {"table", "tasklist", "strikethrough", "autolink"}) {
    if (cmark_syntax_extension* extension = cmark_find_syntax_extension(name))
      cmark_parser_attach_syntax_extension(parser.get(), extension);
  }
  cmark_parser_feed(parser.get(), markdown.data(), markdown.size());
  return {cmark_parser_finish(parser.get()), &cmark_node_free};
}

std::string_view type_name(cmark_node* node) { return cmark_node_get_type_string(node); }

std::string literal(cmark_node* node) {
  const char* text = cmark_node_get_literal(node);
  return text == nullptr ? std::string() : text;
}

std::string url_of(cmark_node* node) {
  const char* url = cmark_node_get_url(node);
  return url == nullptr ? std::string() : url;
}

std::string plain_text(cmark_node* node) {
  const cmark_node_type type = cmark_node_get_type(node);
  if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK) return " ";
  std::string text = literal(node);
  for (cmark_node* child = cmark_node_first_child(node); child != nullptr; child = cmark_node_next(child))
    text += plain_text(child);
  return text;
}

// "F12 · …" → "f12"; nothing for other texts. `mark` is the letter.
std::string numbered_id(std::string_view text, char mark) {
  if (text.size() < 2 || text.front() != mark) return {};
  std::size_t end = 1;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
  const bool whole = end == text.size() || text[end] == ' ';
  return end > 1 && whole ? to_lower(text.substr(0, end)) : "";
}

// As GitHub makes them: letters and digits in lower case, blanks as hyphens, the rest dropped.
std::string slug(std::string_view text) {
  std::string id;
  for (const char c : to_lower(text)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (plain) id += c;
    if (c == ' ') id += '-';
  }
  return id.empty() ? "section" : id;
}

// Ids of a whole report, given out once each, before anything is written: links may lead forward.
class Places {
 public:
  void collect(cmark_node* node, std::vector<Heading>& headings) {
    const std::string_view type = type_name(node);
    if (type == "heading") add_heading(node, headings);
    if (type == "table_row") add_first_cell(node);
    for (cmark_node* child = cmark_node_first_child(node); child != nullptr; child = cmark_node_next(child))
      collect(child, headings);
  }

  std::string id_of(cmark_node* node) const {
    const auto found = ids_.find(node);
    return found == ids_.end() ? "" : found->second;
  }
  bool knows(const std::string& id) const { return taken_.count(id) > 0; }

 private:
  void add_heading(cmark_node* node, std::vector<Heading>& headings) {
    const std::string text = plain_text(node);
    const std::string wanted = numbered_id(text, 'F');
    const std::string id = take(wanted.empty() ? slug(text) : wanted);
    ids_[node] = id;
    headings.push_back({cmark_node_get_heading_level(node), id, text});
  }

  void add_first_cell(cmark_node* row) {
    cmark_node* cell = cmark_node_first_child(row);
    const std::string text = cell == nullptr ? "" : plain_text(cell);
    const std::string id = numbered_id(text, 'E');
    // The first table to name it has it, which is the appendix: no other table begins its rows so.
    if (!id.empty() && id.size() == text.size() && !knows(id)) ids_[cell] = take(id);
  }

  std::string take(const std::string& wanted) {
    std::string id = wanted;
    for (int n = 1; !taken_.insert(id).second; ++n) id = wanted + "-" + std::to_string(n);
    return id;
  }

  std::map<cmark_node*, std::string> ids_;
  std::set<std::string> taken_;
};

class Writer {
 public:
  Writer(const Places& places, const std::vector<Figure>& figures, HtmlTarget target)
      : places_(places), figures_(figures), target_(target) {}

  /// The blocks of a document, headings kept on a page with what follows them.
  std::string blocks(cmark_node* parent);

 private:
  std::vector<std::string> block(cmark_node* node);
  std::string inlines(cmark_node* parent);
  std::string inline_node(cmark_node* node);
  std::string heading(cmark_node* node);
  std::string list(cmark_node* node);
  std::string item(cmark_node* node, bool tight);
  std::string link(cmark_node* node);
  std::string image(cmark_node* node);
  std::vector<std::string> table(cmark_node* node);
  HtmlRow row(cmark_node* node, const std::vector<CellAlign>& aligns);
  std::string marked(int level, const std::string& id, const std::string& title, const std::string& html) const;
  const Figure* figure_of(cmark_node* paragraph) const;
  bool introduces_next(cmark_node* node) const;

  const Places& places_;
  const std::vector<Figure>& figures_;
  HtmlTarget target_;
};

std::string kept(const std::string& html) { return "<div class=\"keep\">\n" + html + "</div>\n"; }

std::string Writer::blocks(cmark_node* parent) {
  std::string out;
  std::string headings;  // and what else must not be parted from the block that follows
  for (cmark_node* node = cmark_node_first_child(parent); node != nullptr; node = cmark_node_next(node)) {
    if (type_name(node) == "heading") {
      headings += heading(node);
      continue;
    }
    if (introduces_next(node)) {
      headings += block(node).front();
      continue;
    }
    const std::vector<std::string> pieces = block(node);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const bool atomic = type_name(node) == "table" || figure_of(node) != nullptr;
      const bool keep_heading = i == 0 && !headings.empty() && (atomic || pieces[i].size() <= kMaxKeptCharacters);
      const std::string html = i == 0 ? headings + pieces[i] : pieces[i];
      if (i == 0) headings.clear();
      out += atomic || keep_heading ? kept(html) : html;
    }
  }
  return out + headings;
}

// A short paragraph before a table, a figure or a list says what they are.
bool Writer::introduces_next(cmark_node* node) const {
  cmark_node* next = cmark_node_next(node);
  if (next == nullptr || type_name(node) != "paragraph" || figure_of(node) != nullptr) return false;
  const bool introducible = type_name(next) == "table" || type_name(next) == "list" || figure_of(next) != nullptr;
  return introducible && plain_text(node).size() <= kMaxIntroduction;
}

std::string Writer::marked(int level, const std::string& id, const std::string& title, const std::string& html) const {
  if (target_ == HtmlTarget::screen) return html;
  return "<a href=\"" + pdf_marker_href(level, id, title) + "\">" + html + "</a>";
}

std::string Writer::heading(cmark_node* node) {
  const int level = cmark_node_get_heading_level(node);
  const std::string id = places_.id_of(node);
  const std::string tag = "h" + std::to_string(level);
  return "<" + tag + " id=\"" + escape_html(id) + "\">" + marked(level, id, plain_text(node), inlines(node)) + "</" +
         tag + ">\n";
}

std::vector<std::string> Writer::block(cmark_node* node) {
  const std::string_view type = type_name(node);
  if (type == "table") return table(node);
  if (type == "heading") return {heading(node)};
  if (type == "list") return {list(node)};
  if (type == "block_quote") return {"<blockquote>\n" + blocks(node) + "</blockquote>\n"};
  if (type == "code_block") return {"<pre><code>" + escape_html(literal(node)) + "</code></pre>\n"};
  if (type == "thematic_break") return {"<hr>\n"};
  if (type == "paragraph" && figure_of(node) != nullptr) return {inlines(node)};
  if (type == "paragraph") return {"<p>" + inlines(node) + "</p>\n"};
  // Raw HTML, and whatever a later cmark may add: its text, as text.
  return {"<p>" + escape_html(plain_text(node)) + "</p>\n"};
}

std::string Writer::list(cmark_node* node) {
  const bool ordered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST;
  const bool tight = cmark_node_get_list_tight(node) != 0;
  const int start = cmark_node_get_list_start(node);
  std::string html = ordered ? "<ol" : "<ul";
  if (ordered && start != 1) html += " start=\"" + std::to_string(start) + "\"";
  html += ">\n";
  for (cmark_node* child = cmark_node_first_child(node); child != nullptr; child = cmark_node_next(child))
    html += item(child, tight);
  return html + (ordered ? "</ol>\n" : "</ul>\n");
}

std::string Writer::item(cmark_node* node, bool tight) {
  std::string html = "<li>";
  if (type_name(node) == "tasklist") {
    const bool checked = cmark_gfm_extensions_get_tasklist_item_checked(node);
    html = std::string("<li class=\"task\"><span class=\"box\">") + (checked ? "☑" : "☐") + "</span> ";
  }
  for (cmark_node* child = cmark_node_first_child(node); child != nullptr; child = cmark_node_next(child)) {
    if (tight && type_name(child) == "paragraph") {
      html += inlines(child);
    } else {
      for (const std::string& piece : block(child)) html += piece;
    }
  }
  return html + "</li>\n";
}

std::string Writer::inlines(cmark_node* parent) {
  std::string html;
  for (cmark_node* node = cmark_node_first_child(parent); node != nullptr; node = cmark_node_next(node))
    html += inline_node(node);
  return html;
}

std::string Writer::inline_node(cmark_node* node) {
  const std::string_view type = type_name(node);
  if (type == "text") return escape_html(literal(node));
  if (type == "code") {
    const std::string text = literal(node);
    const bool unbroken = text.size() <= kMaxUnbrokenCode;
    return (unbroken ? "<code class=\"short\">" : "<code>") + escape_html(text) + "</code>";
  }
  if (type == "softbreak") return "\n";
  if (type == "linebreak") return "<br>\n";
  if (type == "emph") return "<em>" + inlines(node) + "</em>";
  if (type == "strong") return "<strong>" + inlines(node) + "</strong>";
  if (type == "strikethrough") return "<del>" + inlines(node) + "</del>";
  if (type == "link") return link(node);
  if (type == "image") return image(node);
  return escape_html(plain_text(node));
}

std::string Writer::link(cmark_node* node) {
  const std::string url = url_of(node);
  const bool inside = url.starts_with('#') && places_.knows(url.substr(1));
  const bool outside = url.starts_with("https://") || url.starts_with("http://");
  if (!inside && !outside) return inlines(node);
  return "<a href=\"" + escape_html(url) + "\"" + (outside ? " rel=\"noopener noreferrer\"" : "") + ">" +
         inlines(node) + "</a>";
}

std::string Writer::image(cmark_node* node) {
  const std::string url = url_of(node);
  for (const Figure& figure : figures_) {
    if (figure.name == url) return "<div class=\"figure\">\n" + figure.svg + "</div>\n";
  }
  return escape_html(plain_text(node));
}

// A paragraph that is one image of ours stands as a block; a <p> may not hold one.
const Figure* Writer::figure_of(cmark_node* paragraph) const {
  if (type_name(paragraph) != "paragraph") return nullptr;
  cmark_node* only = cmark_node_first_child(paragraph);
  if (only == nullptr || cmark_node_next(only) != nullptr || type_name(only) != "image") return nullptr;
  const std::string url = url_of(only);
  const auto found =
      std::find_if(figures_.begin(), figures_.end(), [&url](const Figure& figure) { return figure.name == url; });
  return found == figures_.end() ? nullptr : &*found;
}

std::vector<CellAlign> aligns_of(cmark_node* table) {
  const std::size_t columns = cmark_gfm_extensions_get_table_columns(table);
  const std::uint8_t* letters = cmark_gfm_extensions_get_table_alignments(table);
  std::vector<CellAlign> aligns(columns, CellAlign::none);
  for (std::size_t i = 0; letters != nullptr && i < columns; ++i) {
    if (letters[i] == 'r') aligns[i] = CellAlign::right;
    if (letters[i] == 'c') aligns[i] = CellAlign::center;
    if (letters[i] == 'l') aligns[i] = CellAlign::left;
  }
  return aligns;
}

HtmlRow Writer::row(cmark_node* node, const std::vector<CellAlign>& aligns) {
  HtmlRow cells;
  for (cmark_node* child = cmark_node_first_child(node); child != nullptr; child = cmark_node_next(child)) {
    HtmlCell cell{.html = inlines(child), .text = plain_text(child), .id = places_.id_of(child)};
    if (cells.size() < aligns.size()) cell.align = aligns[cells.size()];
    if (!cell.id.empty()) cell.html = marked(0, cell.id, cell.text, cell.html);
    cells.push_back(std::move(cell));
  }
  return cells;
}

std::vector<std::string> Writer::table(cmark_node* node) {
  const std::vector<CellAlign> aligns = aligns_of(node);
  HtmlTable html;
  for (cmark_node* child = cmark_node_first_child(node); child != nullptr; child = cmark_node_next(child)) {
    if (cmark_gfm_extensions_get_table_row_is_header(child) != 0) {
      html.header = row(child, aligns);
    } else {
      html.rows.push_back(row(child, aligns));
    }
  }
  if (target_ == HtmlTarget::pdf) return to_html_blocks(html);
  return {report::to_html(html)};
}

}  // namespace

HtmlBody to_html(const std::vector<ViewText>& views, const std::vector<Figure>& figures, HtmlTarget target) {
  HtmlBody body;
  Places places;
  std::vector<Document> documents;
  for (const ViewText& view : views) {
    documents.push_back(parse(view.markdown));
    places.collect(documents.back().get(), body.headings);
  }
  Writer writer(places, figures, target);
  for (std::size_t i = 0; i < views.size(); ++i) {
    body.html += "<section class=\"view view-" + escape_html(slug(views[i].id)) + "\">\n" +
                 writer.blocks(documents[i].get()) + "</section>\n";
  }
  return body;
}

}  // namespace ihc::report
