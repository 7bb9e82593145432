// The parsers of PCI devices.
#pragma once

#include <array>

#include "collectors/pci/devices.h"
#include "support/parsers/parser.h"

namespace ihc::test {

inline Json run_link_speed(std::string_view text) { return {{"gts", shown(parse_link_speed(text))}}; }

inline Json run_pci_path(std::string_view text) { return {{"address", shown(last_pci_address(text))}}; }

inline constexpr std::array kPciParsers{
    Parser{"link_speed", "16.0 GT/s PCIe\n", run_link_speed},
    Parser{"pci_path", "../../devices/pci0000:00/0000:00:03.0/virtio2/net/eth0\n", run_pci_path},
};

}  // namespace ihc::test
