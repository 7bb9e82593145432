// What a function of the expression language is: one row of a group's table. A group is one file of this folder.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/expr/evaluator.h"
#include "engine/expr/value.h"

namespace ihc::expr {

/// What a function may use besides its arguments.
class CallContext {
 public:
  CallContext(Budget& budget, std::size_t offset) : budget_(budget), offset_(offset) {}

  /// Takes from the budget; false when it is spent, and the function then returns limit_error().
  [[nodiscard]] bool spend_steps(std::size_t steps);
  [[nodiscard]] bool spend_bytes(std::size_t bytes);

  Value error(ErrorKind kind, std::string message) const;
  Value no_overload(std::string_view function, std::span<const Value> arguments) const;
  /// What a map lacks; of a map out of the facts, with the place where it would have stood.
  Value no_field(const Map& map, const std::string& name) const;
  Value limit_error() const;
  Budget& budget() { return budget_; }

 private:
  Budget& budget_;
  std::size_t offset_;
};

/// One function. Its signatures are for people, for the reference page and for the checker:
///
///   "size(list) -> int"   "string.contains(string) -> bool"   "math.greatest(number...) -> any"
///
/// A type before the dot makes it a method, any other word there is part of the name. `call` gets the target as its
/// first argument, sees no error among the arguments, and answers no_overload() for types that no signature has.
struct Function {
  std::string_view name;
  std::vector<std::string_view> signatures;
  std::string_view about;
  Value (*call)(CallContext& context, std::span<const Value> arguments);
};

enum class CallStyle { global, method };

struct Signature {
  std::string text;
  CallStyle style = CallStyle::global;
  std::vector<std::string> parameters;  ///< type words, the target first
  bool variadic = false;                ///< the last parameter any number of times, at least once
  std::string result;
};

struct RegisteredFunction {
  const Function* function = nullptr;
  std::vector<Signature> signatures;
  bool has(CallStyle style) const;
};

/// By name; null when there is none of that style.
const RegisteredFunction* find_function(std::string_view name, CallStyle style);
/// All, sorted by name.
const std::vector<RegisteredFunction>& all_functions();

// The groups, in the order in which the reference page shows them.
std::span<const Function> standard_functions();
std::span<const Function> conversion_functions();
std::span<const Function> time_functions();
std::span<const Function> string_functions();
std::span<const Function> format_functions();
std::span<const Function> math_functions();
std::span<const Function> statistics_functions();
std::span<const Function> cpu_set_functions();

// Helpers that groups share.

/// An int, uint or double as a double.
std::optional<double> number_of(const Value& value);
/// The characters of UTF-8 text, and back.
std::u32string characters_of(std::string_view text);
std::string text_of(std::u32string_view characters);
/// A double as the language prints it: shortest decimal, "NaN", "Infinity", "-Infinity".
std::string number_to_language_text(double value);

}  // namespace ihc::expr
