#include "report/escape.h"

#include <algorithm>
#include <cstdint>

#include "base/text.h"

namespace ihc {

namespace {

enum class LineEnds { spell_out, keep };

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Unicode's controls, its default-ignorable format characters (direction marks, joiners, zero-width spaces, tags) and
// its line and paragraph separators.
bool is_invisible(std::uint32_t point) {
  struct Range {
    std::uint32_t first;
    std::uint32_t last;
  };
  static constexpr Range kRanges[] = {
      {0x0000, 0x0008}, {0x000A, 0x001F}, {0x007F, 0x009F},   {0x00AD, 0x00AD},   {0x034F, 0x034F},
      {0x061C, 0x061C}, {0x115F, 0x1160}, {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x200B, 0x200F},
      {0x2028, 0x202E}, {0x2060, 0x206F}, {0x3164, 0x3164},   {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},
      {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
  };
  return std::any_of(std::begin(kRanges), std::end(kRanges),
                     [point](const Range& range) { return point >= range.first && point <= range.last; });
}

std::size_t sequence_length(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte < 0x80) return 1;
  if (byte < 0xE0) return 2;
  return byte < 0xF0 ? 3 : 4;
}

// The code point of one sequence of valid UTF-8.
std::uint32_t decode(std::string_view sequence) {
  const auto lead = static_cast<unsigned char>(sequence.front());
  if (sequence.size() == 1) return lead;
  std::uint32_t point = lead & (0x7FU >> sequence.size());
  for (const char c : sequence.substr(1)) point = (point << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
  return point;
}

std::string spelled_out(std::uint32_t point) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string hex;
  for (std::uint32_t rest = point; rest != 0 || hex.size() < 4; rest >>= 4U)
    hex.insert(hex.begin(), kDigits[rest & 15U]);
  return "[U+" + hex + "]";
}

std::string make_visible(std::string_view value, LineEnds line_ends) {
  const std::string valid = to_valid_utf8(value);
  std::string out;
  out.reserve(valid.size());
  for (std::size_t at = 0; at < valid.size();) {
    const std::size_t length = std::min(sequence_length(valid[at]), valid.size() - at);
    const std::string_view sequence = std::string_view(valid).substr(at, length);
    const std::uint32_t point = decode(sequence);
    at += length;
    if (line_ends == LineEnds::keep && point == '\r' && at < valid.size() && valid[at] == '\n') continue;
    if (line_ends == LineEnds::keep && point == '\n') {
      out += '\n';
    } else if (is_invisible(point)) {
      out += spelled_out(point);
    } else {
      out += sequence;
    }
  }
  return out;
}

// An underscore inside a word is plain in GFM; one at its edge opens or closes emphasis.
bool is_inside_word(std::string_view text, std::size_t at) {
  return at > 0 && at + 1 < text.size() && is_alphanumeric(text[at - 1]) && is_alphanumeric(text[at + 1]);
}

// "https://", "www.": what the autolink extension would turn into a link.
bool begins_autolink(std::string_view text, std::size_t at) {
  if (text[at] == ':') return text.substr(at, 3) == "://";
  return text[at] == '.' && at >= 3 && to_lower(text.substr(at - 3, 3)) == "www";
}

// At the beginning of a line these begin a heading, a list, a quote, an underline or a fence.
bool begins_block(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (at == 0) return std::string_view("#+-=>.):").find(c) != std::string_view::npos;
  const bool digits_before = std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), is_digit);
  const bool ends_word = at + 1 == text.size() || is_blank(text[at + 1]);
  return (c == '.' || c == ')') && digits_before && ends_word;
}

enum class LineStart { possible, impossible };

bool needs_backslash(std::string_view text, std::size_t at, LineStart start) {
  const char c = text[at];
  if (std::string_view("\\`*[]<>&~").find(c) != std::string_view::npos) return true;
  if (c == '_') return !is_inside_word(text, at);
  if (c == '!') return at + 1 == text.size();
  return begins_autolink(text, at) || (start == LineStart::possible && begins_block(text, at));
}

