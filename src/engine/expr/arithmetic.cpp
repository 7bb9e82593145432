#include "engine/expr/arithmetic.h"

#include <limits>
#include <string>

#include "engine/expr/calendar.h"

namespace ihc::expr {

namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::int64_t kSmallestInt = std::numeric_limits<std::int64_t>::min();

Value no_overload(const Value& left, const Value& right, std::size_t offset) {
  return make_error(ErrorKind::type,
                    "no such overload: " + std::string(type_name(left)) + " and " + std::string(type_name(right)),
                    offset);
}

Value overflow(std::size_t offset) {
  return make_error(ErrorKind::overflow, "the result is outside the range of its type", offset);
}

Value divide_by_zero(std::size_t offset) { return make_error(ErrorKind::divide_by_zero, "division by zero", offset); }

template <class Integer>
Value integer_arithmetic(BinaryOperator op, Integer left, Integer right, std::size_t offset) {
  Integer result = 0;
  bool overflows = false;
  const bool is_division = op == BinaryOperator::divide || op == BinaryOperator::modulo;
  if (is_division && right == 0) return divide_by_zero(offset);
  if constexpr (std::is_signed_v<Integer>) {
    if (is_division && left == kSmallestInt && right == -1) return overflow(offset);
  }
  if (op == BinaryOperator::add) overflows = __builtin_add_overflow(left, right, &result);
  if (op == BinaryOperator::subtract) overflows = __builtin_sub_overflow(left, right, &result);
  if (op == BinaryOperator::multiply) overflows = __builtin_mul_overflow(left, right, &result);
  if (op == BinaryOperator::divide) result = left / right;
  if (op == BinaryOperator::modulo) result = left % right;
  return overflows ? overflow(offset) : Value(result);
}

Value double_arithmetic(BinaryOperator op, double left, double right, std::size_t offset) {
  if (op == BinaryOperator::add) return left + right;
  if (op == BinaryOperator::subtract) return left - right;
  if (op == BinaryOperator::multiply) return left * right;
  if (op == BinaryOperator::divide) return left / right;
  return no_overload(Value(left), Value(right), offset);
}

bool spend(Budget& budget, std::size_t bytes) {
  if (budget.bytes < bytes) {
    budget.exhausted = true;
    return false;
  }
  budget.bytes -= bytes;
  return true;
}

Value limit_reached(std::size_t offset) {
  return make_error(ErrorKind::limit, "the expression makes more data than allowed", offset);
}

Value joined_texts(const std::string& left, const std::string& right, std::size_t offset, Budget& budget) {
  if (!spend(budget, left.size() + right.size())) return limit_reached(offset);
  return left + right;
}

Value joined_lists(const List& left, const List& right, std::size_t offset, Budget& budget) {
  if (!spend(budget, (left.size() + right.size()) * sizeof(Value))) return limit_reached(offset);
  std::vector<Value> items;
  items.reserve(left.size() + right.size());
  for (std::size_t i = 0; i < left.size(); ++i) items.push_back(element(left, i));
  for (std::size_t i = 0; i < right.size(); ++i) items.push_back(element(right, i));
  return make_list(std::move(items));
}

Value shifted(Timestamp time, std::int64_t nanoseconds, std::size_t offset) {
  std::int64_t nanos = time.nanos + nanoseconds % kNanosPerSecond;
  time.seconds += nanoseconds / kNanosPerSecond;
  if (nanos < 0) {
    nanos += kNanosPerSecond;
    --time.seconds;
  }
  if (nanos >= kNanosPerSecond) {
    nanos -= kNanosPerSecond;
    ++time.seconds;
  }
  time.nanos = static_cast<std::int32_t>(nanos);
  return is_in_range(time) ? Value(time) : overflow(offset);
}

Value between(const Timestamp& later, const Timestamp& earlier, std::size_t offset) {
  std::int64_t nanoseconds = 0;
  if (__builtin_mul_overflow(later.seconds - earlier.seconds, kNanosPerSecond, &nanoseconds)) return overflow(offset);
  if (__builtin_add_overflow(nanoseconds, later.nanos - earlier.nanos, &nanoseconds)) return overflow(offset);
  return Duration{nanoseconds};
}

Value time_arithmetic(BinaryOperator op, const Value& left, const Value& right, std::size_t offset) {
  const auto* left_time = left.as<Timestamp>();
  const auto* right_time = right.as<Timestamp>();
  const auto* left_length = left.as<Duration>();
  const auto* right_length = right.as<Duration>();
  const bool adds = op == BinaryOperator::add;
  if (!adds && op != BinaryOperator::subtract) return no_overload(left, right, offset);
  if (left_time != nullptr && right_length != nullptr) {
    // Subtracting the smallest duration has no opposite to add; it lies far outside the calendar anyway.
    if (!adds && right_length->nanoseconds == kSmallestInt) return overflow(offset);
    return shifted(*left_time, adds ? right_length->nanoseconds : -right_length->nanoseconds, offset);
  }
  if (adds && left_length != nullptr && right_time != nullptr)
    return shifted(*right_time, left_length->nanoseconds, offset);
  if (!adds && left_time != nullptr && right_time != nullptr) return between(*left_time, *right_time, offset);
  if (left_length == nullptr || right_length == nullptr) return no_overload(left, right, offset);
  const Value sum = integer_arithmetic(op, left_length->nanoseconds, right_length->nanoseconds, offset);
  return sum.is_error() ? sum : Value(Duration{*sum.as<std::int64_t>()});
}

Value added(const Value& left, const Value& right, std::size_t offset, Budget& budget) {
  if (const auto* text = left.as<std::string>()) return joined_texts(*text, *right.as<std::string>(), offset, budget);
  if (const auto* list = left.as<List>()) return joined_lists(*list, *right.as<List>(), offset, budget);
  if (const auto* bytes = left.as<Bytes>()) {
    if (!spend(budget, bytes->data.size() + right.as<Bytes>()->data.size())) return limit_reached(offset);
    return Bytes{bytes->data + right.as<Bytes>()->data};
  }
  return no_overload(left, right, offset);
}

bool is_time(const Value& value) { return value.as<Timestamp>() != nullptr || value.as<Duration>() != nullptr; }

}  // namespace

Value arithmetic(BinaryOperator op, const Value& left, const Value& right, std::size_t offset, Budget& budget) {
  if (is_time(left) && is_time(right)) return time_arithmetic(op, left, right, offset);
  if (left.form().index() != right.form().index()) return no_overload(left, right, offset);
  if (const auto* a = left.as<std::int64_t>()) return integer_arithmetic(op, *a, *right.as<std::int64_t>(), offset);
  if (const auto* a = left.as<std::uint64_t>()) return integer_arithmetic(op, *a, *right.as<std::uint64_t>(), offset);
  if (const auto* a = left.as<double>()) return double_arithmetic(op, *a, *right.as<double>(), offset);
  if (op == BinaryOperator::add) return added(left, right, offset, budget);
  return no_overload(left, right, offset);
}

Value negated(const Value& operand, std::size_t offset) {
  if (const auto* number = operand.as<double>()) return -*number;
  const auto* number = operand.as<std::int64_t>();
  if (number == nullptr) {
    return make_error(ErrorKind::type, "no such overload: -" + std::string(type_name(operand)), offset);
  }
  return *number == kSmallestInt ? overflow(offset) : Value(-*number);
}

}  // namespace ihc::expr
