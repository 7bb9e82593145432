#include "engine/words.h"

#include <cmath>

#include "base/text.h"

namespace ihc {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

constexpr std::size_t kMaxListedItems = 32;  // words are read by people

}  // namespace

std::vector<WordTag> find_tags(std::string_view text) {
  std::vector<WordTag> tags;
  for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at)) {
    const std::size_t end = text.find("}}", at);
    WordTag tag;
    tag.offset = at;
    tag.closed = end != std::string_view::npos;
    tag.length = (tag.closed ? end + 2 : text.size()) - at;
    if (tag.closed) tag.name = std::string(trim(text.substr(at + 2, end - at - 2)));
    at += tag.length;
    tags.push_back(std::move(tag));
  }
  return tags;
}

std::vector<std::size_t> literal_numbers(std::string_view text, CodeSpans code_spans) {
  std::vector<std::size_t> places;
  const std::vector<WordTag> tags = find_tags(text);
  std::size_t next_tag = 0;
  bool in_code = false;
  bool in_word = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (next_tag < tags.size() && at == tags[next_tag].offset) {
      at += tags[next_tag++].length - 1;
      in_word = false;
      continue;
    }
    if (text[at] == '`' && code_spans == CodeSpans::skipped) in_code = !in_code;
    const bool joins_name = text[at] == '+' && at > 0 && text[at - 1] == 'N';
    if (is_digit(text[at]) && !in_word && !in_code) places.push_back(at);
    in_word = is_word_character(text[at]) || joins_name;
  }
  return places;
}

std::string fill_words(std::string_view text,
                       const std::function<std::optional<std::string>(const std::string&)>& lookup,
                       std::vector<std::string>& gaps) {
  std::string filled;
  std::size_t at = 0;
  for (const WordTag& tag : find_tags(text)) {
    filled.append(text.substr(at, tag.offset - at));
    at = tag.offset + tag.length;
    const auto value = lookup(tag.name);
    if (!value) gaps.push_back(tag.name);
    filled += value ? *value : "[" + tag.name + ": not known]";
  }
  return filled.append(text.substr(at));
}

std::optional<std::string> value_to_words(const expr::Value& value) {
  if (const auto* text = value.as<std::string>()) return *text;
  if (const auto* flag = value.as<bool>()) return *flag ? "true" : "false";
  if (const auto* number = value.as<std::int64_t>()) return std::to_string(*number);
  if (const auto* number = value.as<std::uint64_t>()) return std::to_string(*number);
  if (const auto* time = value.as<expr::Timestamp>()) return to_text(*time);
  if (const auto* duration = value.as<expr::Duration>()) return to_text(*duration);
  if (const auto* number = value.as<double>()) {
    return std::isfinite(*number) ? std::optional(number_to_text(*number)) : std::nullopt;
  }
  const auto* list = value.as<expr::List>();
  if (list == nullptr) return std::nullopt;
  std::string joined;
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (i == kMaxListedItems) return joined + ", …";
    const auto item = value_to_words(element(*list, i));
    if (!item) return std::nullopt;
    joined += (i == 0 ? "" : ", ") + *item;
  }
  return joined;
}

}  // namespace ihc
