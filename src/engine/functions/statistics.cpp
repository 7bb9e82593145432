// Functions of our own over numbers: aggregates, which have no value on an empty list, and what words need to show a
// number.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "engine/functions/function.h"

namespace ihc::expr {

namespace {

constexpr double kBytesPerMib = 1048576.0;
constexpr double kBytesPerGib = 1073741824.0;
constexpr std::int64_t kMaxDigits = 15;  // a double has no more

struct Numbers {
  std::vector<double> values;
  std::optional<Value> error;
  bool all_int = true;
};

Numbers numbers_of(CallContext& context, std::string_view name, const Value& argument) {
  const auto* list = argument.as<List>();
  if (list == nullptr) return {.values = {}, .error = context.no_overload(name, std::span(&argument, 1))};
  if (!context.spend_steps(list->size())) return {.values = {}, .error = context.limit_error()};
  if (list->size() == 0) {
    return {.values = {},
            .error = make_error(ErrorKind::no_such_value, std::string(name) + "() of an empty list", 0,
                                list->path ? to_pointer(list->path) : "")};
  }
  Numbers numbers;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Value item = element(*list, i);
    const auto number = number_of(item);
    if (!number) {
      numbers.error = context.error(ErrorKind::type, std::string(name) + "() takes a list of numbers");
      return numbers;
    }
    numbers.all_int = numbers.all_int && item.as<std::int64_t>() != nullptr;
    numbers.values.push_back(*number);
  }
  return numbers;
}

Value sum(CallContext& context, std::span<const Value> arguments) {
  const Numbers numbers = numbers_of(context, "sum", arguments[0]);
  if (numbers.error) return *numbers.error;
  if (!numbers.all_int) {
    double total = 0;
    for (const double number : numbers.values) total += number;
    return total;
  }
  std::int64_t total = 0;
  const List& list = *arguments[0].as<List>();
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (__builtin_add_overflow(total, *element(list, i).as<std::int64_t>(), &total)) {
      return context.error(ErrorKind::overflow, "the sum does not fit an int");
    }
  }
  return total;
}

Value mean(CallContext& context, std::span<const Value> arguments) {
  const Numbers numbers = numbers_of(context, "mean", arguments[0]);
  if (numbers.error) return *numbers.error;
  double total = 0;
  for (const double number : numbers.values) total += number;
  return total / static_cast<double>(numbers.values.size());
}

enum class Extreme { smallest, largest };

Value extreme(CallContext& context, std::string_view name, const Value& argument, Extreme which) {
  const Numbers numbers = numbers_of(context, name, argument);
  if (numbers.error) return *numbers.error;
  const auto best = which == Extreme::smallest ? std::min_element(numbers.values.begin(), numbers.values.end())
                                               : std::max_element(numbers.values.begin(), numbers.values.end());
  return element(*argument.as<List>(), static_cast<std::size_t>(best - numbers.values.begin()));
}

Value smallest(CallContext& context, std::span<const Value> arguments) {
  return extreme(context, "min", arguments[0], Extreme::smallest);
}
Value largest(CallContext& context, std::span<const Value> arguments) {
  return extreme(context, "max", arguments[0], Extreme::largest);
}

// Type 7 of Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50 (1996): linear
// between the order statistics, with the smallest at 0 and the largest at 1.
double quantile_of(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  const double position = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (position - static_cast<double>(below)) * (values[above] - values[below]);
}

Value median(CallContext& context, std::span<const Value> arguments) {
  Numbers numbers = numbers_of(context, "median", arguments[0]);
  if (numbers.error) return *numbers.error;
  return quantile_of(std::move(numbers.values), 0.5);
}

Value quantile(CallContext& context, std::span<const Value> arguments) {
  const auto q = arguments.size() == 2 ? number_of(arguments[1]) : std::nullopt;
  if (!q) return context.no_overload("quantile", arguments);
  if (!(*q >= 0 && *q <= 1)) return context.error(ErrorKind::invalid_argument, "quantile() takes a share from 0 to 1");
  Numbers numbers = numbers_of(context, "quantile", arguments[0]);
  if (numbers.error) return *numbers.error;
  return quantile_of(std::move(numbers.values), *q);
}

std::optional<std::int64_t> digits_of(const Value& value) {
  const auto* digits = value.as<std::int64_t>();
  if (digits == nullptr || *digits < 0 || *digits > kMaxDigits) return std::nullopt;
  return *digits;
}

