#include "engine/expr/value.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/limits.h"
#include "base/text.h"

namespace ihc::expr {

namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;
constexpr double kTwoTo64 = 18446744073709551616.0;

template <class T>
int order(const T& left, const T& right) {
  return left < right ? -1 : (right < left ? 1 : 0);
}

bool is_number(const Value& value) {
  return value.as<std::int64_t>() != nullptr || value.as<std::uint64_t>() != nullptr || value.as<double>() != nullptr;
}

std::optional<int> compare_double(double left, double right) {
  if (std::isnan(left) || std::isnan(right)) return std::nullopt;
  return order(left, right);
}

// The definition leaves the rounding of an integer that no double represents to the implementation; like the reference
// implementations, integers are compared as the nearest double, and values outside their range by their side of it.
std::optional<int> compare_with_double(std::int64_t left, double right) {
  if (right < -kTwoTo63) return 1;
  if (right > kTwoTo63) return -1;
  return compare_double(static_cast<double>(left), right);
}

std::optional<int> compare_with_double(std::uint64_t left, double right) {
  if (right < 0) return 1;
  if (right > kTwoTo64) return -1;
  return compare_double(static_cast<double>(left), right);
}

int compare_mixed(std::int64_t left, std::uint64_t right) {
  return left < 0 ? -1 : order(static_cast<std::uint64_t>(left), right);
}

std::optional<int> reversed(std::optional<int> outcome) {
  if (outcome) return -*outcome;
  return outcome;
}

std::optional<int> compare_numbers(const Value& left, const Value& right) {
  if (const auto* a = left.as<std::int64_t>()) {
    if (const auto* b = right.as<std::int64_t>()) return order(*a, *b);
    if (const auto* b = right.as<std::uint64_t>()) return compare_mixed(*a, *b);
    return compare_with_double(*a, *right.as<double>());
  }
  if (const auto* a = left.as<std::uint64_t>()) {
    if (const auto* b = right.as<std::uint64_t>()) return order(*a, *b);
    if (const auto* b = right.as<std::int64_t>()) return -compare_mixed(*b, *a);
    return compare_with_double(*a, *right.as<double>());
  }
  if (const auto* b = right.as<double>()) return compare_double(*left.as<double>(), *b);
  return reversed(compare_numbers(right, left));
}

bool equal_lists(const List& left, const List& right, std::size_t& steps) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (!equals(element(left, i), element(right, i), steps)) return false;
  }
  return true;
}

bool equal_maps(const Map& left, const Map& right, std::size_t& steps) {
  if (left.size() != right.size()) return false;
  for (const Value& key : keys_of(left)) {
    const std::optional<Value> a = lookup(left, key);
    const std::optional<Value> b = lookup(right, key);
    if (!a || !b || !equals(*a, *b, steps)) return false;
  }
  return true;
}

// Keys of different kinds keep apart: bool, number, string.
int key_rank(const Value& key) {
  if (key.as<bool>() != nullptr) return 0;
  return is_number(key) ? 1 : 2;
}

}  // namespace

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::no_such_field:
      return "no_such_field";
    case ErrorKind::no_such_value:
      return "no_such_value";
    case ErrorKind::type:
      return "type";
    case ErrorKind::overflow:
      return "overflow";
    case ErrorKind::divide_by_zero:
      return "divide_by_zero";
    case ErrorKind::invalid_argument:
      return "invalid_argument";
    case ErrorKind::duplicate_key:
      return "duplicate_key";
    case ErrorKind::unknown_function:
      return "unknown_function";
    case ErrorKind::unknown_name:
      return "unknown_name";
    case ErrorKind::limit:
      return "limit";
    case ErrorKind::syntax:
      return "syntax";
  }
  return "type";
}

FactPathPtr root_path() {
  static const FactPathPtr kRoot = std::make_shared<const FactPath>();
  return kRoot;
}

FactPathPtr child_path(const FactPathPtr& parent, std::string token) {
  return std::make_shared<const FactPath>(FactPath{parent, std::move(token)});
}

std::string to_pointer(const FactPathPtr& path) {
  std::vector<const FactPath*> chain;
  for (const FactPath* step = path.get(); step != nullptr && step->parent; step = step->parent.get()) {
    chain.push_back(step);
  }
  std::string pointer;
  for (auto step = chain.rbegin(); step != chain.rend(); ++step) {
    pointer += '/';
    for (const char character : (*step)->token) {
      if (character == '~') {
        pointer += "~0";
      } else if (character == '/') {
        pointer += "~1";
      } else {
        pointer += character;
      }
    }
  }
  return pointer;
}

bool is_utf8(std::string_view bytes) {
  // to_valid_utf8() also replaces NUL, for the sake of what can't carry it.
  std::string probe(bytes);
  std::replace(probe.begin(), probe.end(), '\0', ' ');
  return to_valid_utf8(probe) == probe;
}

std::size_t List::size() const {
  if (json != nullptr) return json->size();
  return items ? items->size() : 0;
}

std::size_t Map::size() const {
  if (json != nullptr) return json->size();
  return data ? data->entries.size() : 0;
}

const EvalError* Value::error() const {
  const auto* error = std::get_if<std::shared_ptr<const EvalError>>(&form_);
  return error == nullptr ? nullptr : error->get();
}

bool KeyLess::operator()(const Value& left, const Value& right) const {
  const int left_rank = key_rank(left);
  const int right_rank = key_rank(right);
  if (left_rank != right_rank) return left_rank < right_rank;
  return compare(left, right).value_or(0) < 0;
}

