#include "bundle/member_path.h"

#include <optional>

#include "base/limits.h"
#include "base/text.h"

namespace ihc {

namespace {

constexpr std::string_view kHexDigits = "0123456789ABCDEF";
constexpr std::size_t kPrintableBytes = 200;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

void append_hex(std::string& text, char c) {
  const auto byte = static_cast<unsigned char>(c);
  text += kHexDigits[byte >> 4U];
  text += kHexDigits[byte & 0x0FU];
}

bool has_control(std::string_view text) {
  for (const char c : text) {
    if (is_control(c)) return true;
  }
  return false;
}

std::optional<Error> character_problem(std::string_view path, PathKind kind) {
  const auto problem = [](std::string what) { return Error{ErrorCode::malformed, std::move(what), {}, {}}; };
  if (path.find('\0') != std::string_view::npos) return problem("the path has a NUL character");
  if (kind == PathKind::packed_record) return std::nullopt;
  if (has_control(path)) return problem("the path has a control character");
  if (to_valid_utf8(path) != path) return problem("the path is not UTF-8");
  return std::nullopt;
}

std::optional<Error> path_problem(std::string_view path, PathKind kind) {
  const auto problem = [](ErrorCode code, std::string what) { return Error{code, std::move(what), {}, {}}; };
  if (path.empty()) return problem(ErrorCode::malformed, "the path is empty");
  if (path.size() > limits::kMaxPathBytes) {
    return problem(ErrorCode::too_large, "the path is longer than " + std::to_string(limits::kMaxPathBytes) + " bytes");
  }
  if (path.front() == '/') return problem(ErrorCode::malformed, "the path is absolute");
  std::size_t depth = 0;
  for (const std::string_view component : split(path, '/')) {
    if (component.empty()) return problem(ErrorCode::malformed, "the path has an empty component");
    if (component == "." || component == "..") {
      return problem(ErrorCode::malformed, "the path has a \"" + std::string(component) + "\" component");
    }
    if (component.size() > limits::kMaxNameBytes) {
      return problem(ErrorCode::too_large,
                     "the path has a name longer than " + std::to_string(limits::kMaxNameBytes) + " bytes");
    }
    ++depth;
  }
  if (depth > limits::kMaxPathDepth) {
    return problem(ErrorCode::too_large,
                   "the path is deeper than " + std::to_string(limits::kMaxPathDepth) + " components");
  }
  return character_problem(path, kind);
}

std::optional<unsigned> hex_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

}  // namespace

Result<void> check_bundle_path(std::string_view path, PathKind kind) {
  auto problem = path_problem(path, kind);
  if (!problem) return {};
  problem->where = path.empty() ? "\"\"" : printable_path(path);
  return fail(std::move(*problem));
}

std::string printable_path(std::string_view text) {
  std::string shown;
  const bool is_utf8 = to_valid_utf8(text) == text;
  for (const char c : text) {
    if (shown.size() >= kPrintableBytes) return shown + "…";
    if (is_control(c) || (!is_utf8 && static_cast<unsigned char>(c) >= 0x80)) {
      shown += "\\x";
      append_hex(shown, c);
    } else {
      shown += c;
    }
  }
  return shown;
}

std::string percent_encode(std::string_view text, std::string_view also) {
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (c == '%' || is_control(c) || also.find(c) != std::string_view::npos) {
      encoded += '%';
      append_hex(encoded, c);
    } else {
      encoded += c;
    }
  }
  return encoded;
}

Result<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  while (!text.empty()) {
    if (text.front() != '%') {
      decoded += text.front();
      text.remove_prefix(1);
      continue;
    }
    const auto high = text.size() > 2 ? hex_value(text[1]) : std::nullopt;
    const auto low = text.size() > 2 ? hex_value(text[2]) : std::nullopt;
    if (!high || !low) return fail(ErrorCode::malformed, "a '%' is not followed by two hexadecimal digits");
    decoded += static_cast<char>(*high << 4U | *low);
    text.remove_prefix(3);
  }
  return decoded;
}

}  // namespace ihc
