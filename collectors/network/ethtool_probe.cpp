// The asking side of collectors/network/ethtool.h: SIOCETHTOOL requests of the kind ETHTOOL_G…, which change nothing.

#include <array>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/file_descriptor.h"
#include "base/json.h"
#include "base/text.h"
#include "collectors/network/ethtool.h"

namespace ihc {

namespace {

constexpr std::uint32_t kMostStrings = 65536;  // mlx5 with 128 queues has some thousand counters

class Driver {
 public:
  Driver(int socket_fd, std::string name) : socket_fd_(socket_fd), name_(std::move(name)) {}

  /// Whether the driver answered; `data` begins with the command.
  bool ask(void* data) const {
    ifreq request{};
    std::memcpy(request.ifr_name, name_.data(), std::min(name_.size(), sizeof(request.ifr_name) - 1));
    request.ifr_data = static_cast<char*>(data);
    return ioctl(socket_fd_, SIOCETHTOOL, &request) == 0;
  }

  std::uint32_t string_count(std::uint32_t set) const {
    alignas(ethtool_sset_info) std::byte buffer[sizeof(ethtool_sset_info) + sizeof(std::uint32_t)]{};
    auto* info = new (buffer) ethtool_sset_info{.cmd = ETHTOOL_GSSET_INFO, .reserved = 0, .sset_mask = 1ULL << set};
    if (!ask(info) || info->sset_mask == 0) return 0;
    std::uint32_t count = 0;
    std::memcpy(&count, buffer + sizeof(ethtool_sset_info), sizeof(count));
    return std::min(count, kMostStrings);
  }

  std::vector<std::string> strings(std::uint32_t set, std::uint32_t count) const {
    std::vector<std::byte> buffer(sizeof(ethtool_gstrings) + static_cast<std::size_t>(count) * ETH_GSTRING_LEN);
    const ethtool_gstrings head{.cmd = ETHTOOL_GSTRINGS, .string_set = set, .len = count};
    std::memcpy(buffer.data(), &head, sizeof(head));
    std::vector<std::string> names;
    if (count == 0 || !ask(buffer.data())) return names;
    const char* text = reinterpret_cast<const char*>(buffer.data() + sizeof(head));
    for (std::uint32_t at = 0; at < count; ++at) {
      const char* name = text + static_cast<std::size_t>(at) * ETH_GSTRING_LEN;
      names.push_back(to_valid_utf8(trim(std::string_view(name, strnlen(name, ETH_GSTRING_LEN)))));
    }
    return names;
  }

