// More on texts: positions count characters (code points), not bytes.
#include <algorithm>

#include "engine/functions/function.h"

namespace ihc::expr {

namespace {

constexpr std::size_t kElementBytes = sizeof(Value);

const std::string* text_at(std::span<const Value> arguments, std::size_t index) {
  return index < arguments.size() ? arguments[index].as<std::string>() : nullptr;
}
const std::int64_t* int_at(std::span<const Value> arguments, std::size_t index) {
  return index < arguments.size() ? arguments[index].as<std::int64_t>() : nullptr;
}

Value outside(CallContext& context, std::int64_t index) {
  return context.error(ErrorKind::invalid_argument, "position " + std::to_string(index) + " is outside the text");
}

Value made(CallContext& context, std::string text) {
  if (!context.spend_bytes(text.size())) return context.limit_error();
  return text;
}

// Positions that lie in the text, its end included.
bool is_position(std::int64_t index, const std::u32string& characters) {
  return index >= 0 && static_cast<std::size_t>(index) <= characters.size();
}

Value char_at(CallContext& context, std::span<const Value> arguments) {
  const auto* text = text_at(arguments, 0);
  const auto* index = int_at(arguments, 1);
  if (text == nullptr || index == nullptr) return context.no_overload("charAt", arguments);
  if (!context.spend_steps(text->size() / 16)) return context.limit_error();
  const std::u32string characters = characters_of(*text);
  if (!is_position(*index, characters)) return outside(context, *index);
  return text_of(std::u32string_view(characters).substr(static_cast<std::size_t>(*index), 1));
}

Value found(std::size_t position) {
  return position == std::u32string::npos ? std::int64_t{-1} : static_cast<std::int64_t>(position);
}

enum class Direction { first, last };

Value find(CallContext& context, std::span<const Value> arguments, std::string_view name, Direction direction) {
  const auto* text = text_at(arguments, 0);
  const auto* part = text_at(arguments, 1);
  const auto* from = int_at(arguments, 2);
  const bool has_from = arguments.size() == 3;
  if (text == nullptr || part == nullptr || arguments.size() > 3 || (has_from && from == nullptr)) {
    return context.no_overload(name, arguments);
  }
  if (!context.spend_steps(text->size() / 8 + part->size() / 8)) return context.limit_error();
  const std::u32string characters = characters_of(*text);
  const std::u32string wanted = characters_of(*part);
  if (has_from && !is_position(*from, characters)) return outside(context, *from);
  if (direction == Direction::first)
    return found(characters.find(wanted, has_from ? static_cast<std::size_t>(*from) : 0));
  return found(characters.rfind(wanted, has_from ? static_cast<std::size_t>(*from) : std::u32string::npos));
}

Value index_of(CallContext& context, std::span<const Value> arguments) {
  return find(context, arguments, "indexOf", Direction::first);
}
Value last_index_of(CallContext& context, std::span<const Value> arguments) {
  return find(context, arguments, "lastIndexOf", Direction::last);
}

Value shifted_case(CallContext& context, std::span<const Value> arguments, std::string_view name, char first, char last,
                   int shift) {
  const auto* text = text_at(arguments, 0);
  if (text == nullptr) return context.no_overload(name, arguments);
  std::string result = *text;
  for (char& c : result) c = c >= first && c <= last ? static_cast<char>(c + shift) : c;
  return made(context, std::move(result));
}

Value lower_ascii(CallContext& context, std::span<const Value> arguments) {
  return shifted_case(context, arguments, "lowerAscii", 'A', 'Z', 'a' - 'A');
}
Value upper_ascii(CallContext& context, std::span<const Value> arguments) {
  return shifted_case(context, arguments, "upperAscii", 'a', 'z', 'A' - 'a');
}

// Where `part` stands next at or after `from`; an empty part stands before every character and at the end.
std::size_t next_match(const std::string& text, const std::string& part, std::size_t from) {
  return from > text.size() ? std::string::npos : text.find(part, from);
}

std::size_t character_length(const std::string& text, std::size_t at) {
  std::size_t length = 1;
  while (at + length < text.size() && (static_cast<unsigned char>(text[at + length]) & 0xC0U) == 0x80U) ++length;
  return length;
}

Value replace(CallContext& context, std::span<const Value> arguments) {
  const auto* text = text_at(arguments, 0);
  const auto* old = text_at(arguments, 1);
  const auto* replacement = text_at(arguments, 2);
  const auto* limit = int_at(arguments, 3);
  if (text == nullptr || old == nullptr || replacement == nullptr || (arguments.size() == 4 && limit == nullptr)) {
    return context.no_overload("replace", arguments);
  }
  std::int64_t left = arguments.size() == 4 ? *limit : -1;
  std::string result;
  std::size_t at = 0;
  while (left != 0) {
    const std::size_t match = next_match(*text, *old, at);
    if (match == std::string::npos) break;
    if (!context.spend_bytes(match - at + replacement->size() + 1)) return context.limit_error();
    result.append(*text, at, match - at).append(*replacement);
    at = match + old->size();
    if (old->empty()) {
      if (at >= text->size()) return result;
      const std::size_t length = character_length(*text, at);
      result.append(*text, at, length);
      at += length;
    }
    --left;
  }
  if (!context.spend_bytes(text->size() - at)) return context.limit_error();
  return result.append(*text, at);
}

Value split_text(CallContext& context, std::span<const Value> arguments) {
  const auto* text = text_at(arguments, 0);
  const auto* separator = text_at(arguments, 1);
  const auto* limit = int_at(arguments, 2);
  if (text == nullptr || separator == nullptr || (arguments.size() == 3 && limit == nullptr)) {
    return context.no_overload("split", arguments);
  }
  const std::int64_t most = arguments.size() == 3 ? *limit : -1;
  std::vector<Value> parts;
  if (most == 0) return make_list({});
  std::size_t at = 0;
  while (most < 0 || static_cast<std::int64_t>(parts.size()) + 1 < most) {
    const std::size_t match = separator->empty()
                                  ? (at < text->size() ? at + character_length(*text, at) : std::string::npos)
                                  : text->find(*separator, at);
    if (match == std::string::npos || (separator->empty() && match >= text->size())) break;
    if (!context.spend_bytes(kElementBytes + match - at)) return context.limit_error();
    parts.emplace_back(text->substr(at, match - at));
    at = match + separator->size();
  }
  if (!context.spend_bytes(kElementBytes + text->size() - at)) return context.limit_error();
  if (!separator->empty() || at < text->size()) parts.emplace_back(text->substr(at));
  return make_list(std::move(parts));
}

Value substring(CallContext& context, std::span<const Value> arguments) {
  const auto* text = text_at(arguments, 0);
  const auto* from = int_at(arguments, 1);
  const auto* to = int_at(arguments, 2);
  if (text == nullptr || from == nullptr || (arguments.size() == 3 && to == nullptr)) {
    return context.no_overload("substring", arguments);
  }
  if (!context.spend_steps(text->size() / 16)) return context.limit_error();
  const std::u32string characters = characters_of(*text);
  const auto end = arguments.size() == 3 ? *to : static_cast<std::int64_t>(characters.size());
  if (!is_position(*from, characters)) return outside(context, *from);
  if (!is_position(end, characters) || end < *from) return outside(context, end);
  return made(context, text_of(std::u32string_view(characters)
                                   .substr(static_cast<std::size_t>(*from), static_cast<std::size_t>(end - *from))));
}

// The characters with the Unicode property White_Space.
bool is_blank(char32_t c) {
  return (c >= 0x9 && c <= 0xD) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
         c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

Value trim_text(CallContext& context, std::span<const Value> arguments) {
  const auto* text = text_at(arguments, 0);
  if (text == nullptr) return context.no_overload("trim", arguments);
  if (!context.spend_steps(text->size() / 16)) return context.limit_error();
  const std::u32string characters = characters_of(*text);
  std::u32string_view view = characters;
  while (!view.empty() && is_blank(view.front())) view.remove_prefix(1);
  while (!view.empty() && is_blank(view.back())) view.remove_suffix(1);
  return made(context, text_of(view));
}

Value join(CallContext& context, std::span<const Value> arguments) {
  const auto* list = arguments[0].as<List>();
  const auto* separator = text_at(arguments, 1);
  if (list == nullptr || (arguments.size() == 2 && separator == nullptr)) return context.no_overload("join", arguments);
  std::string result;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Value item = element(*list, i);
    const auto* text = item.as<std::string>();
    if (text == nullptr) return context.error(ErrorKind::type, "join() takes a list of strings");
    if (!context.spend_bytes(text->size() + (separator == nullptr ? 1 : separator->size())))
      return context.limit_error();
    if (i > 0 && separator != nullptr) result += *separator;
    result += *text;
  }
  return made(context, std::move(result));
}

Value reverse(CallContext& context, std::span<const Value> arguments) {
  const auto* text = text_at(arguments, 0);
  if (text == nullptr) return context.no_overload("reverse", arguments);
  if (!context.spend_steps(text->size() / 16)) return context.limit_error();
  std::u32string characters = characters_of(*text);
  std::reverse(characters.begin(), characters.end());
  return made(context, text_of(characters));
}

Value quote(CallContext& context, std::span<const Value> arguments) {
  static constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\\"";
  static constexpr std::string_view kLetters = "abfnrtv\\\"";
  const auto* text = text_at(arguments, 0);
  if (text == nullptr) return context.no_overload("strings.quote", arguments);
  std::string result = "\"";
  for (const char c : *text) {
    const std::size_t escape = kMeanings.find(c);
    if (escape != std::string_view::npos) result += '\\';
    result += escape == std::string_view::npos ? c : kLetters[escape];
  }
  return made(context, result + "\"");
}

const Function kFunctions[] = {
    {"charAt", {"string.charAt(int) -> string"}, "the character at a position; empty at the end", char_at},
    {"indexOf",
     {"string.indexOf(string) -> int", "string.indexOf(string, int) -> int"},
     "first position from there on, or -1",
     index_of},
    {"lastIndexOf",
     {"string.lastIndexOf(string) -> int", "string.lastIndexOf(string, int) -> int"},
     "last position up to there, or -1",
     last_index_of},
    {"lowerAscii", {"string.lowerAscii() -> string"}, "A to Z in small letters", lower_ascii},
    {"upperAscii", {"string.upperAscii() -> string"}, "a to z in capitals", upper_ascii},
    {"replace",
     {"string.replace(string, string) -> string", "string.replace(string, string, int) -> string"},
     "every occurrence, or the first so many",
     replace},
    {"split",
     {"string.split(string) -> list<string>", "string.split(string, int) -> list<string>"},
     "the parts, at most so many",
     split_text},
    {"substring",
     {"string.substring(int) -> string", "string.substring(int, int) -> string"},
     "from a position, up to before another",
     substring},
    {"trim", {"string.trim() -> string"}, "without white space at the ends", trim_text},
    {"join", {"list.join() -> string", "list.join(string) -> string"}, "strings one after the other", join},
    {"reverse", {"string.reverse() -> string"}, "the characters backwards", reverse},
    {"strings.quote", {"strings.quote(string) -> string"}, "a text as a literal writes it", quote}};

}  // namespace

std::span<const Function> string_functions() { return kFunctions; }

}  // namespace ihc::expr
