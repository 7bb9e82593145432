#include "collectors/gpu/smi_log.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/limits.h"
#include "collectors/gpu/values.h"

namespace ihc {

namespace {

constexpr std::size_t kMaxDepth = 16;      // the layouts need 6
constexpr std::size_t kMaxValues = 20000;  // of one GPU, without the lists of supported clocks
constexpr std::size_t kMaxGpus = 1024;
constexpr std::string_view kRoot = "nvidia_smi_log";

std::string joined_path(const std::vector<std::string>& parts, std::size_t from) {
  std::string path;
  for (std::size_t index = from; index < parts.size(); ++index) {
    if (!path.empty()) path += '/';
    path += parts[index];
  }
  return path;
}

std::string decoded_entities(std::string_view text) {
  struct Entity {
    std::string_view name;
    char letter;
  };
  constexpr std::array<Entity, 5> kEntities{
      {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}};
  std::string decoded;
  while (!text.empty()) {
    const auto found = std::find_if(kEntities.begin(), kEntities.end(),
                                    [&](const Entity& entity) { return text.starts_with(entity.name); });
    decoded += found == kEntities.end() ? text.front() : found->letter;
    text.remove_prefix(found == kEntities.end() ? 1 : found->name.size());
  }
  return to_valid_utf8(decoded);
}

// ---- XML -----------------------------------------------------------------------------------------------------------

// Enough of XML for a document that is elements, text and one attribute, and that may stop anywhere.
class SmiXmlReader {
 public:
  Parsed<SmiLog> read(std::string_view text) {
    std::size_t at = text.find("<nvidia_smi_log");
    if (at == std::string_view::npos) {
      if (!trim(text).empty()) parsed_.unparsed.add(split_lines(trim(text)).front());
      return std::move(parsed_);
    }
    while (at < text.size() && !parsed_.value.whole) {
      const std::size_t close = text.find('>', at);
      if (close == std::string_view::npos) break;
      tag(text.substr(at + 1, close - at - 1));
      const std::size_t next = std::min(text.find('<', close), text.size());
      text_ = trim(text.substr(close + 1, next - close - 1));
      at = next;
    }
    if (!parsed_.value.whole) parsed_.unparsed.add("the text ends before </nvidia_smi_log>");
    return std::move(parsed_);
  }

 private:
  void tag(std::string_view tag) {
    if (tag.empty() || tag.front() == '?' || tag.front() == '!') return;
    if (tag.front() == '/') return close(trim(tag.substr(1)));
    const bool is_empty = tag.back() == '/';
    if (is_empty) tag.remove_suffix(1);
    const std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n"));
    open(name, tag);
    if (is_empty) close(name);
  }

  void open(std::string_view name, std::string_view tag) {
    if (stack_.size() >= kMaxDepth) return parsed_.unparsed.add(tag);
    flush_group();
    stack_.emplace_back(name);
    opened_ = true;
    if (name == "gpu" && stack_.size() == 2 && parsed_.value.gpus.size() < kMaxGpus) {
      parsed_.value.gpus.push_back({.id = attribute(tag, "id=")});
    }
  }

  void close(std::string_view name) {
    if (stack_.empty() || stack_.back() != name) return parsed_.unparsed.add(name);
    if (opened_) add(std::string(decoded_entities(text_)), Kind::value);
    opened_ = false;
    stack_.pop_back();
    if (stack_.empty()) parsed_.value.whole = name == kRoot;
  }

  // An element inside an element: the outer one is a group, and begins before what is in it.
  void flush_group() {
    if (opened_) add({}, Kind::group);
    opened_ = false;
  }

  enum class Kind { value, group };
  void add(std::string value, Kind kind) {
    const bool in_gpu = stack_.size() > 2 && stack_[1] == "gpu";
    if (!in_gpu && (stack_.size() < 2 || stack_[1] == "gpu")) return;
    if (in_gpu && stack_[2] == "supported_clocks") return;
    if (in_gpu && parsed_.value.gpus.empty()) return;
    std::vector<SmiValue>& values = in_gpu ? parsed_.value.gpus.back().values : parsed_.value.head;
    if (values.size() >= kMaxValues) return;
    values.push_back({joined_path(stack_, in_gpu ? 2 : 1), std::move(value), kind == Kind::group});
  }

  static std::string attribute(std::string_view tag, std::string_view name) {
    const std::size_t at = tag.find(name);
    if (at == std::string_view::npos || at + name.size() >= tag.size()) return {};
    const char quote = tag[at + name.size()];
    const std::string_view rest = tag.substr(at + name.size() + 1);
    return decoded_entities(rest.substr(0, rest.find(quote)));
  }

