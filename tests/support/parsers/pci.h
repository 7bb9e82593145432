// The parsers of PCI devices.
#pragma once

#include <array>

#include "collectors/pci/devices.h"
#include "collectors/pci/links.h"
#include "support/parsers/parser.h"

namespace ihc::test {

inline Json run_link_speed(std::string_view text) { return {{"gts", shown(parse_link_speed(text))}}; }

inline Json run_pci_path(std::string_view text) { return {{"address", shown(last_pci_address(text))}}; }

inline Json run_upstream(std::string_view text) { return {{"above", upstream_addresses(text)}}; }

// The text stands for the extended part of a configuration space: hexadecimal digits, the rest of it zeros.
inline Json run_access_control(std::string_view text) {
  std::string config(256, '\0');
  for (const std::string_view word : split_words(trim(text))) {
    config += static_cast<char>(parse_number<std::uint8_t>(word, 16).value_or(0));
  }
  const auto control = parse_access_control(config);
  return control ? Json{{"capable", control->capable}, {"enabled", control->enabled}} : Json();
}

inline constexpr std::array kPciParsers{
    Parser{"link_speed", "16.0 GT/s PCIe\n", run_link_speed},
    Parser{"access_control", "0d 00 01 00 5f 00 1d 00\n", run_access_control},
    Parser{"upstream_ports", "../../../devices/pci0000:3a/0000:3a:00.0/0000:3b:00.0\n", run_upstream},
    Parser{"pci_path", "../../devices/pci0000:00/0000:00:03.0/virtio2/net/eth0\n", run_pci_path},
};

}  // namespace ihc::test
