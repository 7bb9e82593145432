#include "base/priority.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace ihc {

namespace {

// <linux/ioprio.h> cannot be included in C++ (it has a parameter named class).
constexpr int kWhoProcess = 1;
constexpr int kIdleClass = 3 << 13;

}  // namespace

void lower_own_priority() {
  ::setpriority(PRIO_PROCESS, 0, 19);
  ::syscall(SYS_ioprio_set, kWhoProcess, 0, kIdleClass);
}

}  // namespace ihc
