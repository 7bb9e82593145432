// Words of rules: plain text with tags {{name}} or {{a.b.c}}, filled from facts, params, the subject and `let`.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/expr/value.h"

namespace ihc {

/// One tag of a text: its name, and where "{{" stands.
struct WordTag {
  std::string name;
  std::size_t offset = 0;
  std::size_t length = 0;
  bool closed = true;
};

std::vector<WordTag> find_tags(std::string_view text);

/// Places of numbers that an author wrote out: a word that begins with a digit. "p95", "L3", "N+1" and "x86_64" are
/// names; tags, and where `code_spans` says so text between backticks, are left out.
enum class CodeSpans { counted, skipped };
std::vector<std::size_t> literal_numbers(std::string_view text, CodeSpans code_spans);

/// The text with every tag replaced by what `lookup` gives. A tag without a value becomes "[name: not known]" and is
/// named in `gaps`.
std::string fill_words(std::string_view text,
                       const std::function<std::optional<std::string>(const std::string&)>& lookup,
                       std::vector<std::string>& gaps);

/// A value as words show it: texts as they are, numbers in shortest decimal form, lists joined by ", ". Nothing for
/// errors, null, maps and numbers that are not finite.
std::optional<std::string> value_to_words(const expr::Value& value);

}  // namespace ihc
