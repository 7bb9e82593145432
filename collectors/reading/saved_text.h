// A text that someone saved or mailed, as one text again: plain lines, without shell prompts.
//
//   > [root@node7 ~]# cat /proc/4242/status        left out
//   > Name:   python3                              "Name:   python3"
#pragma once

#include <string>
#include <string_view>

namespace ihc {

/// The lines of plain_lines() but prompts with their command. A text that ends within a line still does, so that a
/// parser sees the cut.
std::string saved_text(std::string_view text);

}  // namespace ihc
