// int, uint, double, string, bytes, bool, timestamp, duration: from one type to another, an error where a value does
// not fit.
#include <cmath>
#include <limits>

#include "base/text.h"
#include "engine/expr/calendar.h"
#include "engine/functions/function.h"

namespace ihc::expr {

namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;
constexpr double kTwoTo64 = 18446744073709551616.0;

Value out_of_range(CallContext& context, std::string_view type) {
  return context.error(ErrorKind::overflow, "the value is outside the range of " + std::string(type));
}

Value not_a(CallContext& context, std::string_view type) {
  return context.error(ErrorKind::invalid_argument, "the text is no " + std::string(type));
}

std::string_view without_plus(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  return text;
}

// parse_number() trims; in the language a blank makes the text no number.
template <class Number>
std::optional<Number> exact_number(std::string_view text) {
  return trim(text).size() == text.size() ? parse_number<Number>(without_plus(text)) : std::nullopt;
}

Value to_int(CallContext& context, std::span<const Value> arguments) {
  const Value& value = arguments[0];
  if (value.as<std::int64_t>() != nullptr) return value;
  if (const auto* number = value.as<std::uint64_t>()) {
    if (*number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
      return out_of_range(context, "int");
    return static_cast<std::int64_t>(*number);
  }
  if (const auto* number = value.as<double>()) {
    // Both ends are refused: a double at an end may have been rounded there from outside the range.
    if (!(*number > -kTwoTo63 && *number < kTwoTo63)) return out_of_range(context, "int");
    return static_cast<std::int64_t>(*number);
  }
  if (const auto* text = value.as<std::string>()) {
    const auto number = exact_number<std::int64_t>(*text);
    return number ? Value(*number) : not_a(context, "int");
  }
  if (const auto* time = value.as<Timestamp>()) return time->seconds;
  if (const auto* duration = value.as<Duration>()) return duration->nanoseconds;
  return context.no_overload("int", arguments);
}

Value to_uint(CallContext& context, std::span<const Value> arguments) {
  const Value& value = arguments[0];
  if (value.as<std::uint64_t>() != nullptr) return value;
  if (const auto* number = value.as<std::int64_t>()) {
    if (*number < 0) return out_of_range(context, "uint");
    return static_cast<std::uint64_t>(*number);
  }
  if (const auto* number = value.as<double>()) {
    if (!(*number >= 0 && *number < kTwoTo64)) return out_of_range(context, "uint");
    return static_cast<std::uint64_t>(*number);
  }
  if (const auto* text = value.as<std::string>()) {
    const auto number = exact_number<std::uint64_t>(*text);
    return number ? Value(*number) : not_a(context, "uint");
  }
  return context.no_overload("uint", arguments);
}

Value to_double(CallContext& context, std::span<const Value> arguments) {
  if (const auto number = number_of(arguments[0])) return *number;
  if (const auto* text = arguments[0].as<std::string>()) {
    const auto number = double_from_text(*text);
    return number ? Value(*number) : not_a(context, "double");
  }
  return context.no_overload("double", arguments);
}

Value to_string_value(CallContext& context, std::span<const Value> arguments) {
  const Value& value = arguments[0];
  if (value.as<std::string>() != nullptr) return value;
  if (const auto* flag = value.as<bool>()) return *flag ? "true" : "false";
  if (const auto* number = value.as<std::int64_t>()) return std::to_string(*number);
  if (const auto* number = value.as<std::uint64_t>()) return std::to_string(*number);
  if (const auto* number = value.as<double>()) return number_to_language_text(*number);
  if (const auto* time = value.as<Timestamp>()) return to_text(*time);
  if (const auto* duration = value.as<Duration>()) return to_text(*duration);
  if (const auto* bytes = value.as<Bytes>()) {
    if (!is_utf8(bytes->data)) return context.error(ErrorKind::invalid_argument, "the bytes are not UTF-8");
    return bytes->data;
  }
  return context.no_overload("string", arguments);
}

Value to_bytes(CallContext& context, std::span<const Value> arguments) {
  if (arguments[0].as<Bytes>() != nullptr) return arguments[0];
  if (const auto* text = arguments[0].as<std::string>()) return Bytes{*text};
  return context.no_overload("bytes", arguments);
}

Value to_bool(CallContext& context, std::span<const Value> arguments) {
  if (arguments[0].as<bool>() != nullptr) return arguments[0];
  const auto* text = arguments[0].as<std::string>();
  if (text == nullptr) return context.no_overload("bool", arguments);
  for (const std::string_view word : {"true", "True", "TRUE", "t", "1"}) {
    if (*text == word) return true;
  }
  for (const std::string_view word : {"false", "False", "FALSE", "f", "0"}) {
    if (*text == word) return false;
  }
  return not_a(context, "bool");
}

Value to_timestamp(CallContext& context, std::span<const Value> arguments) {
  if (arguments[0].as<Timestamp>() != nullptr) return arguments[0];
  if (const auto* seconds = arguments[0].as<std::int64_t>()) {
    const Timestamp timestamp{*seconds, 0};
    return is_in_range(timestamp) ? Value(timestamp) : out_of_range(context, "timestamp");
  }
  if (const auto* text = arguments[0].as<std::string>()) {
    const auto timestamp = timestamp_from_text(*text);
    return timestamp ? Value(*timestamp) : not_a(context, "timestamp");
  }
  return context.no_overload("timestamp", arguments);
}

Value to_duration(CallContext& context, std::span<const Value> arguments) {
  if (arguments[0].as<Duration>() != nullptr) return arguments[0];
  if (const auto* text = arguments[0].as<std::string>()) {
    const auto duration = duration_from_text(*text);
    return duration ? Value(*duration) : not_a(context, "duration");
  }
  return context.no_overload("duration", arguments);
}

const Function kFunctions[] = {
    {"int",
     {"int(int) -> int", "int(uint) -> int", "int(double) -> int", "int(string) -> int", "int(timestamp) -> int",
      "int(duration) -> int"},
     "a double loses its fraction; a timestamp gives seconds since 1970, a duration nanoseconds",
     to_int},
    {"uint",
     {"uint(uint) -> uint", "uint(int) -> uint", "uint(double) -> uint", "uint(string) -> uint"},
     "as int, without a sign",
     to_uint},
    {"double", {"double(number) -> double", "double(string) -> double"}, "the nearest double", to_double},
    {"string",
     {"string(string) -> string", "string(bool) -> string", "string(number) -> string", "string(bytes) -> string",
      "string(timestamp) -> string", "string(duration) -> string"},
     "the text of a value; bytes must be UTF-8",
     to_string_value},
    {"bytes", {"bytes(bytes) -> bytes", "bytes(string) -> bytes"}, "the UTF-8 bytes of a text", to_bytes},
    {"bool",
     {"bool(bool) -> bool", "bool(string) -> bool"},
     "reads true, false, t, f, 1, 0, True, False, TRUE, FALSE",
     to_bool},
    {"timestamp",
     {"timestamp(timestamp) -> timestamp", "timestamp(string) -> timestamp", "timestamp(int) -> timestamp"},
     "reads RFC 3339, or seconds since 1970",
     to_timestamp},
    {"duration",
     {"duration(duration) -> duration", "duration(string) -> duration"},
     "reads 1h30m, 1.5s, 10ms",
     to_duration}};

}  // namespace

std::span<const Function> conversion_functions() { return kFunctions; }

}  // namespace ihc::expr
