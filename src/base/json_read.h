// Reading facts, findings and manifests that may lack anything: every getter answers "not there" for what is absent or
// of another type, and never throws.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace ihc {

/// The member, or a null JSON value.
inline const Json& at(const Json& object, std::string_view key) {
  static const Json kNull;
  if (!object.is_object()) return kNull;
  const auto found = object.find(key);
  return found == object.end() ? kNull : *found;
}

/// The value at a JSON pointer such as "/topology/numa_nodes", or null.
inline const Json& at_pointer(const Json& document, std::string_view pointer) {
  const Json* value = &document;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    value = &at(*value, pointer.substr(0, end));
    pointer.remove_prefix(end);
  }
  return *value;
}

/// A list's elements; an empty list for anything else.
inline const Json& list_at(const Json& object, std::string_view key) {
  static const Json kEmpty = Json::array();
  const Json& value = at(object, key);
  return value.is_array() ? value : kEmpty;
}

inline std::optional<std::string> text_at(const Json& object, std::string_view key) {
  const Json& value = at(object, key);
  if (!value.is_string()) return std::nullopt;
  return value.get<std::string>();
}

/// The text, or "".
inline std::string string_at(const Json& object, std::string_view key) {
  return text_at(object, key).value_or(std::string());
}

inline std::optional<double> number_at(const Json& object, std::string_view key) {
  const Json& value = at(object, key);
  if (!value.is_number()) return std::nullopt;
  const auto number = value.get<double>();
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

inline std::optional<std::int64_t> integer_at(const Json& object, std::string_view key) {
  const Json& value = at(object, key);
  if (!value.is_number_integer()) return std::nullopt;
  return value.get<std::int64_t>();
}

inline std::optional<bool> flag_at(const Json& object, std::string_view key) {
  const Json& value = at(object, key);
  if (!value.is_boolean()) return std::nullopt;
  return value.get<bool>();
}

}  // namespace ihc
