// Texts as people paste them: out of a terminal, a mail, a wiki page. What stands around the text is taken away, the
// text itself is not repaired.
//
//   [root@node7 ~]# numactl --hardware          a prompt with its command
//   ```                                         a code fence
//   > available: 2 nodes (0-1)                  quoted in an answer
//       node 0 cpus: 0 1 2 3                    indented
//   ESC[4m … ESC[0m                             colours
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ihc {

/// The lines without escape sequences, line ends, byte order mark, quote marks, fences, prompts and blanks at the end;
/// their indentation is kept. Blank lines stay, as "".
std::vector<std::string> pasted_lines(std::string_view text);

/// Whether the text ends in the middle of a line, so that its last line may not be whole.
bool ends_unfinished(std::string_view text);

}  // namespace ihc
