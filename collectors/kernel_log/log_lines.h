// Lines of the kernel's log in the forms in which dmesg, journalctl and syslog daemons write them.
//
//   [12209.824774] message                                        dmesg
//   [12209.824774][ T1234] message                                CONFIG_PRINTK_CALLER
//   [Tue Sep 15 19:52:49 2026] message                            dmesg -T
//   2026-09-15T19:52:49,123456+00:00 message                      dmesg --time-format iso
//   <6>[12209.824774] message   kern  :info  : [12209.824774] message     dmesg -r, dmesg -x
//   [12209.824774] node7 kernel: message                          journalctl -o short-monotonic
//   2026-09-15T19:52:49+0000 node7 kernel: message                journalctl -o short-iso
//   Sep 15 19:52:49 node7 kernel: [12209.824774] message          journalctl, kern.log of rsyslog
//
// Source: dmesg(1), journalctl(1), syslog(3).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ihc {

struct LogLine {
  std::optional<double> seconds;  ///< since boot
  std::string time;               ///< as written; empty where the form has none
  std::string_view message;       ///< points into the line that was given
};

/// Nothing for a line that is in none of these forms. A line of another program in a syslog file has an empty message.
std::optional<LogLine> parse_log_line(std::string_view line);

}  // namespace ihc
