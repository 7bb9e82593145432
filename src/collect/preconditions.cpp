#include "collect/preconditions.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "base/text.h"
#include "collect/as_started_program.h"
#include "collect/plan.h"

namespace ihc {

namespace {

constexpr std::chrono::milliseconds kDeadline{1000};

/// A path without which a program has nothing to say.
struct Ground {
  std::string_view program;
  std::string_view path;
  bool must_be_readable = false;  ///< else it must only be there
};
constexpr auto kGrounds = std::to_array<Ground>({
    {"systemctl", "/run/systemd/system"},  // sd_booted(3)
    {"nvidia-smi", "/proc/driver/nvidia/version"},
    {"rocm-smi", "/sys/module/amdgpu"},
    {"amd-smi", "/sys/module/amdgpu"},
    {"dmidecode", "/sys/firmware/dmi/tables/DMI", true},
    {"bpftrace", "/sys/kernel/btf/vmlinux", true},
});

constexpr StatusAndReason kRefused{EvidenceStatus::permission, reason::kPermission};
constexpr StatusAndReason kNoSuchThing{EvidenceStatus::absent, reason::kStructural};

bool holds(const Asking& asking, std::string_view capability) {
  const auto& held = asking.program_capabilities;
  return std::find(held.begin(), held.end(), capability) != held.end();
}

/// Opens a counter that is never started and closes it: what perf_event_open(2) checks is sysctl, capabilities, ptrace
/// access to the process, the security module and a container's system call filter, and no file tells all of these.
/// `pid` 0 asks for a whole CPU.
Result<std::string> ask_for_counter_ourselves(int pid) {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.config = PERF_COUNT_SW_TASK_CLOCK;
  attributes.disabled = 1;
  attributes.exclude_kernel = 1;
  attributes.exclude_hv = 1;
  const long opened =
      ::syscall(SYS_perf_event_open, &attributes, pid > 0 ? pid : -1, pid > 0 ? -1 : 0, -1, PERF_FLAG_FD_CLOEXEC);
  const FileDescriptor counter(static_cast<int>(opened));
  if (counter) return std::string();
  if (errno == ENOSYS || errno == EOPNOTSUPP) return fail(ErrorCode::unsupported, "the kernel counts no events");
  return fail(error_from_errno(errno, "perf_event_open"));
}

Result<std::string> ask_for_counter(int pid) {
  const AsAStartedProgram as_perf;
  return ask_for_counter_ourselves(pid);
}

StatusAndReason ask_for_counters(ReadHelper& helper, const Asking& asking, std::span<const int> pids,
                                 Result<std::string> (*ask)(int)) {
  for (const int pid : pids) {
    const ReadReply reply = helper.ask(
        {.kind = ReadKind::probe, .path = "perf_event_open", .deadline = kDeadline, .probe = ask, .pid = pid},
        asking.budget);
    if (reply.status != EvidenceStatus::ok) return lasting(reply.status, reply.reason);
  }
  return {};
}

StatusAndReason counters(ReadHelper& helper, const CommandOutput& command, const Asking& asking) {
  static const std::vector<int> kWholeCpu{0};
  const std::span<const int> pids = names_workers(command) ? asking.workers : std::span<const int>(kWholeCpu);
  return ask_for_counters(helper, asking, pids, ask_for_counter);
}

/// syslog(2): kernel.dmesg_restrict keeps the log from those without the capability.
StatusAndReason kernel_log(ReadHelper& helper, const Asking& asking) {
  if (holds(asking, "cap_syslog") || holds(asking, "cap_sys_admin")) return {};
  const ReadReply restricted =
      helper.ask({.path = "/proc/sys/kernel/dmesg_restrict", .deadline = kDeadline}, asking.budget);
  return trim(restricted.bytes) == "1" ? kRefused : StatusAndReason{};
}

StatusAndReason ground_of(ReadHelper& helper, const Ground& ground, const ReadBudget& budget) {
  const std::string path(ground.path);
  const ReadReply there = helper.ask({.kind = ReadKind::glob, .path = path, .deadline = kDeadline}, budget);
  if (there.status == EvidenceStatus::ok && there.bytes.empty()) return kNoSuchThing;
  if (!ground.must_be_readable) return lasting(there.status, there.reason);
  const ReadReply readable =
      helper.ask({.kind = ReadKind::access_of_program, .path = path, .deadline = kDeadline}, budget);
  return lasting(readable.status, readable.reason);
}

}  // namespace

StatusAndReason outlook_of(ReadHelper& helper, const CommandOutput& command, const Asking& asking,
                           bool brings_privileges) {
  const std::string_view program = command.argv.front();
  for (const Ground& ground : kGrounds) {
    if (ground.program != program) continue;
    const StatusAndReason what = ground_of(helper, ground, asking.budget);
    if (what.status != EvidenceStatus::ok) return what;
  }
  if (brings_privileges) return {};
  if (program == "dmesg") return kernel_log(helper, asking);
  if (command.needs == Needs::perf) return counters(helper, command, asking);
  if (command.needs == Needs::root && asking.effective_uid != 0) return kRefused;
  return {};
}

StatusAndReason own_counters(ReadHelper& helper, const Asking& asking) {
  return ask_for_counters(helper, asking, asking.workers, ask_for_counter_ourselves);
}

}  // namespace ihc
