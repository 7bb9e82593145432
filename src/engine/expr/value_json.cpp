// Values to JSON and back: the plain form for people, and the tagged form that keeps the type.
//
//   {"int": "1"} {"uint": "1"} {"double": "0.5"} {"bool": true} {"string": "a"} {"bytes": "00ff"} {"null": true}
//   {"list": [{"int": "1"}]} {"map": [[{"string": "k"}, {"int": "1"}]]} {"type": "int"}
//   {"timestamp": "2009-02-13T23:31:30Z"} {"duration": "90s"}
#include <charconv>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "engine/expr/value.h"

namespace ihc::expr {

namespace {

// Values that share their parts can unfold to more JSON than any memory holds.
constexpr std::size_t kMaxJsonNodes = 2'000'000;
constexpr char kHexDigits[] = "0123456789abcdef";
constexpr char kBase64Digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string to_hex(const std::string& bytes) {
  std::string text;
  for (const char character : bytes) {
    const auto byte = static_cast<unsigned char>(character);
    text += kHexDigits[byte >> 4U];
    text += kHexDigits[byte & 0xFU];
  }
  return text;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    unsigned byte = 0;
    const auto [end, error] = std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
    if (error != std::errc{} || end != text.data() + i + 2) return std::nullopt;
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

std::string to_base64(const std::string& bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < 3; ++k) {
      group = (group << 8U) | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) text += k <= count ? kBase64Digits[(group >> (18U - 6U * k)) & 63U] : '=';
  }
  return text;
}

std::string double_to_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return number_to_text(value);
}

std::string key_to_text(const Value& key) {
  if (const auto* text = key.as<std::string>()) return *text;
  if (const auto* number = key.as<std::int64_t>()) return std::to_string(*number);
  if (const auto* number = key.as<std::uint64_t>()) return std::to_string(*number);
  if (const auto* flag = key.as<bool>()) return *flag ? "true" : "false";
  return std::string(type_name(key));
}

Json list_to_json(const List& list, std::size_t& nodes);
Json map_to_json(const Map& map, std::size_t& nodes);

Json plain(const Value& value, std::size_t& nodes) {
  if (nodes == 0) return Json{{"error", "more values than can be printed"}};
  --nodes;
  struct Printer {
    std::size_t& nodes;
    Json operator()(Null) const { return nullptr; }
    Json operator()(bool value) const { return value; }
    Json operator()(std::int64_t value) const { return value; }
    Json operator()(std::uint64_t value) const { return value; }
    Json operator()(double value) const { return std::isfinite(value) ? Json(value) : Json(double_to_text(value)); }
    Json operator()(const std::string& value) const { return value; }
    Json operator()(const Bytes& value) const { return to_base64(value.data); }
    Json operator()(const List& value) const { return list_to_json(value, nodes); }
    Json operator()(const Map& value) const { return map_to_json(value, nodes); }
    Json operator()(Timestamp value) const { return to_text(value); }
    Json operator()(Duration value) const { return to_text(value); }
    Json operator()(const TypeName& value) const { return value.name; }
    Json operator()(const std::shared_ptr<const EvalError>& error) const { return {{"error", error->message}}; }
  };
  return std::visit(Printer{nodes}, value.form());
}

Json list_to_json(const List& list, std::size_t& nodes) {
  if (list.json != nullptr) return *list.json;
  Json array = Json::array();
  for (std::size_t i = 0; i < list.size() && nodes > 0; ++i) array.push_back(plain(element(list, i), nodes));
  return array;
}

Json map_to_json(const Map& map, std::size_t& nodes) {
  if (map.json != nullptr) return *map.json;
  Json object = Json::object();
  for (const Value& key : keys_of(map)) {
    if (nodes == 0) break;
    object[key_to_text(key)] = plain(*lookup(map, key), nodes);
  }
  return object;
}

Json tagged(const Value& value, std::size_t& nodes) {
  if (nodes == 0) return Json{{"error", "more values than can be printed"}};
  --nodes;
  struct Printer {
    std::size_t& nodes;
    Json operator()(Null) const { return {{"null", true}}; }
    Json operator()(bool value) const { return {{"bool", value}}; }
    Json operator()(std::int64_t value) const { return {{"int", std::to_string(value)}}; }
    Json operator()(std::uint64_t value) const { return {{"uint", std::to_string(value)}}; }
    Json operator()(double value) const {
      if (std::isnan(value)) return {{"double", "nan"}};
      if (std::isinf(value)) return {{"double", value > 0 ? "inf" : "-inf"}};
      return {{"double", number_to_text(value)}};
    }
    Json operator()(const std::string& value) const { return {{"string", value}}; }
    Json operator()(const Bytes& value) const { return {{"bytes", to_hex(value.data)}}; }
    Json operator()(const List& value) const {
      Json array = Json::array();
      for (std::size_t i = 0; i < value.size() && nodes > 0; ++i) array.push_back(tagged(element(value, i), nodes));
      return {{"list", std::move(array)}};
    }
    Json operator()(const Map& value) const {
      Json array = Json::array();
      for (const Value& key : keys_of(value)) {
        if (nodes == 0) break;
        array.push_back(Json::array({tagged(key, nodes), tagged(*lookup(value, key), nodes)}));
      }
      return {{"map", std::move(array)}};
    }
    Json operator()(Timestamp value) const { return {{"timestamp", to_text(value)}}; }
    Json operator()(Duration value) const { return {{"duration", to_text(value)}}; }
    Json operator()(const TypeName& value) const { return {{"type", value.name}}; }
    Json operator()(const std::shared_ptr<const EvalError>& error) const { return {{"error", error->message}}; }
  };
  return std::visit(Printer{nodes}, value.form());
}

