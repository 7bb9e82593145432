#include "collectors/irq/devices.h"

#include "collectors/pci/devices.h"
#include "collectors/reading/evidence_reader.h"

namespace ihc {

namespace {

const std::string kPciDir = "root/sys/bus/pci/devices/";
const std::string kNetDir = "root/sys/class/net/";

// "i40e-eno1-TxRx-23" → i40e, eno1, TxRx, 23.
std::vector<std::string_view> name_parts(std::string_view action) {
  std::vector<std::string_view> parts;
  std::size_t start = 0;
  for (std::size_t at = 0; at <= action.size(); ++at) {
    if (at != action.size() && std::string_view("-@:, ").find(action[at]) == std::string_view::npos) continue;
    if (at > start) parts.push_back(action.substr(start, at - start));
    start = at + 1;
  }
  return parts;
}

bool has_component(std::string_view link, std::string_view component) {
  for (const std::string_view part : split(link, '/')) {
    if (part == component) return true;
  }
  return false;
}

bool is_virtio_name(std::string_view part) { return number_after(part, "virtio").has_value(); }

}  // namespace

IrqDevices::IrqDevices(const Bundle& bundle) {
  for (const std::string& path : bundle.glob(kPciDir + "*/irq")) {
    const auto number = word_at(bundle, path);
    if (number && *number != "0") address_by_irq_[*number] = components_after({path}, kPciDir).front();
  }
  for (const std::string& path : bundle.glob(kPciDir + "*/msi_irqs/*")) {
    address_by_irq_[path.substr(path.rfind('/') + 1)] = components_after({path}, kPciDir).front();
  }
  for (const std::string& path : bundle.glob(kNetDir + "*")) {
    const std::string link(trim(bundle.text(path).value_or(std::string_view{})));
    if (link.empty() || link.find("/virtual/") != std::string::npos) continue;
    interfaces_.push_back({.name = path.substr(kNetDir.size()), .link = link, .address = last_pci_address(link)});
  }
}

std::optional<std::string> IrqDevices::address_of(const std::string& irq) const {
  const auto found = address_by_irq_.find(irq);
  return found == address_by_irq_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> IrqDevices::interface_of(const std::vector<std::string>& actions,
                                                    const std::optional<std::string>& address) const {
  for (const std::string& action : actions) {
    for (const std::string_view part : name_parts(action)) {
      for (const Interface& candidate : interfaces_) {
        if (part == candidate.name || (is_virtio_name(part) && has_component(candidate.link, part)))
          return candidate.name;
      }
    }
  }
  std::optional<std::string> only;
  for (const Interface& candidate : interfaces_) {
    if (!address || candidate.address != address) continue;
    if (only) return std::nullopt;
    only = candidate.name;
  }
  return only;
}

}  // namespace ihc
