// Tokens of the language definition: numbers 12 0x1F 12u 1.5 1e3 .5, strings '…' "…" '''…''' """…""" with the prefixes
// r (raw) and b (bytes), escapes \n \x41 \101 \u00e9 \U0001F431, comments from // to the end of the line.
#include "engine/expr/lexer.h"

#include <charconv>
#include <optional>

#include "base/text.h"

namespace ihc::expr {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name_part(char c) { return is_name_start(c) || is_digit(c); }

void append_utf8(std::string& text, std::uint32_t code_point) {
  const auto add = [&text](std::uint32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code_point < 0x80) {
    add(code_point);
  } else if (code_point < 0x800) {
    add(0xC0U | (code_point >> 6U));
    add(0x80U | (code_point & 0x3FU));
  } else if (code_point < 0x10000) {
    add(0xE0U | (code_point >> 12U));
    add(0x80U | ((code_point >> 6U) & 0x3FU));
    add(0x80U | (code_point & 0x3FU));
  } else {
    add(0xF0U | (code_point >> 18U));
    add(0x80U | ((code_point >> 12U) & 0x3FU));
    add(0x80U | ((code_point >> 6U) & 0x3FU));
    add(0x80U | (code_point & 0x3FU));
  }
}

bool is_scalar_value(std::uint32_t code_point) {
  return code_point <= 0x10FFFF && (code_point < 0xD800 || code_point > 0xDFFF);
}

Token number_token(double value) {
  Token token;
  token.kind = TokenKind::number;
  token.number = value;
  return token;
}

Token integer_token(TokenKind kind, std::uint64_t magnitude) {
  Token token;
  token.kind = kind;
  token.magnitude = magnitude;
  return token;
}

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  tl::expected<std::vector<Token>, SyntaxError> run() {
    std::vector<Token> tokens;
    while (!error_) {
      skip_blanks_and_comments();
      start_ = at_;
      Token token = next();
      token.offset = start_;
      token.length = at_ - start_;
      tokens.push_back(std::move(token));
      if (tokens.back().kind == TokenKind::end) break;
    }
    if (error_) return tl::unexpected(*error_);
    return tokens;
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0'; }
  bool done() const { return at_ >= source_.size(); }
  bool follows(std::string_view text) const { return source_.substr(at_, text.size()) == text; }

  Token fail(std::string message, std::size_t offset, std::size_t length = 1, std::string hint = {}) {
    if (!error_) error_ = SyntaxError{std::move(message), std::move(hint), offset, length, ErrorKind::syntax};
    return {};
  }

  void skip_blanks_and_comments() {
    while (!done()) {
      const char c = peek();
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
        ++at_;
      } else if (follows("//")) {
        while (!done() && peek() != '\n') ++at_;
      } else {
        return;
      }
    }
  }

  Token next() {
    if (done()) return {};
    const char c = peek();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    if (const auto prefix = string_prefix()) return string(*prefix);
    if (is_name_start(c)) return name();
    if (c == '`') return quoted_name();
    return symbol();
  }

  Token name() {
    while (is_name_part(peek())) ++at_;
    return {.kind = TokenKind::identifier, .text = std::string(source_.substr(start_, at_ - start_))};
  }

  Token quoted_name() {
    ++at_;
    while (is_name_part(peek()) || peek() == '.' || peek() == '-' || peek() == '/' || peek() == ' ') ++at_;
    if (peek() != '`') return fail("a name in backticks is not closed", start_);
    ++at_;
    const auto text = source_.substr(start_ + 1, at_ - start_ - 2);
    if (text.empty()) return fail("a name in backticks is empty", start_, 2);
    return {.kind = TokenKind::quoted_identifier, .text = std::string(text)};
  }

  Token symbol() {
    static constexpr std::string_view kSymbols[] = {"==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "+", "-", "*",
                                                    "/",  "%",  "?",  ":",  ".",  ",",  "(", ")", "[", "]", "{", "}"};
    for (const std::string_view symbol : kSymbols) {
      if (!follows(symbol)) continue;
      at_ += symbol.size();
      return {.kind = TokenKind::symbol, .text = std::string(symbol)};
    }
    const char c = peek();
    if (c == '=') return fail("'=' is no operator", at_, 1, "write == to compare");
    if (c == '&' || c == '|')
      return fail(std::string("'") + c + "' is no operator", at_, 1, std::string("write ") + c + c);
    return fail("a character that no expression has", at_);
  }

