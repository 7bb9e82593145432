// What the drivers of the network interfaces say of their rings, queues, coalescing, offloads and losses: the probes
// "ethtool" (at the start) and "ethtool-after" (at the end of the window), SIOCETHTOOL requests that only read.
//
//   {"call": "ioctl(SIOCETHTOOL)", "interfaces": {"eth0": {"driver": "mlx5_core", "version":
//    "6.1.0", "firmware": "22.36", "rings": {"rx": 1024, "rx_max": 8192, "tx": 1024, "tx_max": 8192}, "channels":
//    {"combined": 32, "combined_max": 63}, "coalescing": {"rx-usecs": 8}, "features": {"rx-gro": true},
//    "statistics": {"rx_out_of_buffer": 12}}}}
//
// Source: include/uapi/linux/ethtool.h, ethtool(8). The texts that ethtool prints (-g, -l, -c, -k) have the same
// numbers under the same names.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "collectors/reading/parsed.h"
#include "facts/network.h"

namespace ihc {

struct EthtoolInterface {
  std::optional<std::string> driver;
  std::optional<std::string> version;
  std::optional<std::string> firmware;
  std::optional<NicRings> rings;
  std::optional<NicChannels> channels;
  std::map<std::string, std::int64_t> coalescing;
  std::map<std::string, bool> features;
  std::map<std::string, std::int64_t> statistics;
};

using EthtoolReport = std::map<std::string, EthtoolInterface>;  ///< by interface name

/// Fails (malformed) when the text is not such a document; members of another type are left out.
Result<EthtoolReport> parse_ethtool_report(std::string_view text);

/// Asks every interface of this network namespace that has a device.
Result<std::string> probe_ethtool(int pid);

/// Whether a driver's counter tells of loss, error or being held up: names differ by driver.
bool tells_of_loss(std::string_view counter_name);

}  // namespace ihc
