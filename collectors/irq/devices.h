// Which device and interface an interrupt is of, by what sysfs publishes.
//
//   /sys/bus/pci/devices/0000:19:00.0/msi_irqs/276     msix
//   /sys/bus/pci/devices/0000:19:00.0/irq              34            (the line it has without messages)
//   /sys/class/net/eno1 -> ../../devices/pci0000:17/0000:17:00.0/0000:18:00.0/0000:19:00.0/net/eno1
//
// Source: Documentation/ABI/testing/{sysfs-bus-pci,sysfs-class-net}.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bundle/bundle.h"

namespace ihc {

struct Interface {
  std::string name;
  std::string link;  ///< where /sys/class/net/<name> points
  std::optional<std::string> address;
};

class IrqDevices {
 public:
  explicit IrqDevices(const Bundle& bundle);

  /// PCI address of the device that an interrupt number belongs to.
  std::optional<std::string> address_of(const std::string& irq) const;
  /// The interface that an action names ("i40e-eno1-TxRx-23", "virtio2-input.0"), else the only one at `address`.
  std::optional<std::string> interface_of(const std::vector<std::string>& actions,
                                          const std::optional<std::string>& address) const;

 private:
  std::map<std::string, std::string> address_by_irq_;
  std::vector<Interface> interfaces_;
};

}  // namespace ihc
