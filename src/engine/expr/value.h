// Values of the expression language: those of the Common Expression Language definition, plus errors, which are values
// too. A value that came out of the facts document remembers where it stood, so that reading on from it can be
// recorded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/json.h"

namespace ihc::expr {

/// Why an expression has no value. The first two say that evidence is missing (a rule is then not assessed); all others
/// say that the expression does not fit the facts or cannot be computed (the rule is wrong).
enum class ErrorKind {
  no_such_field,  ///< a fact, field, key or element that is not there
  no_such_value,  ///< an aggregate over nothing: the median of an empty list
  type,           ///< no such overload
  overflow,       ///< the result does not fit its type, or lies outside its range
  divide_by_zero,
  invalid_argument,  ///< a text that is no number, no CPU list, no regular expression, …
  duplicate_key,
  unknown_function,
  unknown_name,
  limit,  ///< a limit of base/limits.h
  syntax,
};

/// "no_such_field", "type", …
std::string_view to_string(ErrorKind kind);

/// An error as a value. `path` is a JSON pointer into the facts document, empty when the missing thing is no fact;
/// `offset` is a byte offset in the source of the expression.
struct EvalError {
  ErrorKind kind = ErrorKind::type;
  std::string path;
  std::size_t offset = 0;
  std::string message;

  friend bool operator==(const EvalError&, const EvalError&) = default;
};

/// Where a value stands in the facts document: a chain of keys up to the root, shared between siblings.
struct FactPath {
  std::shared_ptr<const FactPath> parent;  ///< null: this is the root
  std::string token;
};
using FactPathPtr = std::shared_ptr<const FactPath>;

/// The root of a facts document.
FactPathPtr root_path();
FactPathPtr child_path(const FactPathPtr& parent, std::string token);
/// RFC 6901: "/workers/0/cpus_allowed"; "" for the root.
std::string to_pointer(const FactPathPtr& path);

struct Null {
  friend bool operator==(Null, Null) { return true; }
};
struct Bytes {
  std::string data;
};
/// Seconds and nanoseconds since 1970-01-01T00:00:00Z; 0 ≤ nanos < 1e9, also before 1970.
struct Timestamp {
  std::int64_t seconds = 0;
  std::int32_t nanos = 0;
};
struct Duration {
  std::int64_t nanoseconds = 0;
};
struct TypeName {
  std::string name;
};

class Value;
struct MapData;

/// A list of computed values, or a view of a JSON array in the facts (`json` set; it must outlive the value).
struct List {
  std::shared_ptr<const std::vector<Value>> items;
  const Json* json = nullptr;
  FactPathPtr path;

  std::size_t size() const;
};

/// Likewise for maps. JSON objects have string keys and are ordered by them; computed maps are ordered by key too.
struct Map {
  std::shared_ptr<const MapData> data;
  const Json* json = nullptr;
  FactPathPtr path;

  std::size_t size() const;
};

/// Any value. Copying is cheap: strings apart, aggregates are shared.
class Value {
 public:
  using Form = std::variant<Null, bool, std::int64_t, std::uint64_t, double, std::string, Bytes, List, Map, Timestamp,
                            Duration, TypeName, std::shared_ptr<const EvalError>>;

  Value() = default;
  Value(Null) {}  // NOLINT: values are meant to be made of their alternatives
  Value(bool value) : form_(value) {}
  Value(std::int64_t value) : form_(value) {}
  Value(std::uint64_t value) : form_(value) {}
  Value(double value) : form_(value) {}
  Value(std::string value) : form_(std::move(value)) {}
  Value(std::string_view value) : form_(std::string(value)) {}
  Value(const char* value) : form_(std::string(value)) {}
  Value(Bytes value) : form_(std::move(value)) {}
  Value(List value) : form_(std::move(value)) {}
  Value(Map value) : form_(std::move(value)) {}
  Value(Timestamp value) : form_(value) {}
  Value(Duration value) : form_(value) {}
  Value(TypeName value) : form_(std::move(value)) {}
  Value(EvalError error) : form_(std::make_shared<const EvalError>(std::move(error))) {}

  const Form& form() const { return form_; }
  template <class T>
  const T* as() const {
    return std::get_if<T>(&form_);
  }
  bool is_error() const { return std::holds_alternative<std::shared_ptr<const EvalError>>(form_); }
  /// Null unless is_error().
  const EvalError* error() const;

 private:
  Form form_;
};

/// Orders map keys as CEL equality sees them: 1, 1u and 1.0 are one key. Keys are bool, int, uint and string.
struct KeyLess {
  bool operator()(const Value& left, const Value& right) const;
};
/// The entries of a computed map. A key that is looked up must be one that `to_key` accepts.
struct MapData {
  std::map<Value, Value, KeyLess> entries;
};

/// The key that `value` looks up: itself for bool, int, uint and string, the integer for an integral double, else none.
std::optional<Value> to_key(const Value& value);

Value make_list(std::vector<Value> items);
Value make_map(MapData data);
Value make_error(ErrorKind kind, std::string message, std::size_t offset = 0, std::string path = {});

/// "int", "string", "list", "google.protobuf.Timestamp", … ; "error" for errors.
std::string_view type_name(const Value& value);

/// Element `index` of a list, which must be below size(); of a list in the facts, the fact there.
Value element(const List& list, std::size_t index);
/// The value under a key (as `to_key` gives it); nothing when there is none.
std::optional<Value> lookup(const Map& map, const Value& key);
/// The keys of a map, in order.
std::vector<Value> keys_of(const Map& map);

/// CEL equality: numbers by value across types, NaN equal to nothing, values of other different types unequal. Lists
/// can share their parts, so that walking one may take far longer than building it: each value visited takes one from
/// `steps`, and with none left the answer is false.
bool equals(const Value& left, const Value& right, std::size_t& steps);
bool equals(const Value& left, const Value& right);

/// <0, 0, >0; nothing when the two have no order (other types, NaN, lists, maps, null).
std::optional<int> compare(const Value& left, const Value& right);

/// A value of plain JSON that is no fact: whole numbers are int (uint past its range), others double. Lists and objects
/// are viewed in place, so `json` must outlive the value.
Value value_from_json(const Json& json);

/// A value that views `json` in place as the fact at `path`; scalars are copied.
Value fact_value(const Json& json, FactPathPtr path);

/// Plain JSON for people and programs: bytes as base-64, durations as "90s", timestamps as RFC 3339, NaN and infinities
/// as the strings "NaN", "Infinity", "-Infinity", map keys as text, an error as {"error": message}.
Json to_json(const Value& value);

/// JSON that keeps the type: {"int": "1"}, {"list": […]}, {"map": [[key, value], …]}, {"bytes": hex}.
Json to_tagged_json(const Value& value);
std::optional<Value> from_tagged_json(const Json& json);

/// Whether bytes are UTF-8 text (NUL is a character like any other).
bool is_utf8(std::string_view bytes);

/// The whole of a text as a double: decimal or exponent form, also "inf", "Infinity" and "NaN" in any case.
std::optional<double> double_from_text(std::string_view text);

/// "2009-02-13T23:31:30.5Z"; reads RFC 3339 with any offset, within the years 1 to 9999.
std::string to_text(const Timestamp& timestamp);
std::optional<Timestamp> timestamp_from_text(std::string_view text);
/// "90s", "1.5s"; reads "1h45m", "-1.5s", "10ms" (units h m s ms us µs ns).
std::string to_text(const Duration& duration);
std::optional<Duration> duration_from_text(std::string_view text);

}  // namespace ihc::expr
