// string.format(list): "%s of %d at %.2f" with %s %d %f %e %b %o %x %X and %%.
#include <charconv>
#include <cmath>

#include "engine/functions/function.h"

namespace ihc::expr {

namespace {

constexpr std::size_t kDefaultPrecision = 6;
constexpr std::size_t kMaxPrecision = 100;

using Text = std::optional<std::string>;  // nothing: the clause does not take this type

// Values that share their parts can print longer than they are large; every part costs a step.
Text display(CallContext& context, const Value& value);

Text display_list(CallContext& context, const List& list) {
  std::string text = "[";
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Text item = display(context, element(list, i));
    if (!item) return std::nullopt;
    text += (i == 0 ? "" : ", ") + *item;
  }
  return text + "]";
}

Text display_map(CallContext& context, const Map& map) {
  std::vector<std::string> entries;
  for (const Value& key : keys_of(map)) {
    const Text key_text = display(context, key);
    const Text value_text = display(context, *lookup(map, key));
    if (!key_text || !value_text) return std::nullopt;
    entries.push_back(*key_text + ": " + *value_text);
  }
  std::string text = "{";
  for (const std::string& entry : entries) text += (text.size() == 1 ? "" : ", ") + entry;
  return text + "}";
}

Text display(CallContext& context, const Value& value) {
  if (!context.spend_steps(1) || !context.spend_bytes(16)) return std::nullopt;
  if (value.as<Null>() != nullptr) return "null";
  if (const auto* flag = value.as<bool>()) return *flag ? "true" : "false";
  if (const auto* number = value.as<std::int64_t>()) return std::to_string(*number);
  if (const auto* number = value.as<std::uint64_t>()) return std::to_string(*number);
  if (const auto* number = value.as<double>()) return number_to_language_text(*number);
  if (const auto* bytes = value.as<Bytes>()) return bytes->data;
  if (const auto* time = value.as<Timestamp>()) return to_text(*time);
  if (const auto* duration = value.as<Duration>()) return to_text(*duration);
  if (const auto* type = value.as<TypeName>()) return type->name;
  if (const auto* list = value.as<List>()) return display_list(context, *list);
  if (const auto* map = value.as<Map>()) return display_map(context, *map);
  const auto* text = value.as<std::string>();
  if (text == nullptr || !context.spend_bytes(text->size())) return std::nullopt;
  return *text;
}

Text in_base(const Value& value, int base) {
  char buffer[80];
  char* const end = buffer + sizeof buffer;
  if (const auto* number = value.as<std::int64_t>())
    return std::string(buffer, std::to_chars(buffer, end, *number, base).ptr);
  if (const auto* number = value.as<std::uint64_t>())
    return std::string(buffer, std::to_chars(buffer, end, *number, base).ptr);
  return std::nullopt;
}

Text decimal(const Value& value) {
  const auto* number = value.as<double>();
  if (number != nullptr && !std::isfinite(*number)) return number_to_language_text(*number);
  return in_base(value, 10);
}

Text binary(const Value& value) {
  if (const auto* flag = value.as<bool>()) return *flag ? "1" : "0";
  return in_base(value, 2);
}

Text hexadecimal(const Value& value, bool capitals) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  const auto* text = value.as<std::string>();
  const auto* bytes = value.as<Bytes>();
  Text result = in_base(value, 16);
  if (text != nullptr || bytes != nullptr) {
    result = "";
    for (const char c : text != nullptr ? *text : bytes->data) {
      *result += kDigits[static_cast<unsigned char>(c) >> 4U];
      *result += kDigits[static_cast<unsigned char>(c) & 0xFU];
    }
  }
  if (result && capitals) {
    for (char& c : *result) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return result;
}

Text floating(const Value& value, std::chars_format form, std::size_t precision) {
  const auto number = number_of(value);
  if (!number) return std::nullopt;
  if (!std::isfinite(*number)) return number_to_language_text(*number);
  char buffer[512];  // the largest double has 309 digits before the point
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, *number, form, static_cast<int>(precision));
  return error == std::errc{} ? Text(std::string(buffer, end)) : std::nullopt;
}

Text clause(CallContext& context, char verb, std::size_t precision, const Value& value) {
  switch (verb) {
    case 's':
      return display(context, value);
    case 'd':
      return decimal(value);
    case 'f':
      return floating(value, std::chars_format::fixed, precision);
    case 'e':
      return floating(value, std::chars_format::scientific, precision);
    case 'b':
      return binary(value);
    case 'o':
      return in_base(value, 8);
    case 'x':
      return hexadecimal(value, false);
    case 'X':
      return hexadecimal(value, true);
    default:
      return std::nullopt;
  }
}

// Reads ".3" before the verb; nothing when the digits are missing or too many.
std::optional<std::size_t> take_precision(const std::string& pattern, std::size_t& at) {
  if (at >= pattern.size() || pattern[at] != '.') return kDefaultPrecision;
  std::size_t precision = 0;
  const auto [end, error] = std::from_chars(pattern.data() + at + 1, pattern.data() + pattern.size(), precision);
  if (error != std::errc{} || precision > kMaxPrecision) return std::nullopt;
  at = static_cast<std::size_t>(end - pattern.data());
  return precision;
}

Value format(CallContext& context, std::span<const Value> arguments) {
  const auto* pattern = arguments[0].as<std::string>();
  const auto* values = arguments.size() == 2 ? arguments[1].as<List>() : nullptr;
  if (pattern == nullptr || values == nullptr) return context.no_overload("format", arguments);
  std::string result;
  std::size_t next = 0;
  for (std::size_t at = 0; at < pattern->size(); ++at) {
    if ((*pattern)[at] != '%') {
      result += (*pattern)[at];
      continue;
    }
    ++at;
    if (at < pattern->size() && (*pattern)[at] == '%') {
      result += '%';
      continue;
    }
    const auto precision = take_precision(*pattern, at);
    if (!precision || at >= pattern->size()) {
      return context.error(ErrorKind::invalid_argument, "a % without a clause that format() knows");
    }
    if (next >= values->size()) {
      return context.error(ErrorKind::invalid_argument, "format() has fewer values than its text has clauses");
    }
    const Text text = clause(context, (*pattern)[at], *precision, element(*values, next++));
    if (context.budget().exhausted) return context.limit_error();
    if (!text) {
      return context.error(ErrorKind::invalid_argument, std::string("format() cannot print a ") +
                                                            std::string(type_name(element(*values, next - 1))) +
                                                            " with %" + (*pattern)[at]);
    }
    result += *text;
  }
  if (!context.spend_bytes(result.size())) return context.limit_error();
  return result;
}

const Function kFunctions[] = {
    {"format",
     {"string.format(list) -> string"},
     "%s any value, %d integer, %f %e number (%.2f), %b %o %x %X digits to base 2, 8, 16, %%",
     format}};

}  // namespace

std::span<const Function> format_functions() { return kFunctions; }

}  // namespace ihc::expr
