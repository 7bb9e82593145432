// size, contains, startsWith, endsWith, matches, type, dyn.
#include <re2/re2.h>

#include "base/limits.h"
#include "engine/functions/function.h"

namespace ihc::expr {

namespace {

Value size(CallContext& context, std::span<const Value> arguments) {
  if (const auto* text = arguments[0].as<std::string>()) {
    std::int64_t characters = 0;
    for (const char c : *text) characters += (static_cast<unsigned char>(c) & 0xC0U) == 0x80U ? 0 : 1;
    return characters;
  }
  if (const auto* bytes = arguments[0].as<Bytes>()) return static_cast<std::int64_t>(bytes->data.size());
  if (const auto* list = arguments[0].as<List>()) return static_cast<std::int64_t>(list->size());
  if (const auto* map = arguments[0].as<Map>()) return static_cast<std::int64_t>(map->size());
  return context.no_overload("size", arguments);
}

struct TwoTexts {
  const std::string* text;
  const std::string* other;
};

std::optional<TwoTexts> two_texts(std::span<const Value> arguments) {
  if (arguments.size() != 2) return std::nullopt;
  const TwoTexts texts{arguments[0].as<std::string>(), arguments[1].as<std::string>()};
  if (texts.text == nullptr || texts.other == nullptr) return std::nullopt;
  return texts;
}

Value contains(CallContext& context, std::span<const Value> arguments) {
  const auto texts = two_texts(arguments);
  if (!texts) return context.no_overload("contains", arguments);
  if (!context.spend_steps(texts->text->size() / 64)) return context.limit_error();
  return texts->text->find(*texts->other) != std::string::npos;
}

Value starts_with(CallContext& context, std::span<const Value> arguments) {
  const auto texts = two_texts(arguments);
  if (!texts) return context.no_overload("startsWith", arguments);
  return texts->text->starts_with(*texts->other);
}

Value ends_with(CallContext& context, std::span<const Value> arguments) {
  const auto texts = two_texts(arguments);
  if (!texts) return context.no_overload("endsWith", arguments);
  return texts->text->ends_with(*texts->other);
}

// Compiling a pattern costs far more than a step; so does looking through a long text.
constexpr std::size_t kPatternSteps = 200;

Value matches(CallContext& context, std::span<const Value> arguments) {
  const auto texts = two_texts(arguments);
  if (!texts) return context.no_overload("matches", arguments);
  if (texts->other->size() > limits::kMaxPatternBytes) {
    return context.error(ErrorKind::limit,
                         "the pattern is longer than " + std::to_string(limits::kMaxPatternBytes) + " bytes");
  }
  if (!context.spend_steps(kPatternSteps + texts->text->size() / 16)) return context.limit_error();
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(limits::kMaxPatternMemoryBytes);
  const RE2 pattern(*texts->other, options);
  if (!pattern.ok()) return context.error(ErrorKind::invalid_argument, "not a regular expression: " + pattern.error());
  return RE2::PartialMatch(*texts->text, pattern);
}

Value type(CallContext&, std::span<const Value> arguments) { return TypeName{std::string(type_name(arguments[0]))}; }

Value dyn(CallContext&, std::span<const Value> arguments) { return arguments[0]; }

const Function kFunctions[] = {
    {"size",
     {"size(string) -> int", "size(bytes) -> int", "size(list) -> int", "size(map) -> int", "string.size() -> int",
      "bytes.size() -> int", "list.size() -> int", "map.size() -> int"},
     "characters of a string, bytes, elements or entries",
     size},
    {"contains", {"string.contains(string) -> bool"}, "whether the other text stands in this one", contains},
    {"startsWith", {"string.startsWith(string) -> bool"}, "whether this text begins with the other", starts_with},
    {"endsWith", {"string.endsWith(string) -> bool"}, "whether this text ends with the other", ends_with},
    {"matches",
     {"matches(string, string) -> bool", "string.matches(string) -> bool"},
     "whether a part of the text matches the RE2 pattern",
     matches},
    {"type", {"type(any) -> type"}, "the type of a value", type},
    {"dyn", {"dyn(any) -> any"}, "the value itself, its type unknown to the checker", dyn}};

}  // namespace

std::span<const Function> standard_functions() { return kFunctions; }

}  // namespace ihc::expr