  Token number() {
    if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
      at_ += 2;
      const std::size_t digits = at_;
      while (is_hex_digit(peek())) ++at_;
      return integer(source_.substr(digits, at_ - digits), 16);
    }
    while (is_digit(peek())) ++at_;
    const std::size_t whole_end = at_;
    if (peek() == '.' && is_digit(peek(1))) {
      ++at_;
      while (is_digit(peek())) ++at_;
    }
    const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
    if ((peek() == 'e' || peek() == 'E') && is_digit(peek(1 + sign))) {
      at_ += 1 + sign;
      while (is_digit(peek())) ++at_;
    }
    if (at_ == whole_end) return integer(source_.substr(start_, at_ - start_), 10);
    return floating(source_.substr(start_, at_ - start_));
  }

  Token floating(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) return fail("this number is outside the range of a double", start_, text.size());
    return check_number_end(number_token(value));
  }

  Token integer(std::string_view digits, int base) {
    std::uint64_t magnitude = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), magnitude, base);
    if (error != std::errc{} || digits.empty()) {
      return fail(digits.empty() ? "a hexadecimal number without digits" : "this number does not fit 64 bits", start_,
                  at_ - start_);
    }
    if (peek() == 'u' || peek() == 'U') {
      ++at_;
      return check_number_end(integer_token(TokenKind::unsigned_integer, magnitude));
    }
    return check_number_end(integer_token(TokenKind::integer, magnitude));
  }

  // "12abc" would otherwise be two tokens, and the message about the second.
  Token check_number_end(Token token) {
    if (is_name_part(peek())) return fail("a number runs into a name", at_);
    return token;
  }

  struct Prefix {
    std::size_t length = 0;
    bool raw = false;
    bool bytes = false;
  };

  std::optional<Prefix> string_prefix() const {
    const auto is_quote = [](char c) { return c == '\'' || c == '"'; };
    const auto is_raw = [](char c) { return c == 'r' || c == 'R'; };
    const auto is_bytes = [](char c) { return c == 'b' || c == 'B'; };
    if (is_quote(peek())) return Prefix{};
    if (is_raw(peek()) && is_quote(peek(1))) return Prefix{.length = 1, .raw = true};
    if (!is_bytes(peek())) return std::nullopt;
    if (is_quote(peek(1))) return Prefix{.length = 1, .bytes = true};
    if (is_raw(peek(1)) && is_quote(peek(2))) return Prefix{.length = 2, .raw = true, .bytes = true};
    return std::nullopt;
  }

  Token string(const Prefix& prefix) {
    at_ += prefix.length;
    const std::string quote(1, peek());
    const std::string triple = quote + quote + quote;
    const bool is_triple = follows(triple);
    const std::string_view closing = is_triple ? std::string_view(triple) : std::string_view(quote);
    at_ += closing.size();
    std::string text;
    while (!follows(closing)) {
      if (done() || (!is_triple && (peek() == '\n' || peek() == '\r'))) {
        return fail("a string is not closed", start_, 1,
                    is_triple ? "" : "a text over several lines takes three quotes");
      }
      if (peek() == '\\' && prefix.raw) {
        // In a raw string the backslash stays, but the quote after it does not end the string.
        text += source_[at_++];
        if (!done()) text += source_[at_++];
      } else if (peek() == '\\') {
        if (!escape(text, prefix.bytes)) return {};
      } else {
        text += source_[at_++];
      }
    }
    at_ += closing.size();
    return {.kind = prefix.bytes ? TokenKind::bytes : TokenKind::string, .text = std::move(text)};
  }

  bool escape(std::string& text, bool bytes) {
    static constexpr std::string_view kLetters = "abfnrtv\\?\"'`";
    static constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\?\"'`";
    const std::size_t begin = at_++;
    const char c = peek();
    const std::size_t letter = done() ? std::string_view::npos : kLetters.find(c);
    if (letter != std::string_view::npos) {
      ++at_;
      text += kMeanings[letter];
      return true;
    }
    if (c == 'x' || c == 'X') return numeric_escape(text, begin, 1, 2, 16, bytes);
    if (c == 'u' && !bytes) return numeric_escape(text, begin, 1, 4, 16, bytes);
    if (c == 'U' && !bytes) return numeric_escape(text, begin, 1, 8, 16, bytes);
    if (c >= '0' && c <= '3') return numeric_escape(text, begin, 0, 3, 8, bytes);
    fail("this escape has no meaning", begin, 2, "a backslash itself is written \\\\");
    return false;
  }

  bool numeric_escape(std::string& text, std::size_t begin, std::size_t skip, std::size_t digits, int base,
                      bool bytes) {
    at_ += skip;
    const std::string_view code = source_.substr(at_, digits);
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(code.data(), code.data() + code.size(), value, base);
    if (code.size() != digits || error != std::errc{} || end != code.data() + code.size()) {
      fail("this escape needs " + std::to_string(digits) + " digits", begin, 2);
      return false;
    }
    if (!bytes && !is_scalar_value(value)) {
      fail("this escape is no Unicode character", begin, at_ + digits - begin);
      return false;
    }
    at_ += digits;
    if (bytes) {
      text += static_cast<char>(static_cast<unsigned char>(value));
    } else {
      append_utf8(text, value);
    }
    return true;
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;
  std::optional<SyntaxError> error_;
};

}  // namespace

tl::expected<std::vector<Token>, SyntaxError> tokenize(std::string_view source) { return Lexer(source).run(); }

}  // namespace ihc::expr
