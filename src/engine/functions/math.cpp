// math.*: extremes, rounding, signs, bits.
#include <cmath>
#include <limits>

#include "engine/functions/function.h"

namespace ihc::expr {

namespace {

enum class Extreme { greatest, least };

Value extreme(CallContext& context, std::span<const Value> arguments, std::string_view name, Extreme which) {
  std::vector<Value> numbers(arguments.begin(), arguments.end());
  if (arguments.size() == 1 && arguments[0].as<List>() != nullptr) {
    const List& list = *arguments[0].as<List>();
    if (!context.spend_steps(list.size())) return context.limit_error();
    numbers.clear();
    for (std::size_t i = 0; i < list.size(); ++i) numbers.push_back(element(list, i));
    if (numbers.empty()) return context.error(ErrorKind::no_such_value, std::string(name) + "() of an empty list");
  }
  Value best = numbers.front();
  for (const Value& number : numbers) {
    if (!number_of(number)) return context.no_overload(name, arguments);
    const int order = compare(number, best).value_or(0);
    if (which == Extreme::greatest ? order > 0 : order < 0) best = number;
  }
  return best;
}

Value greatest(CallContext& context, std::span<const Value> arguments) {
  return extreme(context, arguments, "math.greatest", Extreme::greatest);
}
Value least(CallContext& context, std::span<const Value> arguments) {
  return extreme(context, arguments, "math.least", Extreme::least);
}

template <double (*kOperation)(double)>
Value rounded(CallContext& context, std::span<const Value> arguments) {
  const auto* number = arguments[0].as<double>();
  return number == nullptr ? context.no_overload("math rounding", arguments) : Value(kOperation(*number));
}

double ceil_of(double x) { return std::ceil(x); }
double floor_of(double x) { return std::floor(x); }
double round_of(double x) { return std::round(x); }
double trunc_of(double x) { return std::trunc(x); }

Value square_root(CallContext& context, std::span<const Value> arguments) {
  const auto number = number_of(arguments[0]);
  return number ? Value(std::sqrt(*number)) : context.no_overload("math.sqrt", arguments);
}

Value absolute(CallContext& context, std::span<const Value> arguments) {
  if (arguments[0].as<std::uint64_t>() != nullptr) return arguments[0];
  if (const auto* number = arguments[0].as<double>()) return std::fabs(*number);
  const auto* number = arguments[0].as<std::int64_t>();
  if (number == nullptr) return context.no_overload("math.abs", arguments);
  if (*number == std::numeric_limits<std::int64_t>::min()) {
    return context.error(ErrorKind::overflow, "the absolute value does not fit an int");
  }
  return *number < 0 ? -*number : *number;
}

Value sign(CallContext& context, std::span<const Value> arguments) {
  if (const auto* number = arguments[0].as<std::uint64_t>()) return static_cast<std::uint64_t>(*number > 0 ? 1 : 0);
  if (const auto* number = arguments[0].as<std::int64_t>())
    return static_cast<std::int64_t>((*number > 0) - (*number < 0));
  const auto* number = arguments[0].as<double>();
  if (number == nullptr) return context.no_overload("math.sign", arguments);
  if (std::isnan(*number)) return *number;
  return static_cast<double>((*number > 0) - (*number < 0));
}

template <bool (*kTest)(double)>
Value tested(CallContext& context, std::span<const Value> arguments) {
  const auto* number = arguments[0].as<double>();
  return number == nullptr ? context.no_overload("math test", arguments) : Value(kTest(*number));
}

bool is_nan(double x) { return std::isnan(x); }
bool is_inf(double x) { return std::isinf(x); }
bool is_finite(double x) { return std::isfinite(x); }

enum class BitOperation { bit_and, bit_or, bit_xor };

std::uint64_t combine(BitOperation operation, std::uint64_t left, std::uint64_t right) {
  switch (operation) {
    case BitOperation::bit_and:
      return left & right;
    case BitOperation::bit_or:
      return left | right;
    case BitOperation::bit_xor:
      return left ^ right;
  }
  return 0;
}

template <BitOperation kOperation>
Value bits(CallContext& context, std::span<const Value> arguments) {
  if (arguments.size() != 2) return context.no_overload("math bit operation", arguments);
  const auto* left = arguments[0].as<std::uint64_t>();
  const auto* right = arguments[1].as<std::uint64_t>();
  if (left != nullptr && right != nullptr) return combine(kOperation, *left, *right);
  const auto* signed_left = arguments[0].as<std::int64_t>();
  const auto* signed_right = arguments[1].as<std::int64_t>();
  if (signed_left == nullptr || signed_right == nullptr) return context.no_overload("math bit operation", arguments);
  return static_cast<std::int64_t>(
      combine(kOperation, static_cast<std::uint64_t>(*signed_left), static_cast<std::uint64_t>(*signed_right)));
}

Value bit_not(CallContext& context, std::span<const Value> arguments) {
  if (const auto* number = arguments[0].as<std::uint64_t>()) return ~*number;
  if (const auto* number = arguments[0].as<std::int64_t>()) return ~*number;
  return context.no_overload("math.bitNot", arguments);
}

enum class Shift { left, right };

std::uint64_t shifted(Shift direction, std::uint64_t number, std::int64_t by) {
  if (by >= 64) return 0;
  const auto places = static_cast<unsigned>(by);
  return direction == Shift::left ? number << places : number >> places;
}

// The sign bit is shifted as any other bit, in both directions.
template <Shift kDirection>
Value shift(CallContext& context, std::span<const Value> arguments) {
  const auto* by = arguments.size() == 2 ? arguments[1].as<std::int64_t>() : nullptr;
  const auto* number = arguments[0].as<std::uint64_t>();
  const auto* signed_number = arguments[0].as<std::int64_t>();
  if (by == nullptr || (number == nullptr && signed_number == nullptr)) {
    return context.no_overload("math bit shift", arguments);
  }
  if (*by < 0) return context.error(ErrorKind::invalid_argument, "a shift by a negative number of bits");
  if (number != nullptr) return shifted(kDirection, *number, *by);
  return static_cast<std::int64_t>(shifted(kDirection, static_cast<std::uint64_t>(*signed_number), *by));
}

const Function kFunctions[] = {
    {"math.greatest",
     {"math.greatest(number...) -> any", "math.greatest(list) -> any"},
     "the largest number",
     greatest},
    {"math.least", {"math.least(number...) -> any", "math.least(list) -> any"}, "the smallest number", least},
    {"math.ceil", {"math.ceil(double) -> double"}, "up to a whole number", rounded<ceil_of>},
    {"math.floor", {"math.floor(double) -> double"}, "down to a whole number", rounded<floor_of>},
    {"math.round",
     {"math.round(double) -> double"},
     "to the nearest whole number, halves away from zero",
     rounded<round_of>},
    {"math.trunc", {"math.trunc(double) -> double"}, "towards zero", rounded<trunc_of>},
    {"math.sqrt", {"math.sqrt(number) -> double"}, "square root; NaN of a negative number", square_root},
    {"math.abs", {"math.abs(number) -> any"}, "without its sign", absolute},
    {"math.sign", {"math.sign(number) -> any"}, "-1, 0 or 1, of the same type", sign},
    {"math.isNaN", {"math.isNaN(double) -> bool"}, "whether it is not a number", tested<is_nan>},
    {"math.isInf", {"math.isInf(double) -> bool"}, "whether it is infinite", tested<is_inf>},
    {"math.isFinite", {"math.isFinite(double) -> bool"}, "whether it is a finite number", tested<is_finite>},
    {"math.bitAnd",
     {"math.bitAnd(int, int) -> int", "math.bitAnd(uint, uint) -> uint"},
     "bits set in both",
     bits<BitOperation::bit_and>},
    {"math.bitOr",
     {"math.bitOr(int, int) -> int", "math.bitOr(uint, uint) -> uint"},
     "bits set in either",
     bits<BitOperation::bit_or>},
    {"math.bitXor",
     {"math.bitXor(int, int) -> int", "math.bitXor(uint, uint) -> uint"},
     "bits set in one only",
     bits<BitOperation::bit_xor>},
    {"math.bitNot", {"math.bitNot(int) -> int", "math.bitNot(uint) -> uint"}, "every bit turned", bit_not},
    {"math.bitShiftLeft",
     {"math.bitShiftLeft(int, int) -> int", "math.bitShiftLeft(uint, int) -> uint"},
     "bits moved up, zeros from below",
     shift<Shift::left>},
    {"math.bitShiftRight",
     {"math.bitShiftRight(int, int) -> int", "math.bitShiftRight(uint, int) -> uint"},
     "bits moved down, zeros from above",
     shift<Shift::right>}};

}  // namespace

std::span<const Function> math_functions() { return kFunctions; }

}  // namespace ihc::expr
