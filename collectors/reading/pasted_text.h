// Texts that people paste into mails and tickets: with a shell prompt above, quoted, in colour, in code fences.
//
//   > [root@worker1 ~]# cat /proc/softirqs
//   >                     CPU0       CPU1
//   >           HI:          3          0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ihc {

/// The lines without terminal escapes, without "> " quote marks and without blanks at their ends.
std::vector<std::string> pasted_lines(std::string_view text);

/// Whether a line is what surrounds a pasted text, and no part of it: blank, a code fence, a shell prompt, a mail's
/// signature mark, or a comment.
bool is_around_paste(std::string_view line);

}  // namespace ihc
