#include "collectors/kernel/command_line.h"

#include "base/text.h"

namespace ihc {

std::map<std::string, std::string> parse_command_line(std::string_view text) {
  std::map<std::string, std::string> parameters;
  std::string word;
  bool is_quoted = false;
  const auto finish = [&parameters, &word] {
    if (word.empty()) return;
    const std::size_t equals = word.find('=');
    const std::string name = to_valid_utf8(word.substr(0, equals));
    parameters[name] = equals == std::string::npos ? std::string() : to_valid_utf8(word.substr(equals + 1));
    word.clear();
  };
  for (const char c : text) {
    if (c == '"') {
      is_quoted = !is_quoted;
    } else if (!is_quoted && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
      if (word == "--") return parameters;
      finish();
    } else {
      word += c;
    }
  }
  if (word != "--") finish();
  return parameters;
}

IsolatedCpus parse_isolcpus(std::string_view value) {
  IsolatedCpus isolated;
  std::string list;
  for (const std::string_view part : split(value, ',')) {
    const bool is_flag = !part.empty() && part.front() >= 'a' && part.front() <= 'z' && part != "all";
    std::string& target = is_flag ? isolated.flags : list;
    target += (target.empty() ? "" : ",") + to_valid_utf8(part);
  }
  if (!list.empty()) isolated.cpus = CpuSet::parse_list(list);
  return isolated;
}

}  // namespace ihc