std::optional<Value> to_key(const Value& value) {
  if (const auto* number = value.as<double>()) {
    if (!(*number >= -kTwoTo63 && *number < kTwoTo64) || std::trunc(*number) != *number) return std::nullopt;
    if (*number < kTwoTo63) return Value(static_cast<std::int64_t>(*number));
    return Value(static_cast<std::uint64_t>(*number));
  }
  const bool is_key = value.as<bool>() != nullptr || value.as<std::string>() != nullptr || is_number(value);
  return is_key ? std::optional<Value>(value) : std::nullopt;
}

Value make_list(std::vector<Value> items) {
  return Value(
      List{.items = std::make_shared<const std::vector<Value>>(std::move(items)), .json = nullptr, .path = {}});
}

Value make_map(MapData data) {
  return Value(Map{.data = std::make_shared<const MapData>(std::move(data)), .json = nullptr, .path = {}});
}

Value make_error(ErrorKind kind, std::string message, std::size_t offset, std::string path) {
  return Value(EvalError{.kind = kind, .path = std::move(path), .offset = offset, .message = std::move(message)});
}

std::string_view type_name(const Value& value) {
  struct Names {
    std::string_view operator()(Null) const { return "null_type"; }
    std::string_view operator()(bool) const { return "bool"; }
    std::string_view operator()(std::int64_t) const { return "int"; }
    std::string_view operator()(std::uint64_t) const { return "uint"; }
    std::string_view operator()(double) const { return "double"; }
    std::string_view operator()(const std::string&) const { return "string"; }
    std::string_view operator()(const Bytes&) const { return "bytes"; }
    std::string_view operator()(const List&) const { return "list"; }
    std::string_view operator()(const Map&) const { return "map"; }
    std::string_view operator()(Timestamp) const { return "google.protobuf.Timestamp"; }
    std::string_view operator()(Duration) const { return "google.protobuf.Duration"; }
    std::string_view operator()(const TypeName&) const { return "type"; }
    std::string_view operator()(const std::shared_ptr<const EvalError>&) const { return "error"; }
  };
  return std::visit(Names{}, value.form());
}

Value element(const List& list, std::size_t index) {
  if (list.json == nullptr) return (*list.items)[index];
  return fact_value((*list.json)[index], list.path ? child_path(list.path, std::to_string(index)) : nullptr);
}

std::optional<Value> lookup(const Map& map, const Value& key) {
  if (map.json == nullptr) {
    if (!map.data) return std::nullopt;
    const auto entry = map.data->entries.find(key);
    return entry == map.data->entries.end() ? std::nullopt : std::optional<Value>(entry->second);
  }
  const auto* name = key.as<std::string>();
  if (name == nullptr) return std::nullopt;
  const auto member = map.json->find(*name);
  if (member == map.json->end()) return std::nullopt;
  return fact_value(*member, map.path ? child_path(map.path, *name) : nullptr);
}

std::vector<Value> keys_of(const Map& map) {
  std::vector<Value> keys;
  keys.reserve(map.size());
  if (map.json != nullptr) {
    for (auto member = map.json->begin(); member != map.json->end(); ++member) keys.emplace_back(member.key());
  } else if (map.data) {
    for (const auto& [key, value] : map.data->entries) keys.push_back(key);
  }
  return keys;
}

bool equals(const Value& left, const Value& right, std::size_t& steps) {
  if (steps == 0) return false;
  --steps;
  if (is_number(left) && is_number(right)) return compare_numbers(left, right) == std::optional<int>(0);
  if (left.form().index() != right.form().index()) return false;
  struct SameType {
    const Value& right;
    std::size_t& steps;
    bool operator()(Null) const { return true; }
    bool operator()(bool left) const { return left == *right.as<bool>(); }
    bool operator()(std::int64_t left) const { return left == *right.as<std::int64_t>(); }
    bool operator()(std::uint64_t left) const { return left == *right.as<std::uint64_t>(); }
    bool operator()(double left) const { return left == *right.as<double>(); }
    bool operator()(const std::string& left) const { return left == *right.as<std::string>(); }
    bool operator()(const Bytes& left) const { return left.data == right.as<Bytes>()->data; }
    bool operator()(const List& left) const { return equal_lists(left, *right.as<List>(), steps); }
    bool operator()(const Map& left) const { return equal_maps(left, *right.as<Map>(), steps); }
    bool operator()(Timestamp left) const {
      return left.seconds == right.as<Timestamp>()->seconds && left.nanos == right.as<Timestamp>()->nanos;
    }
    bool operator()(Duration left) const { return left.nanoseconds == right.as<Duration>()->nanoseconds; }
    bool operator()(const TypeName& left) const { return left.name == right.as<TypeName>()->name; }
    bool operator()(const std::shared_ptr<const EvalError>& left) const { return *left == *right.error(); }
  };
  return std::visit(SameType{right, steps}, left.form());
}

bool equals(const Value& left, const Value& right) {
  std::size_t steps = limits::kMaxEvaluationSteps;
  return equals(left, right, steps);
}

std::optional<int> compare(const Value& left, const Value& right) {
  if (is_number(left) && is_number(right)) return compare_numbers(left, right);
  if (left.form().index() != right.form().index()) return std::nullopt;
  if (const auto* value = left.as<bool>()) return order(*value, *right.as<bool>());
  if (const auto* value = left.as<std::string>()) return order(*value, *right.as<std::string>());
  if (const auto* value = left.as<Bytes>()) return order(value->data, right.as<Bytes>()->data);
  if (const auto* value = left.as<Duration>()) return order(value->nanoseconds, right.as<Duration>()->nanoseconds);
  if (const auto* value = left.as<Timestamp>()) {
    const auto* other = right.as<Timestamp>();
    return order(std::pair(value->seconds, value->nanos), std::pair(other->seconds, other->nanos));
  }
  return std::nullopt;
}

}  // namespace ihc::expr
