#include "collectors/network/ethtool.h"

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/text.h"

namespace ihc {

namespace {

std::optional<std::int64_t> count_at(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_integer() || *found < 0) return std::nullopt;
  return found->is_number_unsigned() && found->get<std::uint64_t>() > INT64_MAX
             ? std::nullopt
             : std::optional(found->get<std::int64_t>());
}

std::optional<std::string> text_at(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string() || found->get_ref<const std::string&>().empty()) return std::nullopt;
  return found->get<std::string>();
}

const Json* object_at(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_object() ? &*found : nullptr;
}

std::map<std::string, std::int64_t> counts_at(const Json& object, const char* name) {
  std::map<std::string, std::int64_t> counts;
  const Json* members = object_at(object, name);
  if (members == nullptr) return counts;
  for (const auto& [key, value] : members->items()) {
    if (const auto count = count_at(*members, key.c_str())) counts[key] = *count;
  }
  return counts;
}

EthtoolInterface read_interface(const Json& object) {
  EthtoolInterface interface {
    .driver = text_at(object, "driver"), .version = text_at(object, "version"), .firmware = text_at(object, "firmware")
  };
  if (const Json* rings = object_at(object, "rings")) {
    interface.rings = NicRings{.rx = count_at(*rings, "rx"),
                               .rx_max = count_at(*rings, "rx_max"),
                               .tx = count_at(*rings, "tx"),
                               .tx_max = count_at(*rings, "tx_max")};
  }
  if (const Json* channels = object_at(object, "channels")) {
    interface.channels = NicChannels{.rx = count_at(*channels, "rx"),
                                     .rx_max = count_at(*channels, "rx_max"),
                                     .tx = count_at(*channels, "tx"),
                                     .tx_max = count_at(*channels, "tx_max"),
                                     .combined = count_at(*channels, "combined"),
                                     .combined_max = count_at(*channels, "combined_max")};
  }
  interface.coalescing = counts_at(object, "coalescing");
  interface.statistics = counts_at(object, "statistics");
  if (const Json* features = object_at(object, "features")) {
    for (const auto& [name, value] : features->items()) {
      if (value.is_boolean()) interface.features[name] = value.get<bool>();
    }
  }
  return interface;
}

}  // namespace

Result<EthtoolReport> parse_ethtool_report(std::string_view text) {
  const auto document = parse_json(text, "the ethtool probe");
  if (!document) return fail(document.error());
  const Json* interfaces = document->is_object() ? object_at(*document, "interfaces") : nullptr;
  if (interfaces == nullptr) return fail(ErrorCode::malformed, "the ethtool probe has no interfaces");
  EthtoolReport report;
  for (const auto& [name, object] : interfaces->items()) {
    if (object.is_object()) report[name] = read_interface(object);
  }
  return report;
}

bool tells_of_loss(std::string_view counter_name) {
  const std::string name = to_lower(counter_name);
  constexpr auto kParts = std::to_array<std::string_view>({"drop",
                                                           "discard",
                                                           "miss",
                                                           "err",
                                                           "no_buf",
                                                           "nobuf",
                                                           "no_desc",
                                                           "out_of_buffer",
                                                           "oob",
                                                           "overflow",
                                                           "overrun",
                                                           "fifo",
                                                           "crc",
                                                           "pause",
                                                           "timeout",
                                                           "busy",
                                                           "fail",
                                                           "full",
                                                           "starv",
                                                           "wqe_err",
                                                           "cqe_err",
                                                           "allowance_exceeded",
                                                           "steer_miss",
                                                           "buff_alloc",
                                                           "link_down",
                                                           "symbol",
                                                           "kicks_exhausted",
                                                           "xdp_drops"});
  return std::any_of(kParts.begin(), kParts.end(),
                     [&](std::string_view part) { return name.find(part) != std::string::npos; });
}

}  // namespace ihc
