#include "collectors/runtime_metrics/exposition.h"

#include <limits>
#include <set>

#include "base/text.h"

namespace ihc {

namespace {

constexpr std::size_t kMaxLabels = 64;

bool is_name_letter(char letter, bool is_first) {
  const bool is_digit = letter >= '0' && letter <= '9';
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '_' || letter == ':' ||
         (is_digit && !is_first);
}

// Takes a name off the front of a line; empty when there is none.
std::string_view take_name(std::string_view& line) {
  std::size_t end = 0;
  while (end < line.size() && is_name_letter(line[end], end == 0)) ++end;
  const std::string_view name = line.substr(0, end);
  line.remove_prefix(end);
  return name;
}

void skip_blanks(std::string_view& line) {
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
}

// "…" with \\, \" and \n; nothing where it does not end.
std::optional<std::string> take_quoted(std::string_view& line) {
  if (line.empty() || line.front() != '"') return std::nullopt;
  std::string value;
  for (std::size_t at = 1; at < line.size(); ++at) {
    if (line[at] == '"') {
      line.remove_prefix(at + 1);
      return to_valid_utf8(value);
    }
    if (line[at] == '\\' && at + 1 < line.size()) {
      ++at;
      value += line[at] == 'n' ? '\n' : line[at];
    } else {
      value += line[at];
    }
  }
  return std::nullopt;
}

// {a="x",b="y",}
std::optional<MetricLabels> take_labels(std::string_view& line) {
  MetricLabels labels;
  if (line.empty() || line.front() != '{') return labels;
  line.remove_prefix(1);
  for (;;) {
    skip_blanks(line);
    if (!line.empty() && line.front() == '}') {
      line.remove_prefix(1);
      return labels;
    }
    const std::string name(take_name(line));
    skip_blanks(line);
    if (name.empty() || line.empty() || line.front() != '=' || labels.size() >= kMaxLabels) return std::nullopt;
    line.remove_prefix(1);
    skip_blanks(line);
    auto value = take_quoted(line);
    if (!value || !labels.emplace(name, std::move(*value)).second) return std::nullopt;
    skip_blanks(line);
    if (!line.empty() && line.front() == ',') line.remove_prefix(1);
  }
}

std::optional<double> metric_value(std::string_view word) {
  const std::string lower = to_lower(word);
  if (lower == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (lower == "+inf" || lower == "inf") return std::numeric_limits<double>::infinity();
  if (lower == "-inf") return -std::numeric_limits<double>::infinity();
  if (word.starts_with('+')) word.remove_prefix(1);
  return parse_decimal(word);
}

class ExpositionReader {
 public:
  Parsed<Exposition> read(std::string_view text) {
    const auto lines = split_lines(text);
    for (const std::string_view line : lines) {
      const std::string_view content = trim(line);
      // The format ends every line: of one that does not end, nobody knows how many digits are missing.
      const bool is_cut = !text.ends_with('\n') && line.data() + line.size() == text.data() + text.size();
      if (is_cut && !content.starts_with('#')) {
        parsed_.unparsed.add(line);
        continue;
      }
      if (content.empty() || content.starts_with("```")) continue;
      if (content.front() == '#') {
        read_comment(content);
      } else if (!read_sample(content)) {
        parsed_.unparsed.add(line);
      }
    }
    return std::move(parsed_);
  }

 private:
  void read_comment(std::string_view line) {
    const auto words = split_words(line);
    if (words.size() == 2 && words[1] == "EOF") parsed_.value.is_whole = true;
    if (words.size() == 4 && words[1] == "TYPE") {
      parsed_.value.types.emplace(to_valid_utf8(words[2]), to_valid_utf8(words[3]));
    }
  }

  bool read_sample(std::string_view line) {
    const std::string name(take_name(line));
    if (name.empty()) return false;
    skip_blanks(line);
    auto labels = take_labels(line);
    if (!labels) return false;
    // An exemplar follows " # "; a timestamp follows the value.
    const std::size_t exemplar = line.find(" # ");
    const auto words = split_words(line.substr(0, exemplar));
    if (words.empty() || words.size() > 2) return false;
    const auto value = metric_value(words[0]);
    if (!value || (words.size() == 2 && !parse_decimal(words[1].substr(words[1].starts_with('-') ? 1 : 0))))
      return false;
    return keep(name, {.labels = std::move(*labels), .value = *value});
  }

  bool keep(const std::string& name, MetricSample sample) {
    Exposition& exposition = parsed_.value;
    if (!seen_.emplace(name, sample.labels).second) {
      ++exposition.duplicate_count;
      return true;
    }
    if (exposition.series_count >= kMaxSeries) return false;
    ++exposition.series_count;
    exposition.samples[name].push_back(std::move(sample));
    return true;
  }

  Parsed<Exposition> parsed_;
  std::set<std::pair<std::string, MetricLabels>> seen_;
};

}  // namespace

Parsed<Exposition> parse_exposition(std::string_view text) { return ExpositionReader().read(text); }

}  // namespace ihc
