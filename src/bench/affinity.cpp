#include "bench/affinity.h"

#include <cerrno>
#include <vector>

#include <sched.h>
#include <sys/resource.h>

namespace ihc::bench {

namespace {

constexpr std::size_t kBitsPerWord = 8 * sizeof(unsigned long);
/// The kernel refuses a mask that is shorter than its own: enough for any (base/limits.h, kMaxCpuId).
constexpr std::size_t kMaskWords = 65536 / kBitsPerWord;

using Mask = std::vector<unsigned long>;

// The interface takes a cpu_set_t of any size; ours is a vector, since CPU_SET ends at 1,024 CPUs.
cpu_set_t* as_set(Mask& mask) { return reinterpret_cast<cpu_set_t*>(mask.data()); }  // NOLINT: CPU_ALLOC(3) does this

}  // namespace

Result<void> pin_to(const CpuSet& cpus) {
  Mask mask(kMaskWords);
  for (const std::uint32_t cpu : cpus.numbers()) mask[cpu / kBitsPerWord] |= 1UL << (cpu % kBitsPerWord);
  if (::sched_setaffinity(0, mask.size() * sizeof(unsigned long), as_set(mask)) == 0) return {};
  return fail(ErrorCode::usage, "this process may run on none of them", "CPUs " + cpus.to_list(),
              "name CPUs that are online and in its cpuset");
}

CpuSet affinity_of(int pid) {
  Mask mask(kMaskWords);
  CpuSet cpus;
  if (::sched_getaffinity(pid, mask.size() * sizeof(unsigned long), as_set(mask)) != 0) return cpus;
  for (std::size_t cpu = 0; cpu < mask.size() * kBitsPerWord; ++cpu) {
    if ((mask[cpu / kBitsPerWord] >> (cpu % kBitsPerWord) & 1UL) != 0) cpus.insert(static_cast<std::uint32_t>(cpu));
  }
  return cpus;
}

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

}  // namespace ihc::bench
