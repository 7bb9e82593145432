// The processes of the node, read once at the start through the helper.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "collect/read_helper.h"

namespace ihc {

/// The fields of /proc/PID/stat that discovery needs; proc_pid_stat(5).
struct ProcessIdentity {
  int pid = 0;
  std::string comm;
  int parent_pid = 0;
  bool is_kernel_thread = false;      ///< PF_KTHREAD of field 9
  std::int64_t start_time_ticks = 0;  ///< field 22: with the PID it names a process for good
};

/// Reads "1234 (VLLM::EngineCor) S 1200 1200 1200 0 -1 4194304 …". comm may hold blanks, parentheses and line feeds;
/// nothing when the line is cut before field 22.
std::optional<ProcessIdentity> parse_process_identity(std::string_view text);

struct Process {
  ProcessIdentity stat;
  std::string command_line;  ///< NUL-separated, as found
  bool command_line_refused = false;

  std::vector<std::string_view> argv() const { return split_nul(command_line); }
};

struct ProcessTable {
  std::map<int, Process> by_pid;
  std::multimap<int, int> children;  ///< parent → child
  int refused = 0;                   ///< processes that are listed and may not be looked at (hidepid)
  std::optional<int> own_pid;        ///< the collector as this /proc numbers it; nothing when it is not in there

  const Process* find(int pid) const;
  /// `pid` and everything below it.
  std::vector<int> tree_of(int pid) const;
};

ProcessTable read_process_table(ReadHelper& helper, const ReadBudget& budget);

}  // namespace ihc