std::optional<Value> number_from_tag(const std::string& tag, const Json& json) {
  if (!json.is_string()) return std::nullopt;
  const std::string text = json.get<std::string>();
  if (tag == "int") {
    const auto number = parse_number<std::int64_t>(text);
    return number ? std::optional<Value>(*number) : std::nullopt;
  }
  if (tag == "uint") {
    const auto number = parse_number<std::uint64_t>(text);
    return number ? std::optional<Value>(*number) : std::nullopt;
  }
  const auto number = double_from_text(text);
  return number ? std::optional<Value>(*number) : std::nullopt;
}

std::optional<Value> list_from_tag(const Json& json) {
  if (!json.is_array()) return std::nullopt;
  std::vector<Value> items;
  for (const Json& item : json) {
    auto value = from_tagged_json(item);
    if (!value) return std::nullopt;
    items.push_back(std::move(*value));
  }
  return make_list(std::move(items));
}

std::optional<Value> map_from_tag(const Json& json) {
  if (!json.is_array()) return std::nullopt;
  MapData data;
  for (const Json& entry : json) {
    if (!entry.is_array() || entry.size() != 2) return std::nullopt;
    const auto tagged_key = from_tagged_json(entry[0]);
    auto value = from_tagged_json(entry[1]);
    const auto key = tagged_key ? to_key(*tagged_key) : std::nullopt;
    if (!key || !value) return std::nullopt;
    data.entries.emplace(*key, std::move(*value));
  }
  return make_map(std::move(data));
}

std::optional<Value> text_from_tag(const std::string& tag, const std::string& text) {
  if (tag == "string") return Value(text);
  if (tag == "type") return Value(TypeName{text});
  if (tag == "bytes") {
    auto bytes = from_hex(text);
    return bytes ? std::optional<Value>(Bytes{std::move(*bytes)}) : std::nullopt;
  }
  if (tag == "timestamp") {
    const auto timestamp = timestamp_from_text(text);
    return timestamp ? std::optional<Value>(*timestamp) : std::nullopt;
  }
  if (tag == "duration") {
    const auto duration = duration_from_text(text);
    return duration ? std::optional<Value>(*duration) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::optional<double> double_from_text(std::string_view text) {
  if (text.substr(0, 1) == "+") text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || end != text.data() + text.size()) return std::nullopt;
  return error == std::errc{} ? std::optional(value) : std::nullopt;
}

Value value_from_json(const Json& json) { return fact_value(json, nullptr); }

Value fact_value(const Json& json, FactPathPtr path) {
  switch (json.type()) {
    case Json::value_t::null:
    case Json::value_t::discarded:
    case Json::value_t::binary:
      return Null{};
    case Json::value_t::boolean:
      return json.get<bool>();
    case Json::value_t::number_integer:
      return json.get<std::int64_t>();
    case Json::value_t::number_unsigned: {
      const auto number = json.get<std::uint64_t>();
      if (number <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return static_cast<std::int64_t>(number);
      }
      return number;
    }
    case Json::value_t::number_float:
      return json.get<double>();
    case Json::value_t::string:
      return Value(json.get_ref<const std::string&>());
    case Json::value_t::array:
      return List{.items = nullptr, .json = &json, .path = std::move(path)};
    case Json::value_t::object:
      return Map{.data = nullptr, .json = &json, .path = std::move(path)};
  }
  return Null{};
}

Json to_json(const Value& value) {
  std::size_t nodes = kMaxJsonNodes;
  return plain(value, nodes);
}

Json to_tagged_json(const Value& value) {
  std::size_t nodes = kMaxJsonNodes;
  return tagged(value, nodes);
}

std::optional<Value> from_tagged_json(const Json& json) {
  if (!json.is_object() || json.size() != 1) return std::nullopt;
  const std::string tag = json.begin().key();
  const Json& content = json.begin().value();
  if (tag == "null") return Value(Null{});
  if (tag == "bool") return content.is_boolean() ? std::optional<Value>(content.get<bool>()) : std::nullopt;
  if (tag == "int" || tag == "uint" || tag == "double") return number_from_tag(tag, content);
  if (tag == "list") return list_from_tag(content);
  if (tag == "map") return map_from_tag(content);
  return content.is_string() ? text_from_tag(tag, content.get<std::string>()) : std::nullopt;
}

}  // namespace ihc::expr