  Parsed<SmiLog> parsed_;
  std::vector<std::string> stack_;
  std::string_view text_;
  bool opened_ = false;
};

// ---- text ----------------------------------------------------------------------------------------------------------

std::size_t indent_of(std::string_view line) {
  std::size_t indent = 0;
  for (const char letter : line) {
    if (letter == ' ') {
      ++indent;
    } else if (letter == '\t') {
      indent += 4;
    } else {
      break;
    }
  }
  return indent;
}

// "Total      : 81559 MiB": the colon of a pair has a blank before it, those of addresses and times have not.
std::optional<std::pair<std::string_view, std::string_view>> pair_of(std::string_view line) {
  const std::size_t colon = line.find(" :");
  if (colon == std::string_view::npos) return std::nullopt;
  return std::pair(trim(line.substr(0, colon)), trim(line.substr(colon + 2)));
}

class SmiTextReader {
 public:
  Parsed<SmiLog> read(std::string_view text) {
    const std::string plain = without_escapes(text);
    for (const std::string_view line : split_lines(plain)) {
      if (is_over_) break;
      read_line(line);
    }
    flush_heading({});
    if (!plain.ends_with('\n')) drop_cut_number();
    return std::move(parsed_);
  }

 private:
  struct Level {
    std::size_t indent = 0;
    std::string name;
  };

  void read_line(std::string_view line) {
    const std::string_view content = trim(line);
    if (content.empty() || content.starts_with("===") || content.starts_with("```")) return;
    const std::size_t indent = indent_of(line);
    if (content.starts_with("GPU ") && sysfs_pci_address(content.substr(4)))
      return begin_gpu(content.substr(4), indent);
    const auto pair = pair_of(content);
    if (!parsed_.value.gpus.empty() && indent <= gpu_indent_) {
      // What follows the report at its own indentation is no longer the report: a prompt, the end of a fence.
      is_over_ = true;
      return parsed_.unparsed.add(line);
    }
    if (!pair) return parsed_.value.gpus.empty() ? parsed_.unparsed.add(line) : heading(line, content, indent);
    if (parsed_.value.gpus.empty()) return add_head(pair->first, pair->second);
    settle(indent);
    add(pair->first, pair->second, indent);
  }

  void begin_gpu(std::string_view id, std::size_t indent) {
    flush_heading({});
    levels_.clear();
    gpu_indent_ = indent;
    if (parsed_.value.gpus.size() < kMaxGpus) parsed_.value.gpus.push_back({.id = to_valid_utf8(id)});
  }

  void add_head(std::string_view name, std::string_view value) {
    if (parsed_.value.head.size() < kMaxValues) {
      parsed_.value.head.push_back({to_valid_utf8(name), to_valid_utf8(value)});
    }
  }

  // A line without a value begins a group if what follows it is further in; else nobody knows what it is.
  void heading(std::string_view line, std::string_view content, std::size_t indent) {
    settle(indent);
    heading_ = line;
    heading_indent_ = indent;
    levels_.push_back({indent, to_valid_utf8(content)});
  }

  void settle(std::size_t indent) {
    flush_heading(indent);
    while (!levels_.empty() && levels_.back().indent >= indent) levels_.pop_back();
  }

  void flush_heading(std::optional<std::size_t> next_indent) {
    if (heading_.empty()) return;
    if (next_indent && *next_indent > heading_indent_) {
      push({path_of({}), {}, true});
    } else {
      parsed_.unparsed.add(heading_);
    }
    heading_ = {};
  }

  void add(std::string_view name, std::string_view value, std::size_t indent) {
    push({path_of(name), to_valid_utf8(value)});
    if (levels_.size() < kMaxDepth) levels_.push_back({indent, to_valid_utf8(name)});
  }

  void push(SmiValue value) {
    if (value.path.starts_with("Supported Clocks/")) return;
    std::vector<SmiValue>& values = parsed_.value.gpus.back().values;
    if (values.size() < kMaxValues) values.push_back(std::move(value));
  }

  std::string path_of(std::string_view name) const {
    std::vector<std::string> parts;
    for (const Level& level : levels_) parts.push_back(level.name);
    if (!name.empty()) parts.push_back(to_valid_utf8(name));
    return joined_path(parts, 0);
  }

  // "12" may be what is left of "1234" where a text has no final newline; a word or a unit at the end shows a whole.
  void drop_cut_number() {
    std::vector<SmiValue>& values = parsed_.value.gpus.empty() ? parsed_.value.head : parsed_.value.gpus.back().values;
    if (values.empty() || values.back().value.empty()) return;
    if (values.back().value.back() < '0' || values.back().value.back() > '9') return;
    parsed_.unparsed.add(values.back().path + " : " + values.back().value);
    values.pop_back();
  }

  Parsed<SmiLog> parsed_;
  std::vector<Level> levels_;
  std::string_view heading_;
  std::size_t heading_indent_ = 0;
  std::size_t gpu_indent_ = 0;
  bool is_over_ = false;
};

}  // namespace

Parsed<SmiLog> parse_smi_xml(std::string_view text) { return SmiXmlReader().read(text); }

Parsed<SmiLog> parse_smi_text(std::string_view text) { return SmiTextReader().read(text); }

}  // namespace ihc
