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

/// The lines without line ends, terminal escapes (ECMA-48 control sequences), a byte order mark, quote marks of a mail,
/// and lines that only open or close a code block. Blanks that are no ASCII (no-break, narrow no-break, thin) become
/// ' '. Indentation and blank lines stay.
std::vector<std::string> plain_lines(std::string_view text);

/// The same without blanks at the ends of lines, and without shell prompts.
std::vector<std::string> pasted_lines(std::string_view text);

/// Whether a line is what surrounds a pasted text, and no part of it: blank, a code fence, a shell prompt, a mail's
/// signature mark, or a comment.
bool is_around_paste(std::string_view line);

/// Whether the text ends in the middle of a line, so that its last line may not be whole.
bool ends_unfinished(std::string_view text);

}  // namespace ihc
