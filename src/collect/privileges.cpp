#include "collect/privileges.h"

#include <array>
#include <cstdint>

#include "base/files.h"
#include "base/limits.h"
#include "base/text.h"

namespace ihc {

namespace {

// include/uapi/linux/capability.h, by number.
constexpr std::array<std::string_view, 41> kCapabilities{"cap_chown",
                                                         "cap_dac_override",
                                                         "cap_dac_read_search",
                                                         "cap_fowner",
                                                         "cap_fsetid",
                                                         "cap_kill",
                                                         "cap_setgid",
                                                         "cap_setuid",
                                                         "cap_setpcap",
                                                         "cap_linux_immutable",
                                                         "cap_net_bind_service",
                                                         "cap_net_broadcast",
                                                         "cap_net_admin",
                                                         "cap_net_raw",
                                                         "cap_ipc_lock",
                                                         "cap_ipc_owner",
                                                         "cap_sys_module",
                                                         "cap_sys_rawio",
                                                         "cap_sys_chroot",
                                                         "cap_sys_ptrace",
                                                         "cap_sys_pacct",
                                                         "cap_sys_admin",
                                                         "cap_sys_boot",
                                                         "cap_sys_nice",
                                                         "cap_sys_resource",
                                                         "cap_sys_time",
                                                         "cap_sys_tty_config",
                                                         "cap_mknod",
                                                         "cap_lease",
                                                         "cap_audit_write",
                                                         "cap_audit_control",
                                                         "cap_setfcap",
                                                         "cap_mac_override",
                                                         "cap_mac_admin",
                                                         "cap_syslog",
                                                         "cap_wake_alarm",
                                                         "cap_block_suspend",
                                                         "cap_audit_read",
                                                         "cap_perfmon",
                                                         "cap_bpf",
                                                         "cap_checkpoint_restore"};

}  // namespace

std::vector<std::string> capability_names(std::string_view hexadecimal_mask) {
  std::vector<std::string> names;
  const auto mask = parse_number<std::uint64_t>(hexadecimal_mask, 16);
  if (!mask) return names;
  for (std::size_t number = 0; number < 64; ++number) {
    if ((*mask >> number & 1) == 0) continue;
    names.push_back(number < kCapabilities.size() ? std::string(kCapabilities[number])
                                                  : "cap_" + std::to_string(number));
  }
  return names;
}

std::string_view status_value(std::string_view status_text, std::string_view key) {
  for (const std::string_view line : split_lines(status_text)) {
    const auto pair = split_key_value(line, ':');
    if (pair && pair->first == key) return pair->second;
  }
  return {};
}

std::string own_status() {
  // Its own status file cannot block: no other process holds its locks.
  return read_file("/proc/self/status", limits::kMaxFileBytes).value_or("");
}

}  // namespace ihc
