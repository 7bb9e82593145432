#include "collect/helper_process.h"

#include <cerrno>
#include <csignal>
#include <ctime>
#include <initializer_list>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ihc {

void leave_the_parents_world(int socket_fd, int parent_pid) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent_pid) ::_exit(1);
  ::setpgid(0, 0);  // Ctrl-C is for the parent
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) ::signal(number, SIG_IGN);
  const int null_fd = ::open("/dev/null", O_RDWR);
  // An abandoned helper must not hold the caller's pipes open for as long as it sleeps.
  for (const int fd : {0, 1, 2}) ::dup2(null_fd, fd);
  ::dup2(socket_fd, kHelperSocketFd);
  constexpr int kOldKernelDescriptors = 4096;
  if (::syscall(SYS_close_range, kHelperSocketFd + 1, ~0U, 0) == 0) return;
  for (int fd = kHelperSocketFd + 1; fd < kOldKernelDescriptors; ++fd) ::close(fd);
}

bool wait_for(pid_t pid, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    const pid_t ended = ::waitpid(pid, nullptr, WNOHANG);
    if (ended == pid || (ended < 0 && errno != EINTR)) return true;
    const timespec pause{0, 1'000'000};
    ::nanosleep(&pause, nullptr);
  }
  return false;
}

}  // namespace ihc
