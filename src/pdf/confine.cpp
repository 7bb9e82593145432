#include "pdf/confine.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/limits.h"

namespace ihc {
namespace {

// ---- the network, and the superuser
// --------------------------------------------------------------------------------------

/// An empty network namespace: a second wall behind the filter, where it may be had (root, or unprivileged user
/// namespaces).
void leave_network() {
  const int flags = geteuid() == 0 ? CLONE_NEWNET : CLONE_NEWUSER | CLONE_NEWNET;
  static_cast<void>(unshare(flags));
}

/// In a container without a user "nobody" this is refused; what is left then is a superuser without a capability.
void leave_root() {
  if (geteuid() == 0 && setgroups(0, nullptr) == 0 && setresgid(kNobody, kNobody, kNobody) == 0 &&
      setresuid(kNobody, kNobody, kNobody) == 0) {
    return;
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
  static_cast<void>(syscall(SYS_capset, &header, none.data()));
}

// ---- memory and time
// -----------------------------------------------------------------------------------------------------

bool set_limit(__rlimit_resource resource, rlim_t value) {
  const rlimit limit{value, value};
  return setrlimit(resource, &limit) == 0;
}

bool set_limits() {
  constexpr rlim_t kOpenFiles = 256;
  return set_limit(RLIMIT_CORE, 0) && set_limit(RLIMIT_AS, limits::kPdfAddressSpaceBytes) &&
         set_limit(RLIMIT_CPU, static_cast<rlim_t>(limits::kPdfTimeout.count())) &&
         set_limit(RLIMIT_FSIZE, limits::kMaxPdfBytes) && set_limit(RLIMIT_NOFILE, kOpenFiles);
}

// ---- files: Landlock (Documentation/userspace-api/landlock.rst), from kernel 5.13 on where it is switched on
// ---------------

constexpr std::uint64_t kReadOnly =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kReadFile = LANDLOCK_ACCESS_FS_READ_FILE;
/// Every access that the first version of Landlock knows.
constexpr std::uint64_t kEverything = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1U) - 1;

struct PathRule {
  std::string path;
  std::uint64_t access = 0;
};

/// Programs' own data, fonts and their caches, and what libc and WebKit's memory manager look at. No home folders,
/// nothing of /etc that is about this machine's people or secrets.
std::vector<PathRule> allowed_paths(const std::string& private_dir) {
  return {{"/usr", kReadOnly},
          {"/lib", kReadOnly},
          {"/lib64", kReadOnly},
          {"/etc/fonts", kReadOnly},
          {"/etc/ld.so.cache", kReadFile},
          {"/var/cache/fontconfig", kReadOnly},
          {"/proc/self", kReadOnly},
          {"/sys/devices/system/cpu", kReadOnly},
          {"/dev/null", kReadFile | LANDLOCK_ACCESS_FS_WRITE_FILE},
          {"/dev/urandom", kReadFile},
          {private_dir, kEverything}};
}

void allow_path(int ruleset, const PathRule& rule) {
  landlock_path_beneath_attr beneath{};
  beneath.allowed_access = rule.access;
  beneath.parent_fd = open(rule.path.c_str(), O_PATH | O_CLOEXEC);
  if (beneath.parent_fd < 0) return;
  static_cast<void>(syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0));
  close(beneath.parent_fd);
}

void leave_files(const std::string& private_dir) {
  landlock_ruleset_attr handled{};
  handled.handled_access_fs = kEverything;
  const auto ruleset = static_cast<int>(syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0));
  if (ruleset < 0) return;
  for (const PathRule& rule : allowed_paths(private_dir)) allow_path(ruleset, rule);
  static_cast<void>(syscall(SYS_landlock_restrict_self, ruleset, 0));
  close(ruleset);
}

// ---- system calls: seccomp (Documentation/userspace-api/seccomp_filter.rst)
// ------------------------------------------------

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
// The x32 calls of an x86-64 kernel carry this bit, and would walk around a filter by number.
constexpr std::uint32_t kFirstForeignCall = 0x40000000;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
constexpr std::uint32_t kFirstForeignCall = 0x40000000;
#else
#error "ihc-pdf's system call filter knows x86-64 and arm64"
#endif

/// Refused with EACCES, as a program without the right to it would see.
constexpr std::uint32_t kRefusedCalls[] = {
    // Sockets of any family, and io_uring, which opens sockets without these calls. Qt asks CUPS and D-Bus too.
    SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_listen, SYS_io_uring_setup,
    // Other programs and other processes.
    SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_pidfd_getfd, SYS_kcmp,
#if defined(__x86_64__)
    SYS_fork, SYS_vfork,
#endif
    // The kernel's own business.
    SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_keyctl, SYS_add_key, SYS_request_key, SYS_mount, SYS_umount2,
    SYS_unshare, SYS_setns, SYS_pivot_root, SYS_chroot, SYS_init_module, SYS_finit_module, SYS_kexec_load,
    SYS_open_by_handle_at};

constexpr std::uint32_t kRefuse = SECCOMP_RET_ERRNO | EACCES;
constexpr std::uint32_t kNoSuchCall = SECCOMP_RET_ERRNO | ENOSYS;

sock_filter load(std::size_t offset) { return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)); }
sock_filter verdict(std::uint32_t action) { return BPF_STMT(BPF_RET | BPF_K, action); }
/// Goes on with the next instruction when the test holds, and jumps over it otherwise.
sock_filter unless_skip(std::uint16_t test, std::uint32_t value) {
  return BPF_JUMP(static_cast<std::uint16_t>(BPF_JMP | test | BPF_K), value, 0, 1);
}

std::vector<sock_filter> build_filter() {
  std::vector<sock_filter> filter{
      load(offsetof(seccomp_data, arch)),      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0),
      verdict(SECCOMP_RET_KILL_PROCESS),       load(offsetof(seccomp_data, nr)),
      unless_skip(BPF_JGE, kFirstForeignCall), verdict(SECCOMP_RET_KILL_PROCESS),
  };
  for (const std::uint32_t call : kRefusedCalls) {
    filter.push_back(unless_skip(BPF_JEQ, call));
    filter.push_back(verdict(kRefuse));
  }
  // Threads yes, processes no. clone3 hides its flags behind a pointer; without it libc falls back to clone.
  filter.push_back(unless_skip(BPF_JEQ, SYS_clone3));
  filter.push_back(verdict(kNoSuchCall));
  filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3));
  filter.push_back(load(offsetof(seccomp_data, args)));
  filter.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0));
  filter.push_back(verdict(kRefuse));
  filter.push_back(verdict(SECCOMP_RET_ALLOW));
  return filter;
}

bool install_filter() {
  std::vector<sock_filter> filter = build_filter();
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

}  // namespace

Result<void> confine(const std::string& private_dir) {
  leave_network();
  leave_root();
  if (access(private_dir.c_str(), W_OK | X_OK) != 0) {
    return fail(ErrorCode::unsupported, "it can't be reached by the user nobody", private_dir,
                "set TMPDIR to a folder that everyone may enter");
  }
  if (!set_limits()) return fail(ErrorCode::unsupported, "the limits on memory and time can't be set");
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return fail(ErrorCode::unsupported, "this kernel can't fix a process's rights");
  leave_files(private_dir);
  if (!install_filter())
    return fail(ErrorCode::unsupported, "this kernel refused the system call filter", "", "it needs seccomp");
  return {};
}

}  // namespace ihc
