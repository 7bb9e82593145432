#include "collectors/reading/saved_text.h"

#include <algorithm>

#include "base/text.h"
#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

// "$ cat x", "[root@node7 ~]# cat x", "user@node:~/dir$ cat x", "root@node#": a comment has a blank before it or
// nothing.
bool is_prompt(std::string_view line) {
  line = trim(line);
  if (line == "$" || line.starts_with("$ ")) return true;
  const std::size_t mark = line.find_first_of("#$");
  if (mark == std::string_view::npos || mark == 0) return false;
  if (mark + 1 < line.size() && line[mark + 1] != ' ') return false;
  const std::string_view before = line.substr(0, mark);
  const std::size_t at = before.find('@');
  if (at == std::string_view::npos || at == 0) return false;
  // Only "[user@host directory]" has a blank in it.
  return before.front() == '[' ? trim(before).ends_with(']') : before.find(' ') == std::string_view::npos;
}

}  // namespace

std::string saved_text(std::string_view text) {
  std::string result;
  for (const std::string& line : plain_lines(text)) {
    if (!is_prompt(line)) result += line + "\n";
  }
  if (ends_unfinished(text) && !result.empty()) result.pop_back();
  return result;
}

}  // namespace ihc
