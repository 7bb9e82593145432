// Whether a machine is virtual, and whose: from the CPU, the firmware tables and the device tree.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ihc {

/// What can be known; all absent where the evidence is.
struct VirtualizationEvidence {
  std::optional<bool> cpu_flag;                ///< "hypervisor" among the x86 CPU flags; absent on other architectures
  std::optional<std::string> cpuid_signature;  ///< the 12 characters of CPUID leaf 0x40000000
  std::optional<std::string> sys_vendor;       ///< DMI
  std::optional<std::string> product_name;     ///< DMI
  std::optional<std::string> hypervisor_type;  ///< /sys/hypervisor/type
  std::optional<std::string> device_tree;      ///< compatible of /proc/device-tree/hypervisor: "linux,kvm"
};

struct Virtualization {
  std::optional<bool> is_virtual_machine;
  std::optional<std::string> hypervisor;
};

/// On x86 the CPU flag decides: instances sold as bare metal have a cloud's DMI vendor and no such flag. Elsewhere the
/// device tree or the DMI tables do; an EC2 product with "metal" in its name is no virtual machine.
Virtualization judge_virtualization(const VirtualizationEvidence& evidence);

/// The signature of the hypervisor as the CPU instruction gives it: {"call": "cpuid leaf 0x40000000", "signature":
/// "KVMKVMKVM"}. Without a hypervisor, or on another architecture, the signature is left out.
Result<std::string> probe_cpuid(int pid);

/// uname(2) as {"call": "uname(2)", "machine": "x86_64", …}.
Result<std::string> probe_uname(int pid);

}  // namespace ihc
