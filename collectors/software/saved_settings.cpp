#include "collectors/software/saved_settings.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "base/text.h"

namespace ihc {

namespace {

struct Setting {
  std::string path;
  std::string_view value;
};

// The first component of every name: the folders of /proc/sys.
bool is_sysctl_area(std::string_view name) {
  constexpr std::array<std::string_view, 9> kAreas = {"abi",    "crypto", "debug", "dev", "fs",
                                                      "kernel", "net",    "user",  "vm"};
  return std::ranges::find(kAreas, name.substr(0, name.find('.'))) != kAreas.end();
}

std::optional<Setting> setting_of(std::string_view line) {
  const std::size_t equals = line.find(" =");
  if (equals == std::string_view::npos) return std::nullopt;
  const std::string_view name = trim(line.substr(0, equals));
  if (!is_sysctl_area(name) || name.find_first_of(" \t") != std::string_view::npos) return std::nullopt;
  std::string path = "proc/sys/";
  for (const char c : name) path += c == '.' ? '/' : c == '/' ? '.' : c;
  return Setting{std::move(path), trim(line.substr(equals + 2))};
}

// Kernel name, node name, release, at the least; nothing when it is another system's or no uname -a at all.
std::vector<std::string_view> uname_words(std::string_view text) {
  const auto lines = split_lines(trim(text));
  auto words = lines.size() == 1 ? split_words(lines.front()) : std::vector<std::string_view>{};
  const bool is_uname = words.size() >= 6 && words.front() == "Linux" && words[3].starts_with("#") &&
                        words[2].find('.') != std::string_view::npos;
  return is_uname ? words : std::vector<std::string_view>{};
}

}  // namespace

Likeness sysctl_likeness(std::string_view text) {
  constexpr std::size_t kEnough = 5;
  std::size_t settings = 0;
  std::size_t others = 0;
  for (const std::string_view line : split_lines(text)) {
    if (trim(line).empty() || line.starts_with("sysctl: ")) continue;  // "permission denied on key …"
    ++(setting_of(line) ? settings : others);
  }
  if (settings <= 9 * others) return Likeness::no;
  return settings >= kEnough ? Likeness::sure : Likeness::maybe;
}

std::vector<ForeignPart> sysctl_parts(std::string_view text) {
  std::map<std::string, std::string> files;
  for (const std::string_view line : split_lines(text)) {
    if (const auto setting = setting_of(line)) files[setting->path] += std::string(setting->value) + "\n";
  }
  std::vector<ForeignPart> parts;
  for (auto& [path, value] : files) parts.push_back({.kind = {}, .text = std::move(value), .path = path});
  return parts;
}

Likeness uname_likeness(std::string_view text) { return uname_words(text).empty() ? Likeness::no : Likeness::sure; }

std::vector<ForeignPart> uname_parts(std::string_view text) {
  const auto words = uname_words(text);
  if (words.empty()) return {};
  return {{.kind = {}, .text = std::string(words[1]) + "\n", .path = "proc/sys/kernel/hostname"},
          {.kind = {}, .text = std::string(words[2]) + "\n", .path = "proc/sys/kernel/osrelease"}};
}

}  // namespace ihc
