// facts.kernel_log: lines of the kernel's log that tell of trouble, and nothing else of it.
// Sources: dmesg(1), journalctl(1), and the kernel source where each message is printed.
#pragma once

#include "facts/describe.h"

namespace ihc {

struct KernelEvent {
  std::string kind;
  std::optional<std::string> subject;
  std::optional<std::string> process;
  std::optional<std::int64_t> pid;
  std::optional<std::int64_t> code;
  std::optional<std::string> severity;
  std::optional<std::string> constraint;
  std::int64_t count = 0;
  std::optional<double> first_seconds;
  std::optional<double> last_seconds;
  std::optional<std::string> first_time;
  std::optional<std::string> last_time;
  std::string text;
};

struct KernelLog {
  std::string source;
  std::int64_t lines = 0;
  std::optional<bool> begins_at_boot;
  std::optional<double> uptime_seconds;
  std::optional<std::string> first_time;
  std::optional<std::string> last_time;
  std::vector<KernelEvent> events;
  std::map<std::string, std::int64_t> counts;
};

}  // namespace ihc
