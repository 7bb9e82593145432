// What ethtool prints: -g, -l, -c, -k, -i, -S, one output or several after each other.
//
//   Ring parameters for eth0:            Channel parameters for eth0:        Features for eth0:
//   Pre-set maximums:                    Pre-set maximums:                   rx-checksumming: on
//   RX:             8192                 Combined:       63                  tx-checksum-ipv4: off [fixed]
//   TX:             8192                 Current hardware settings:
//   Current hardware settings:           Combined:       32                  NIC statistics:
//   RX:             1024                                                          rx_out_of_buffer: 12
//   TX:             1024                 Coalesce parameters for eth0:
//                                        rx-usecs:       8                   driver: mlx5_core
//
// Source: ethtool(8) 5.16 to 6.1. -S and -i name no interface: it is that of the command above them ("# ethtool -S
// eth0"), else of the output above them.
#pragma once

#include <string_view>

#include "collectors/network/ethtool.h"

namespace ihc {

/// By interface; what is of no known interface is under "".
Parsed<EthtoolReport> parse_ethtool_text(std::string_view text);

}  // namespace ihc