std::string escape_inline(std::string_view value, std::string_view also, LineStart start = LineStart::possible) {
  const std::string text = printable(value);
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool at_edge = at == 0 || at + 1 == text.size();
    if (is_blank(text[at]) && at_edge) {
      out += text[at] == ' ' ? "&#32;" : "&#9;";
      continue;
    }
    if (needs_backslash(text, at, start) || also.find(text[at]) != std::string_view::npos) out += '\\';
    out += text[at];
  }
  return out;
}

// Where a web address in a sentence ends: at a blank, without the punctuation of the sentence.
std::size_t address_end(std::string_view text, std::size_t begin) {
  std::size_t end = std::min(text.find(' ', begin), text.size());
  while (end > begin && std::string_view(".,;:!?)'\"").find(text[end - 1]) != std::string_view::npos) --end;
  return end;
}

// A part of a sentence: addresses become links, and outer blanks stay, because something stands on the other side.
std::string escape_prose_part(std::string_view part, LineStart start) {
  const std::size_t address = std::min(part.find("https://"), part.find("http://"));
  if (address != std::string_view::npos) {
    const std::size_t end = address_end(part, address);
    return escape_prose_part(part.substr(0, address), start) + escape_url(part.substr(address, end - address)) +
           escape_prose_part(part.substr(end), LineStart::impossible);
  }
  const std::size_t first = part.find_first_not_of(' ');
  if (first == std::string_view::npos) return std::string(part);
  const std::size_t last = part.find_last_not_of(' ');
  return std::string(part.substr(0, first)) + escape_inline(part.substr(first, last - first + 1), "", start) +
         std::string(part.substr(last + 1));
}

std::size_t longest_backtick_run(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

}  // namespace

std::string printable(std::string_view value) { return make_visible(value, LineEnds::spell_out); }

std::string printable_lines(std::string_view value) { return make_visible(value, LineEnds::keep); }

std::string escape_text(std::string_view value) { return escape_inline(value, ""); }

std::string escape_cell(std::string_view value) { return escape_inline(value, "|"); }

std::string escape_prose(std::string_view value) {
  const std::string text = one_line(value);
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t open = text.find('`', at);
    const std::size_t close = open == std::string::npos ? open : text.find('`', open + 1);
    if (close == std::string::npos || close == open + 1) break;
    const LineStart start = at == 0 ? LineStart::possible : LineStart::impossible;
    out += escape_prose_part(std::string_view(text).substr(at, open - at), start) +
           escape_code(text.substr(open + 1, close - open - 1));
    at = close + 1;
  }
  return out +
         escape_prose_part(std::string_view(text).substr(at), at == 0 ? LineStart::possible : LineStart::impossible);
}

std::string escape_code(std::string_view value) {
  const std::string text = printable(value);
  // CommonMark strips nothing from a span of blanks only, so padding would not come off again.
  if (std::all_of(text.begin(), text.end(), is_blank)) return escape_text(text);
  const std::string fence(longest_backtick_run(text) + 1, '`');
  const bool edge_backtick = text.front() == '`' || text.back() == '`';
  const bool edge_blanks = text.front() == ' ' && text.back() == ' ';
  const std::string padding = edge_backtick || edge_blanks ? " " : "";
  return fence + padding + text + padding + fence;
}

std::string escape_code_cell(std::string_view value) {
  if (value.find('|') != std::string_view::npos) return escape_cell(value);
  return escape_code(value);
}

std::string escape_block(std::string_view value) {
  std::string text = printable_lines(value);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  if (text.empty()) return {};
  const std::string fence(std::max<std::size_t>(3, longest_backtick_run(text) + 1), '`');
  return fence + "\n" + text + "\n" + fence + "\n";
}

std::string escape_url(std::string_view value) {
  const bool web = value.starts_with("https://") || value.starts_with("http://");
  const bool plain =
      std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c != '<' && c != '>' && c != 0x7F; });
  return web && plain ? "<" + std::string(value) + ">" : escape_text(value);
}

std::string escape_html(std::string_view value) {
  std::string out;
  out.reserve(value.size() + value.size() / 8);
  for (const char c : value) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string one_line(std::string_view prose) {
  const std::string text = printable_lines(prose);
  std::string out;
  for (const char c : text) {
    const bool gap = is_blank(c) || c == '\n';
    if (!gap) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace ihc
