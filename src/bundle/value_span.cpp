#include "bundle/value_span.h"

#include <algorithm>

namespace ihc {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_space(char c) { return is_blank(c) || c == '\n' || c == '\r' || c == '\0' || c == '\v' || c == '\f'; }
bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

// A text with a position that never goes back; at() is NUL past the end.
class Scanner {
 public:
  Scanner(std::string_view text, std::size_t position) : text_(text), position_(position) {}

  char at(std::size_t ahead = 0) const { return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0'; }
  bool at_end() const { return position_ >= text_.size(); }
  bool at_line_end() const { return at_end() || at() == '\n'; }
  std::size_t position() const { return position_; }
  void advance(std::size_t count = 1) { position_ = std::min(position_ + count, text_.size()); }
  void skip_blanks() {
    while (!at_end() && is_blank(at())) advance();
  }
  bool take(char c) {
    if (at_end() || at() != c) return false;
    advance();
    return true;
  }

 private:
  std::string_view text_;
  std::size_t position_;
};

// " or ' as they are, or \" inside a quoted text.
struct Quote {
  char mark = '\0';
  bool escaped = false;
};

std::optional<Quote> quote_at(const Scanner& scanner) {
  if (is_quote(scanner.at())) return Quote{scanner.at()};
  if (scanner.at() == '\\' && is_quote(scanner.at(1))) return Quote{scanner.at(1), true};
  return std::nullopt;
}

std::size_t length_of(const Quote& quote) { return quote.escaped ? 2 : 1; }

bool is_at(const Scanner& scanner, const Quote& quote) {
  return quote.escaped ? scanner.at() == '\\' && scanner.at(1) == quote.mark : scanner.at() == quote.mark;
}

// Moves to the closing quote, or the end of the line where there is none.
void skip_to_closing(Scanner& scanner, const Quote& quote) {
  while (!scanner.at_line_end() && !is_at(scanner, quote)) {
    const bool escapes_next = scanner.at() == '\\' && !quote.escaped && scanner.at(1) != '\n';
    scanner.advance(escapes_next ? 2 : 1);
  }
}

// Whether what follows (blanks, then a name and one of `separators`) begins another setting.
bool begins_setting(Scanner scanner, std::string_view name_characters, std::string_view separators) {
  constexpr std::size_t kLongestName = 64;
  scanner.skip_blanks();
  if (is_quote(scanner.at())) scanner.advance();
  std::size_t length = 0;
  while (length < kLongestName && (is_letter(scanner.at()) || is_one_of(scanner.at(), name_characters))) {
    scanner.advance();
    ++length;
  }
  if (is_quote(scanner.at())) scanner.advance();
  return length > 0 && !scanner.at_end() && is_one_of(scanner.at(), separators);
}

// "User Id=" and "user: " are settings where a separator stands before them.
bool begins_setting_after_separator(const Scanner& scanner) { return begins_setting(scanner, "0123456789.- ", "=:"); }

bool begins_setting_after_blank(const Scanner& scanner) { return begins_setting(scanner, "0123456789", "="); }

bool begins_long_flag(const Scanner& scanner) {
  return scanner.at() == '-' && scanner.at(1) == '-' && is_letter(scanner.at(2));
}

bool ends_unquoted(const Scanner& scanner) {
  const char c = scanner.at();
  if (is_space(c)) return true;
  Scanner next = scanner;
  next.advance();
  const char after = next.at();
  if (is_one_of(c, ",;&")) return next.at_end() || is_space(after) || begins_setting_after_separator(next);
  if (is_quote(c)) return next.at_end() || is_space(after) || is_one_of(after, ",}]);:>&|");
  if (c == '\\' && is_quote(after)) return true;
  if (is_one_of(c, ")}]>")) return next.at_end() || is_space(after) || is_quote(after) || is_one_of(after, ",;)}]");
  return false;
}

void skip_unquoted(Scanner& scanner) {
  while (!scanner.at_end() && !ends_unquoted(scanner)) scanner.advance();
}

// A value that may hold blanks goes on until a long flag or another setting follows one, or `closing` comes.
void skip_with_blanks(Scanner& scanner, const std::optional<Quote>& closing) {
  while (!scanner.at_line_end() && !(closing && is_at(scanner, *closing))) {
    Scanner next = scanner;
    next.advance();
    if (is_blank(scanner.at()) && (begins_long_flag(next) || begins_setting_after_blank(next))) return;
    if (is_one_of(scanner.at(), ",;&") && begins_setting_after_separator(next)) return;
    const bool escapes_next = scanner.at() == '\\' && scanner.at(1) != '\n' && !(closing && closing->escaped);
    scanner.advance(escapes_next ? 2 : 1);
  }
}

// In a connection string ("Server=db;Password=a b;") a value ends at the next semicolon.
void skip_to_semicolon(Scanner& scanner) {
  while (!scanner.at_line_end() && scanner.at() != ';' && !is_quote(scanner.at())) scanner.advance();
}

// A list or object as a value, to its closing bracket on the same line.
void skip_bracketed(Scanner& scanner) {
  std::size_t depth = 0;
  while (!scanner.at_line_end()) {
    const char c = scanner.at();
    if (is_one_of(c, "[{(")) ++depth;
    if (is_one_of(c, "]})")) --depth;
    scanner.advance();
    if (depth == 0) return;
  }
}

enum class Extent { to_blank, with_blanks, to_semicolon };

// A quoted value, with what a shell would join to it: 'a''b' and "a"b are one value each, quotes included then.
ValueSpan span_of_quoted(Scanner scanner, const Quote& quote) {
  const std::size_t opening = scanner.position();
  scanner.advance(length_of(quote));
  const std::size_t begin = scanner.position();
  skip_to_closing(scanner, quote);
  const std::size_t end = scanner.position();
  scanner.advance(length_of(quote));
  const auto goes_on = [&] {
    const char c = scanner.at();
    return !scanner.at_line_end() && (is_quote(c) || is_letter(c) || is_one_of(c, "0123456789$"));
  };
  if (quote.escaped || !goes_on()) return {begin, end};
  while (goes_on()) {
    if (const auto next = quote_at(scanner)) {
      scanner.advance(length_of(*next));
      skip_to_closing(scanner, *next);
      scanner.advance(length_of(*next));
    } else {
      skip_unquoted(scanner);
    }
  }
  return {opening, scanner.position()};
}

ValueSpan span_of_value(Scanner scanner, Extent extent) {
  if (const auto quote = quote_at(scanner)) return span_of_quoted(scanner, *quote);
  const std::size_t begin = scanner.position();
  if (!scanner.at_end() && is_one_of(scanner.at(), "[{(")) {
    skip_bracketed(scanner);
  } else if (extent == Extent::with_blanks) {
    skip_with_blanks(scanner, std::nullopt);
  } else if (extent == Extent::to_semicolon) {
    skip_to_semicolon(scanner);
  } else {
    skip_unquoted(scanner);
  }
  return {begin, scanner.position()};
}

// What stands before a name.
struct Before {
  bool is_flag = false;
  Extent extent = Extent::to_blank;
  std::optional<Quote> quote;  // "NAME=… or 'NAME': …
};

Before look_before(std::string_view text, std::size_t name_begin, std::size_t name_end) {
  Before before;
  std::size_t at = name_begin;
  before.is_flag = at < name_end && text[at] == '-';
  if (at > 0 && is_quote(text[at - 1])) {
    const bool escaped = at > 1 && text[at - 2] == '\\';
    before.quote = Quote{text[at - 1], escaped};
    return before;
  }
  if (at > 0 && text[at - 1] == ';') {
    before.extent = Extent::to_semicolon;
    return before;
  }
  constexpr std::string_view kExport = "export ";
  if (at >= kExport.size() && text.substr(at - kExport.size(), kExport.size()) == kExport) at -= kExport.size();
  while (at > 0 && is_blank(text[at - 1])) --at;
  const bool at_line_start = at == 0 || text[at - 1] == '\n';
  if (at_line_start && !before.is_flag) before.extent = Extent::with_blanks;
  return before;
}

// The value of a flag stands after blanks, after a line that is continued, or as the next string of a printed list.
std::optional<ValueSpan> value_of_flag(Scanner scanner, bool name_was_quoted) {
  if (name_was_quoted) {
    scanner.skip_blanks();
    if (!scanner.take(',')) return std::nullopt;
    scanner.skip_blanks();
    return quote_at(scanner) ? std::optional(span_of_value(scanner, Extent::to_blank)) : std::nullopt;
  }
  if (!is_blank(scanner.at())) return std::nullopt;
  scanner.skip_blanks();
  if (scanner.at() == '\\' && scanner.at(1) == '\n') {
    scanner.advance(2);
    scanner.skip_blanks();
  }
  const bool is_next_flag = scanner.at() == '-' && (scanner.at(1) == '-' || is_letter(scanner.at(1)));
  if (scanner.at_line_end() || is_next_flag) return std::nullopt;
  return span_of_value(scanner, Extent::to_blank);
}

}  // namespace

std::optional<ValueSpan> value_after_name(std::string_view text, std::size_t name_begin, std::size_t name_end) {
  const Before before = look_before(text, name_begin, name_end);
  Scanner scanner(text, name_end);
  bool name_was_quoted = false;
  if (before.quote && is_at(scanner, *before.quote)) {
    scanner.advance(length_of(*before.quote));
    name_was_quoted = true;
  }
  if (before.is_flag && scanner.at() != '=' && scanner.at() != ':') return value_of_flag(scanner, name_was_quoted);
  scanner.skip_blanks();
  const char separator = scanner.at();
  if (scanner.at_end() || (separator != '=' && separator != ':')) return std::nullopt;
  scanner.advance();
  if (separator == ':' && (scanner.at() == ':' || scanner.at() == '/')) return std::nullopt;  // a::b, scheme://
  scanner.skip_blanks();
  if (scanner.at_line_end()) return std::nullopt;
  if (before.quote && !name_was_quoted && !quote_at(scanner)) {  // "NAME=a value"
    const std::size_t begin = scanner.position();
    skip_with_blanks(scanner, before.quote);
    return ValueSpan{begin, scanner.position()};
  }
  return span_of_value(scanner, before.extent);
}

}  // namespace ihc
