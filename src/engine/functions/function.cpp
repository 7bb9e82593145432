// The registry: all groups in one sorted table, their signatures parsed once.
#include "engine/functions/function.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.h"

namespace ihc::expr {

namespace {

constexpr std::string_view kTypeWords[] = {"any",          "bool",         "int",       "uint",     "double",
                                           "number",       "string",       "bytes",     "list",     "map",
                                           "list<number>", "list<string>", "timestamp", "duration", "type"};

bool is_type_word(std::string_view word) {
  return std::find(std::begin(kTypeWords), std::end(kTypeWords), word) != std::end(kTypeWords);
}

Signature parse_signature(std::string_view text) {
  Signature signature;
  signature.text = std::string(text);
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(") -> ");
  const std::string_view head = text.substr(0, open);
  const std::size_t dot = head.find('.');
  if (dot != std::string_view::npos && is_type_word(head.substr(0, dot))) {
    signature.style = CallStyle::method;
    signature.parameters.emplace_back(head.substr(0, dot));
  }
  std::string_view list = text.substr(open + 1, close - open - 1);
  if (list.size() > 3 && list.substr(list.size() - 3) == "...") {
    signature.variadic = true;
    list.remove_suffix(3);
  }
  if (!list.empty()) {
    for (const std::string_view word : split(list, ',')) signature.parameters.emplace_back(trim(word));
  }
  signature.result = std::string(text.substr(close + 5));
  return signature;
}

std::map<std::string_view, RegisteredFunction> build_registry() {
  std::map<std::string_view, RegisteredFunction> registry;
  for (const auto group : {standard_functions(), conversion_functions(), time_functions(), string_functions(),
                           format_functions(), math_functions(), statistics_functions(), cpu_set_functions()}) {
    for (const Function& function : group) {
      RegisteredFunction& row = registry[function.name];
      row.function = &function;
      for (const std::string_view text : function.signatures) row.signatures.push_back(parse_signature(text));
    }
  }
  return registry;
}

const std::map<std::string_view, RegisteredFunction>& registry() {
  static const std::map<std::string_view, RegisteredFunction> kBuilt = build_registry();
  return kBuilt;
}

}  // namespace

bool CallContext::spend_steps(std::size_t steps) {
  if (budget_.steps < steps) {
    budget_.exhausted = true;
    return false;
  }
  budget_.steps -= steps;
  return true;
}

bool CallContext::spend_bytes(std::size_t bytes) {
  if (budget_.bytes < bytes) {
    budget_.exhausted = true;
    return false;
  }
  budget_.bytes -= bytes;
  return true;
}

Value CallContext::error(ErrorKind kind, std::string message) const {
  return make_error(kind, std::move(message), offset_);
}

Value CallContext::no_field(const Map& map, const std::string& name) const {
  const std::string path = map.path ? to_pointer(child_path(map.path, name)) : "";
  return make_error(ErrorKind::no_such_field, "no such field: " + (path.empty() ? name : path), offset_, path);
}

Value CallContext::no_overload(std::string_view function, std::span<const Value> arguments) const {
  std::string types;
  for (const Value& argument : arguments) types += (types.empty() ? "" : ", ") + std::string(type_name(argument));
  return error(ErrorKind::type, "no such overload: " + std::string(function) + "(" + types + ")");
}

Value CallContext::limit_error() const {
  return error(ErrorKind::limit, "the expression takes more steps or memory than allowed");
}

bool RegisteredFunction::has(CallStyle style) const {
  return std::any_of(signatures.begin(), signatures.end(),
                     [style](const Signature& signature) { return signature.style == style; });
}

const RegisteredFunction* find_function(std::string_view name, CallStyle style) {
  const auto row = registry().find(name);
  if (row == registry().end() || !row->second.has(style)) return nullptr;
  return &row->second;
}

const std::vector<RegisteredFunction>& all_functions() {
  static const std::vector<RegisteredFunction> kList = [] {
    std::vector<RegisteredFunction> rows;
    for (const auto& [name, row] : registry()) rows.push_back(row);
    return rows;
  }();
  return kList;
}

std::optional<double> number_of(const Value& value) {
  if (const auto* number = value.as<double>()) return *number;
  if (const auto* number = value.as<std::int64_t>()) return static_cast<double>(*number);
  if (const auto* number = value.as<std::uint64_t>()) return static_cast<double>(*number);
  return std::nullopt;
}

std::u32string characters_of(std::string_view text) {
  std::u32string characters;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : (lead < 0xE0 ? 2 : (lead < 0xF0 ? 3 : 4));
    char32_t code = lead < 0x80 ? lead : lead & (0x7FU >> length);
    for (std::size_t k = 1; k < length && i + k < text.size(); ++k) {
      code = (code << 6U) | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    }
    characters += code;
    i += length;
  }
  return characters;
}

std::string text_of(std::u32string_view characters) {
  std::string text;
  const auto add = [&text](char32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
  for (const char32_t code : characters) {
    if (code < 0x80) {
      add(code);
      continue;
    }
    if (code < 0x800) {
      add(0xC0U | (code >> 6U));
    } else {
      if (code < 0x10000) {
        add(0xE0U | (code >> 12U));
      } else {
        add(0xF0U | (code >> 18U));
        add(0x80U | ((code >> 12U) & 0x3FU));
      }
      add(0x80U | ((code >> 6U) & 0x3FU));
    }
    add(0x80U | (code & 0x3FU));
  }
  return text;
}

std::string number_to_language_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return number_to_text(value);
}

}  // namespace ihc::expr
