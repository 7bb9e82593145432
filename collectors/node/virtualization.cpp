#include "collectors/node/virtualization.h"

#include <array>

#include "base/text.h"

namespace ihc {

namespace {

struct Name {
  std::string_view text;
  std::string_view hypervisor;
};

// DMI vendor or product, by beginning. The cloud is named rather than the hypervisor under it: that is whom to ask.
constexpr std::array kDmiNames{Name{"Amazon EC2", "amazon"},
                               Name{"Google", "google"},
                               Name{"Microsoft Corporation", "microsoft"},
                               Name{"VMware", "vmware"},
                               Name{"VMW", "vmware"},
                               Name{"Xen", "xen"},
                               Name{"HVM domU", "xen"},
                               Name{"innotek GmbH", "virtualbox"},
                               Name{"VirtualBox", "virtualbox"},
                               Name{"Parallels", "parallels"},
                               Name{"OpenStack", "kvm"},
                               Name{"QEMU", "kvm"},
                               Name{"KVM", "kvm"},
                               Name{"Alibaba Cloud", "alibaba"},
                               Name{"Hetzner", "hetzner"},
                               Name{"DigitalOcean", "digitalocean"},
                               Name{"Nutanix", "nutanix"},
                               Name{"Red Hat", "kvm"},
                               Name{"OracleCloud", "oracle"},
                               Name{"BHYVE", "bhyve"},
                               Name{"Firecracker", "firecracker"},
                               Name{"Apple Virtualization", "apple"}};

// CPUID leaf 0x40000000, EBX:ECX:EDX (Documentation/virt/kvm/x86/cpuid.rst; the hypervisors' own documents).
constexpr std::array kSignatures{
    Name{"KVMKVMKVM", "kvm"},         Name{"VMwareVMware", "vmware"},     Name{"Microsoft Hv", "microsoft"},
    Name{"XenVMMXenVMM", "xen"},      Name{"TCGTCGTCGTCG", "qemu"},       Name{"bhyve bhyve", "bhyve"},
    Name{"ACRNACRNACRN", "acrn"},     Name{"VBoxVBoxVBox", "virtualbox"}, Name{"prl hyperv", "parallels"},
    Name{" lrpepyh vr", "parallels"}, Name{"SRESRESRESRE", "lockheed"},   Name{"Linux KVM Hv", "kvm"}};

template <std::size_t Count>
std::optional<std::string> named(const std::array<Name, Count>& names, const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  for (const Name& name : names) {
    if (text->starts_with(name.text)) return std::string(name.hypervisor);
  }
  return std::nullopt;
}

std::optional<std::string> device_tree_name(const std::optional<std::string>& compatible) {
  if (!compatible) return std::nullopt;
  const std::size_t comma = compatible->find(',');
  return comma == std::string::npos ? *compatible : compatible->substr(comma + 1);
}

std::optional<std::string> dmi_name(const VirtualizationEvidence& evidence) {
  auto name = named(kDmiNames, evidence.sys_vendor);
  return name ? name : named(kDmiNames, evidence.product_name);
}

std::optional<bool> is_virtual(const VirtualizationEvidence& evidence) {
  if (evidence.cpu_flag) return evidence.cpu_flag;
  if (evidence.device_tree) return true;
  if (!evidence.sys_vendor && !evidence.product_name) return std::nullopt;
  const bool is_metal = evidence.product_name && evidence.product_name->find("metal") != std::string::npos;
  return dmi_name(evidence).has_value() && !is_metal;
}

}  // namespace

Virtualization judge_virtualization(const VirtualizationEvidence& evidence) {
  Virtualization result{.is_virtual_machine = is_virtual(evidence)};
  if (result.is_virtual_machine != true) return result;
  result.hypervisor = dmi_name(evidence);
  if (!result.hypervisor && evidence.hypervisor_type) result.hypervisor = to_lower(*evidence.hypervisor_type);
  if (!result.hypervisor) result.hypervisor = named(kSignatures, evidence.cpuid_signature);
  if (!result.hypervisor) result.hypervisor = device_tree_name(evidence.device_tree);
  return result;
}

}  // namespace ihc