 private:
  int socket_fd_;
  std::string name_;
};

void add_driver(const Driver& driver, Json& json) {
  ethtool_drvinfo info{};
  info.cmd = ETHTOOL_GDRVINFO;
  if (!driver.ask(&info)) return;
  const auto text = [](const char* value, std::size_t size) {
    return to_valid_utf8(trim(std::string_view(value, strnlen(value, size))));
  };
  json["driver"] = text(info.driver, sizeof(info.driver));
  json["version"] = text(info.version, sizeof(info.version));
  const std::string firmware = text(info.fw_version, sizeof(info.fw_version));
  if (!firmware.empty() && firmware != "N/A") json["firmware"] = firmware;
}

void add_rings(const Driver& driver, Json& json) {
  ethtool_ringparam rings{};
  rings.cmd = ETHTOOL_GRINGPARAM;
  if (!driver.ask(&rings)) return;
  json["rings"] = {{"rx", rings.rx_pending},
                   {"rx_max", rings.rx_max_pending},
                   {"tx", rings.tx_pending},
                   {"tx_max", rings.tx_max_pending}};
}

void add_channels(const Driver& driver, Json& json) {
  ethtool_channels channels{};
  channels.cmd = ETHTOOL_GCHANNELS;
  if (!driver.ask(&channels)) return;
  json["channels"] = {
      {"rx", channels.rx_count},   {"rx_max", channels.max_rx},           {"tx", channels.tx_count},
      {"tx_max", channels.max_tx}, {"combined", channels.combined_count}, {"combined_max", channels.max_combined}};
}

void add_coalescing(const Driver& driver, Json& json) {
  ethtool_coalesce values{};
  values.cmd = ETHTOOL_GCOALESCE;
  if (!driver.ask(&values)) return;
  json["coalescing"] = {
      {"rx-usecs", values.rx_coalesce_usecs},           {"rx-frames", values.rx_max_coalesced_frames},
      {"tx-usecs", values.tx_coalesce_usecs},           {"tx-frames", values.tx_max_coalesced_frames},
      {"adaptive-rx", values.use_adaptive_rx_coalesce}, {"adaptive-tx", values.use_adaptive_tx_coalesce}};
}

void add_features(const Driver& driver, Json& json) {
  const std::uint32_t count = driver.string_count(ETH_SS_FEATURES);
  const auto names = driver.strings(ETH_SS_FEATURES, count);
  const std::uint32_t blocks = (count + 31) / 32;
  if (names.empty()) return;
  // ethtool_gfeatures without its open end: command, number of blocks.
  const std::array<std::uint32_t, 2> head{ETHTOOL_GFEATURES, blocks};
  std::vector<std::byte> buffer(sizeof(head) + blocks * sizeof(ethtool_get_features_block));
  std::memcpy(buffer.data(), head.data(), sizeof(head));
  if (!driver.ask(buffer.data())) return;
  Json features = Json::object();
  for (std::uint32_t at = 0; at < names.size(); ++at) {
    ethtool_get_features_block block{};
    std::memcpy(&block, buffer.data() + sizeof(head) + (at / 32) * sizeof(block), sizeof(block));
    if (!names[at].empty()) features[names[at]] = (block.active >> (at % 32) & 1U) != 0;
  }
  json["features"] = std::move(features);
}

void add_statistics(const Driver& driver, Json& json) {
  const std::uint32_t count = driver.string_count(ETH_SS_STATS);
  const auto names = driver.strings(ETH_SS_STATS, count);
  if (names.empty()) return;
  std::vector<std::byte> buffer(sizeof(ethtool_stats) + static_cast<std::size_t>(count) * sizeof(std::uint64_t));
  const ethtool_stats head{.cmd = ETHTOOL_GSTATS, .n_stats = count};
  std::memcpy(buffer.data(), &head, sizeof(head));
  if (!driver.ask(buffer.data())) return;
  Json statistics = Json::object();
  for (std::size_t at = 0; at < names.size(); ++at) {
    std::uint64_t value = 0;
    std::memcpy(&value, buffer.data() + sizeof(head) + at * sizeof(value), sizeof(value));
    if (!names[at].empty()) statistics[names[at]] = value;
  }
  json["statistics"] = std::move(statistics);
}

}  // namespace

Result<std::string> probe_ethtool(int) {
  const FileDescriptor socket_fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket_fd) return fail(ErrorCode::unsupported, "no socket for SIOCETHTOOL");
  Json document{{"call", "ioctl(SIOCETHTOOL)"}, {"interfaces", Json::object()}};
  const std::unique_ptr<struct if_nameindex, decltype(&if_freenameindex)> names(if_nameindex(), &if_freenameindex);
  for (const struct if_nameindex* entry = names.get(); entry != nullptr && entry->if_name != nullptr; ++entry) {
    // Interfaces without a device (bridges, veth pairs of hundreds of containers) have no rings to tell of.
    std::error_code ignored;
    const std::string name(entry->if_name);
    if (!std::filesystem::exists("/sys/class/net/" + name + "/device", ignored)) continue;
    const Driver driver(socket_fd.get(), name);
    Json json = Json::object();
    add_driver(driver, json);
    add_rings(driver, json);
    add_channels(driver, json);
    add_coalescing(driver, json);
    add_features(driver, json);
    add_statistics(driver, json);
    document["interfaces"][to_valid_utf8(name)] = std::move(json);
  }
  return to_pretty_text(document);
}

}  // namespace ihc
