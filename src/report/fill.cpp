#include "report/fill.h"

#include <algorithm>
#include <utility>

#include <kainjow/mustache.hpp>

#include "base/text.h"
#include "report/escape.h"
#include "report/page.h"
#include "report/template_check.h"

namespace ihc::report {

namespace {

namespace mustache = kainjow::mustache;

void set_markdown_texts(mustache::data& object, const std::string& name, const std::string& text) {
  if (text.empty()) {  // so that {{#name}} asks whether there is a text
    for (const char* place : {"", ":prose", ":cell", ":code", ":code_cell", ":block", ":url"})
      object.set(name + place, false);
    return;
  }
  object.set(name, escape_text(text));
  object.set(name + ":prose", escape_prose(text));
  object.set(name + ":cell", escape_cell(text));
  object.set(name + ":code", escape_code(text));
  object.set(name + ":code_cell", escape_code_cell(text));
  object.set(name + ":url", escape_url(text));
  // The tag stands alone on its line, whose own line feed follows.
  std::string block = escape_block(text);
  if (!block.empty()) block.pop_back();
  object.set(name + ":block", block);
}

void set_html_text(mustache::data& object, const std::string& name, const std::string& text) {
  const bool markup = std::find(kMarkupMembers.begin(), kMarkupMembers.end(), name) != kMarkupMembers.end();
  if (text.empty()) {
    object.set(name, false);
  } else {
    object.set(name, markup ? text : escape_html(printable(text)));
  }
}

void set_text(mustache::data& object, const std::string& name, const std::string& text, TemplateKind kind) {
  if (kind == TemplateKind::markdown) return set_markdown_texts(object, name, text);
  if (kind == TemplateKind::plain) {
    if (text.empty()) return object.set(name, false);
    return object.set(name, printable(text));
  }
  set_html_text(object, name, text);
}

mustache::data to_object(const Json& json, TemplateKind kind);

mustache::data to_list(const Json& json, TemplateKind kind) {
  mustache::data list(mustache::data::type::list);
  for (const Json& element : json) {
    if (element.is_object()) {
      list.push_back(to_object(element, kind));
      continue;
    }
    mustache::data item;
    set_text(item, "item", element.get<std::string>(), kind);
    list.push_back(item);
  }
  return list;
}

// A model consists of objects, lists, texts and flags: see report/model/model.h.
mustache::data to_object(const Json& json, TemplateKind kind) {
  mustache::data object;
  for (const auto& [name, value] : json.items()) {
    if (value.is_string()) {
      set_text(object, name, value.get_ref<const std::string&>(), kind);
    } else if (value.is_boolean()) {
      object.set(name, value.get<bool>());
    } else if (value.is_array()) {
      object.set(name, to_list(value, kind));
      object.set("has_" + name, !value.empty());
    } else if (value.is_object()) {
      object.set(name, to_object(value, kind));
    }
  }
  return object;
}

// Stands where a line of tags was, so that the line is neither empty nor printed. No value has it: in values control
// characters are spelled out.
constexpr char kTagLine = '\x02';

// Whether a line holds nothing but section tags and comments.
bool is_tag_line(std::string_view line) {
  line = trim(line);
  if (line.empty()) return false;
  while (!line.empty()) {
    const std::size_t end = line.find("}}");
    const bool section = line.size() > 2 && std::string_view("#^/!").find(line[2]) != std::string_view::npos;
    if (!line.starts_with("{{") || !section || end == std::string_view::npos) return false;
    line.remove_prefix(end + 2);
  }
  return true;
}

// Mustache says that such a line leaves nothing behind. The library leaves an empty line where a section is not shown,
// and an empty line ends a table.
std::string without_tag_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end);
    if (is_tag_line(line)) {
      out += std::string(trim(line)) + kTagLine;
    } else {
      out += line;
    }
  }
  return out;
}

Result<std::string> fill(const TemplateSet& set, const std::string& template_name, const Json& model,
                         TemplateKind kind) {
  const Template* entry = set.find(template_name);
  if (entry == nullptr) return fail(ErrorCode::not_found, "there is no such template", template_name);
  mustache::mustache compiled(without_tag_lines(entry->text));
  if (!compiled.is_valid()) return fail(ErrorCode::malformed, compiled.error_message(), entry->origin);
  compiled.set_custom_escape([](const std::string& text) { return text; });
  mustache::data root = to_object(model, kind);
  for (const auto& [name, each] : set.templates) {
    if (name.starts_with("partials/"))
      root.set(name, mustache::partial([&each = each] { return without_tag_lines(each.text); }));
  }
  std::string text = compiled.render(root);
  if (!compiled.is_valid()) return fail(ErrorCode::malformed, compiled.error_message(), entry->origin);
  std::erase(text, kTagLine);
  return text;
}

}  // namespace

Result<std::string> fill_markdown(const TemplateSet& set, const std::string& template_name, const Json& model) {
  return fill(set, template_name, model, TemplateKind::markdown);
}

Result<std::string> fill_text(const TemplateSet& set, const std::string& template_name, const Json& model) {
  return fill(set, template_name, model, TemplateKind::plain);
}

Result<std::string> fill_page(const TemplateSet& set, const Json& page) {
  return fill(set, "theme/page.html", page, TemplateKind::html);
}

}  // namespace ihc::report
