// Asking with the rights that the programs we start would have.
#pragma once

#include <array>

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace ihc {

/// capabilities(7): what a user's program has from its own file does not pass to the programs that it starts, unless it
/// is in the ambient set; root's are root again. While this lives the calling thread has what they would have.
class AsAStartedProgram {
 public:
  [[nodiscard]] AsAStartedProgram() {
    if (::geteuid() == 0 || ::syscall(SYS_capget, &header_, before_.data()) != 0) return;
    auto wanted = before_;
    for (unsigned number = 0; number < 64; ++number) {
      const bool is_ambient = ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, number, 0, 0) == 1;
      if (!is_ambient) wanted[number / 32].effective &= ~(1U << number % 32);
    }
    is_changed_ = ::syscall(SYS_capset, &header_, wanted.data()) == 0;
  }
  AsAStartedProgram(const AsAStartedProgram&) = delete;
  AsAStartedProgram& operator=(const AsAStartedProgram&) = delete;
  ~AsAStartedProgram() {
    if (is_changed_) ::syscall(SYS_capset, &header_, before_.data());
  }

 private:
  __user_cap_header_struct header_{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> before_{};
  bool is_changed_ = false;
};

}  // namespace ihc
