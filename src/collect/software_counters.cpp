#include "collect/software_counters.h"

#include <array>
#include <cerrno>
#include <string_view>

#include <linux/perf_event.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"

namespace ihc {

namespace {

struct Event {
  std::string_view name;  ///< as perf spells it
  std::uint64_t config;
  bool is_kernel_only = false;  ///< user space alone sees none
};
constexpr auto kEvents = std::to_array<Event>({{"task-clock", PERF_COUNT_SW_TASK_CLOCK},
                                               {"context-switches", PERF_COUNT_SW_CONTEXT_SWITCHES, true},
                                               {"cpu-migrations", PERF_COUNT_SW_CPU_MIGRATIONS, true},
                                               {"page-faults", PERF_COUNT_SW_PAGE_FAULTS}});
// Beside the counters this program has files of its own open.
constexpr rlim_t kOtherFiles = 64;

int open_counter(const Event& event, int thread, bool user_only) {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.config = event.config;
  attributes.inherit = 1;
  attributes.exclude_kernel = user_only ? 1 : 0;
  attributes.exclude_hv = 1;
  return static_cast<int>(::syscall(SYS_perf_event_open, &attributes, thread, -1, -1, PERF_FLAG_FD_CLOEXEC));
}

/// A file for each counter: more than a process may have at first, less than it may ask for.
bool make_room(std::size_t counters) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return false;
  const rlim_t needed = counters + kOtherFiles;
  if (files.rlim_cur >= needed) return true;
  if (files.rlim_max < needed) return false;
  files.rlim_cur = needed;
  return ::setrlimit(RLIMIT_NOFILE, &files) == 0;
}

}  // namespace

StatusAndReason SoftwareCounters::open_thread(int thread) {
  for (std::size_t index = 0; index < kEvents.size(); ++index) {
    if (user_only_ && kEvents[index].is_kernel_only) continue;
    FileDescriptor file(open_counter(kEvents[index], thread, user_only_));
    if (!file && errno == EACCES && !user_only_ && counters_.empty()) {
      user_only_ = true;
      file = FileDescriptor(open_counter(kEvents[index], thread, user_only_));
    }
    if (!file && errno == ESRCH) {
      ++threads_gone_;
      return {};
    }
    if (!file)
      return errno == EMFILE || errno == ENFILE ? StatusAndReason{EvidenceStatus::skipped, reason::kOverBudget}
                                                : classify_errno(errno);
    counters_.push_back({.event = index, .file = std::move(file)});
  }
  ++threads_;
  return {};
}

StatusAndReason SoftwareCounters::open(const std::vector<int>& threads) {
  if (threads.size() > limits::kMaxCountedThreads || !make_room(threads.size() * kEvents.size()))
    return {EvidenceStatus::skipped, reason::kOverBudget};
  started_ns_ = monotonic_now_ns();
  for (const int thread : threads) {
    const StatusAndReason what = open_thread(thread);
    if (what.status == EvidenceStatus::ok) continue;
    counters_.clear();
    return what;
  }
  return is_open() ? StatusAndReason{} : StatusAndReason{EvidenceStatus::absent, reason::kFileAbsent};
}

Json SoftwareCounters::take() {
  std::array<std::uint64_t, kEvents.size()> sums{};
  for (const Counter& counter : counters_) {
    std::uint64_t value = 0;
    if (::read(counter.file.get(), &value, sizeof value) == sizeof value) sums[counter.event] += value;
  }
  Json events = Json::object();
  for (std::size_t index = 0; index < kEvents.size(); ++index) {
    if (!user_only_ || !kEvents[index].is_kernel_only) events[std::string(kEvents[index].name)] = sums[index];
  }
  counters_.clear();
  return {{"call", "perf_event_open(2)"}, {"started_ns", started_ns_},     {"ended_ns", monotonic_now_ns()},
          {"threads", threads_},          {"threads_gone", threads_gone_}, {"user_only", user_only_},
          {"events", std::move(events)}};
}

}  // namespace ihc
