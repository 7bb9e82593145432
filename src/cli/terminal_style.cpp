#include "cli/terminal_style.h"

#include <cstdlib>

#include <sys/ioctl.h>
#include <unistd.h>

namespace ihc {

report::TerminalStyle style_of_stdout() {
  report::TerminalStyle style;
  if (isatty(STDOUT_FILENO) == 0) return style;
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color == nullptr || *no_color == '\0') style.color = report::TerminalColor::ansi;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) style.columns = size.ws_col;
  return style;
}

}  // namespace ihc
