#include "collect/process_table.h"

#include <set>

#include "base/text.h"

namespace ihc {

namespace {

constexpr std::int64_t kKernelThreadFlag = 0x00200000;  // PF_KTHREAD, include/linux/sched.h
constexpr std::size_t kMaxStatBytes = 4096;
constexpr std::size_t kMaxCommandLineBytes = 256 * limits::kKiB;

std::vector<int> listed_pids(ReadHelper& helper) {
  const ReadReply listing = helper.ask({.kind = ReadKind::glob, .path = "/proc/*"});
  std::vector<int> pids;
  for (const std::string_view path : split_nul(listing.bytes)) {
    if (const auto pid = parse_number<int>(path.substr(path.rfind('/') + 1)); pid && *pid > 0) pids.push_back(*pid);
  }
  return pids;
}

std::optional<int> find_own_pid(ReadHelper& helper) {
  // The helper reads, so "self" is the helper; its parent is the collector, whatever namespace numbers them.
  const ReadReply reply = helper.ask({.path = "/proc/self/stat", .max_bytes = kMaxStatBytes});
  const auto stat = parse_process_identity(reply.bytes);
  return stat ? std::optional(stat->parent_pid) : std::nullopt;
}

}  // namespace

std::optional<ProcessIdentity> parse_process_identity(std::string_view text) {
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return std::nullopt;
  const auto pid = parse_number<int>(text.substr(0, open));
  const auto fields = split_words(trim(text.substr(close + 1)));  // from field 3, state, on
  constexpr std::size_t kParent = 1;
  constexpr std::size_t kFlags = 6;
  constexpr std::size_t kStartTime = 19;
  if (!pid || fields.size() <= kStartTime) return std::nullopt;
  const auto parent = parse_number<int>(fields[kParent]);
  const auto flags = parse_number<std::int64_t>(fields[kFlags]);
  const auto start = parse_number<std::int64_t>(fields[kStartTime]);
  if (!parent || !flags || !start) return std::nullopt;
  return ProcessIdentity{.pid = *pid,
                         .comm = std::string(text.substr(open + 1, close - open - 1)),
                         .parent_pid = *parent,
                         .is_kernel_thread = (*flags & kKernelThreadFlag) != 0,
                         .start_time_ticks = *start};
}

const Process* ProcessTable::find(int pid) const {
  const auto found = by_pid.find(pid);
  return found == by_pid.end() ? nullptr : &found->second;
}

std::vector<int> ProcessTable::tree_of(int pid) const {
  std::vector<int> tree{pid};
  std::set<int> seen{pid};  // read while it changed, the table could hold a loop
  for (std::size_t at = 0; at < tree.size(); ++at) {
    const auto [first, last] = children.equal_range(tree[at]);
    for (auto child = first; child != last; ++child) {
      if (seen.insert(child->second).second) tree.push_back(child->second);
    }
  }
  return tree;
}

ProcessTable read_process_table(ReadHelper& helper, const ReadBudget& budget) {
  ProcessTable table;
  table.own_pid = find_own_pid(helper);
  const std::vector<int> pids = listed_pids(helper);
  std::vector<ReadRequest> requests;
  for (const int pid : pids) {
    const std::string directory = "/proc/" + std::to_string(pid);
    requests.push_back({.path = directory + "/stat", .max_bytes = kMaxStatBytes});
    requests.push_back({.path = directory + "/cmdline", .max_bytes = kMaxCommandLineBytes});
  }
  Process current;
  bool have_stat = false;
  helper.run(requests, budget, [&](std::size_t index, ReadReply&& reply) {
    if (index % 2 == 0) {
      auto stat = parse_process_identity(reply.bytes);
      have_stat = stat.has_value();
      if (stat) current.stat = std::move(*stat);
      if (reply.status == EvidenceStatus::permission) ++table.refused;
      return;
    }
    if (!have_stat) return;
    Process& process = table.by_pid[current.stat.pid];
    process.stat = current.stat;
    process.command_line = std::move(reply.bytes);
    process.command_line_refused = reply.status == EvidenceStatus::permission;
    table.children.emplace(process.stat.parent_pid, process.stat.pid);
  });
  return table;
}

}  // namespace ihc