std::optional<std::string> fixed_text(double number, std::int64_t digits) {
  char buffer[400];
  const auto [end, error] =
      std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::fixed, static_cast<int>(digits));
  if (error != std::errc{} || !std::isfinite(number)) return std::nullopt;
  return std::string(buffer, end);
}

Value fixed(CallContext& context, std::span<const Value> arguments) {
  const auto number = arguments.size() == 2 ? number_of(arguments[0]) : std::nullopt;
  const auto digits = number ? digits_of(arguments[1]) : std::nullopt;
  if (!digits) return context.no_overload("fixed", arguments);
  const auto text = fixed_text(*number, *digits);
  return text ? Value(*text) : context.error(ErrorKind::no_such_value, "fixed() of a number that is not finite");
}

Value round_to(CallContext& context, std::span<const Value> arguments) {
  const auto number = number_of(arguments[0]);
  const auto digits = arguments.size() == 2 ? digits_of(arguments[1]) : std::optional<std::int64_t>(0);
  if (!number || !digits) return context.no_overload("round", arguments);
  const auto text = fixed_text(*number, *digits);
  // Through its own decimal text, so that round(0.1 + 0.2, 1) is the 0.3 that a reader sees.
  return text ? Value(*double_from_text(*text)) : Value(*number);
}

Value pct(CallContext& context, std::span<const Value> arguments) {
  if (arguments.size() != 2) return context.no_overload("pct", arguments);
  const auto part = number_of(arguments[0]);
  const auto whole = number_of(arguments[1]);
  if (!part || !whole) return context.no_overload("pct", arguments);
  if (*whole == 0) return context.error(ErrorKind::no_such_value, "a percentage of nothing");
  return 100.0 * *part / *whole;
}

Value scaled(CallContext& context, std::span<const Value> arguments, std::string_view name, double unit) {
  const auto number = number_of(arguments[0]);
  return number ? Value(*number / unit) : context.no_overload(name, arguments);
}

Value mib(CallContext& context, std::span<const Value> arguments) {
  return scaled(context, arguments, "mib", kBytesPerMib);
}
Value gib(CallContext& context, std::span<const Value> arguments) {
  return scaled(context, arguments, "gib", kBytesPerGib);
}

Value values(CallContext& context, std::span<const Value> arguments) {
  const auto* map = arguments[0].as<Map>();
  if (map == nullptr) return context.no_overload("values", arguments);
  if (!context.spend_bytes(map->size() * sizeof(Value))) return context.limit_error();
  std::vector<Value> items;
  for (const Value& key : keys_of(*map)) items.push_back(*lookup(*map, key));
  return make_list(std::move(items));
}

Value distinct(CallContext& context, std::span<const Value> arguments) {
  const auto* list = arguments[0].as<List>();
  if (list == nullptr) return context.no_overload("distinct", arguments);
  std::vector<Value> items;
  for (std::size_t i = 0; i < list->size(); ++i) {
    Value item = element(*list, i);
    const bool known = std::any_of(items.begin(), items.end(),
                                   [&](const Value& other) { return equals(item, other, context.budget().steps); });
    if (!context.spend_steps(1) || !context.spend_bytes(sizeof(Value))) return context.limit_error();
    if (!known) items.push_back(std::move(item));
  }
  return make_list(std::move(items));
}

const Function kFunctions[] = {
    {"sum", {"sum(list<number>) -> number"}, "an int when all are, else a double", sum},
    {"mean", {"mean(list<number>) -> double"}, "arithmetic mean", mean},
    {"median", {"median(list<number>) -> double"}, "the middle value, or the mean of the two", median},
    {"min", {"min(list<number>) -> number"}, "the smallest", smallest},
    {"max", {"max(list<number>) -> number"}, "the largest", largest},
    {"quantile",
     {"quantile(list<number>, number) -> double"},
     "linear between order statistics (Hyndman and Fan type 7)",
     quantile},
    {"round", {"round(number) -> double", "round(number, int) -> double"}, "to so many decimal digits", round_to},
    {"fixed", {"fixed(number, int) -> string"}, "the text with exactly so many decimal digits", fixed},
    {"pct", {"pct(number, number) -> double"}, "the first as a percentage of the second", pct},
    {"mib", {"mib(number) -> double"}, "bytes in MiB", mib},
    {"gib", {"gib(number) -> double"}, "bytes in GiB", gib},
    {"values", {"values(map) -> list"}, "the values of a map, by key", values},
    {"distinct", {"distinct(list) -> list"}, "each element once, in the order of first appearance", distinct}};

}  // namespace

std::span<const Function> statistics_functions() { return kFunctions; }

}  // namespace ihc::expr
