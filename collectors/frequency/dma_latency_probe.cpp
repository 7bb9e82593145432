// The limit on wake-up latency that applies to every CPU, and who asked for it.
//
//   {"call": "open(2), read(2) of /dev/cpu_dma_latency; readlink(2) of /proc/PID/fd", "limit_us": 10,
//    "holders": ["tuned"]}

#include <cerrno>
#include <filesystem>
#include <set>

#include <fcntl.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "collectors/frequency/idle.h"

namespace ihc {

namespace {

namespace fs = std::filesystem;

constexpr const char* kDevice = "/dev/cpu_dma_latency";
// PM_QOS_CPU_LATENCY_DEFAULT_VALUE, include/linux/pm_qos.h: what the device holds while nobody has asked for less.
constexpr std::int32_t kNoLimitUs = 2000 * 1000 * 1000;

bool holds_device(const fs::path& process) {
  std::error_code error;
  for (fs::directory_iterator link(process / "fd", error), end; !error && link != end; link.increment(error)) {
    std::error_code unreadable;
    if (fs::read_symlink(link->path(), unreadable) == kDevice) return true;
  }
  return false;
}

std::set<std::string> find_holders() {
  std::set<std::string> names;
  const std::string self = std::to_string(getpid());
  std::error_code error;
  for (fs::directory_iterator process("/proc", error), end; !error && process != end; process.increment(error)) {
    const std::string name = process->path().filename().string();
    if (!parse_number<std::uint32_t>(name) || name == self || !holds_device(process->path())) continue;
    constexpr std::size_t kCommBytes = 64;
    const auto comm = read_file(process->path() / "comm", kCommBytes);
    names.insert(comm ? to_valid_utf8(trim(*comm)) : "pid " + name);
  }
  return names;
}

}  // namespace

Result<std::string> probe_cpu_dma_latency(int) {
  // The holders first: a process of ours is none of them.
  const std::set<std::string> holders = find_holders();
  const FileDescriptor device(::open(kDevice, O_RDONLY | O_CLOEXEC));
  if (!device) return fail(error_from_errno(errno, kDevice));
  std::int32_t limit = 0;
  if (::read(device.get(), &limit, sizeof limit) != static_cast<ssize_t>(sizeof limit)) {
    return fail(error_from_errno(errno, kDevice));
  }
  Json document{{"call", "open(2), read(2) of /dev/cpu_dma_latency; readlink(2) of /proc/PID/fd"},
                {"holders", holders}};
  if (limit >= 0 && limit < kNoLimitUs) document["limit_us"] = limit;
  return to_pretty_text(document);
}

}  // namespace ihc
