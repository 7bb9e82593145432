// The parsers of the network.
#pragma once

#include <array>

#include "collectors/network/ethtool.h"
#include "collectors/network/ethtool_text.h"
#include "collectors/network/listeners.h"
#include "collectors/network/protocol_counters.h"
#include "collectors/network/softnet.h"
#include "facts/describe.h"
#include "support/parsers/parser.h"

namespace ihc::test {

inline Json run_softnet(std::string_view text) {
  const auto parsed = parse_softnet(text);
  return with_account({{"rows", facts_to_json(parsed.value)}}, parsed.unparsed);
}

inline Json run_protocol_counters(std::string_view text) {
  const auto parsed = parse_protocol_counters(text);
  return with_account({{"counters", parsed.value}}, parsed.unparsed);
}

inline Json run_listeners(std::string_view text) {
  const auto parsed = parse_listeners(text);
  return with_account({{"listeners", facts_to_json(parsed.value)}}, parsed.unparsed);
}

inline Json shown_report(const EthtoolReport& report) {
  Json json = Json::object();
  for (const auto& [name, interface] : report) {
    json[name] = {{"driver", shown(interface.driver)},
                  {"firmware", shown(interface.firmware)},
                  {"rings", interface.rings ? facts_to_json(*interface.rings) : Json()},
                  {"channels", interface.channels ? facts_to_json(*interface.channels) : Json()},
                  {"coalescing", interface.coalescing},
                  {"features", interface.features},
                  {"statistics", interface.statistics}};
  }
  return json;
}

inline Json run_ethtool_report(std::string_view text) {
  const auto report = parse_ethtool_report(text);
  return report ? shown_report(*report) : Json{{"error", "refused"}};
}

inline Json run_ethtool_text(std::string_view text) {
  const auto parsed = parse_ethtool_text(text);
  return with_account({{"interfaces", shown_report(parsed.value)}}, parsed.unparsed);
}

inline constexpr std::array kNetworkParsers{
    Parser{
        "softnet",
        "00358fe3 00006283 00000000 00000000 00000000 00000000 00000000 00000000 00000000 000855fc 00000076 00000000 "
        "00000001\n",
        run_softnet},
    Parser{"protocol_counters",
           "TcpExt: SyncookiesSent ListenOverflows ListenDrops\nTcpExt: 0 12 13\nTcp: MaxConn RetransSegs\nTcp: -1 7\n",
           run_protocol_counters},
    Parser{"listeners", "LISTEN 0      2048         0.0.0.0:8000      0.0.0.0:*\nLISTEN 3 128 [::]:22 [::]:*\n",
           run_listeners},
    Parser{"ethtool_report",
           "{\"interfaces\": {\"eth0\": {\"driver\": \"mlx5_core\", \"rings\": {\"rx\": 1024}, \"features\": "
           "{\"rx-gro\": true}, \"statistics\": {\"rx_out_of_buffer\": 12}}}}\n",
           run_ethtool_report},
    Parser{"ethtool_text",
           "Ring parameters for eth0:\nPre-set maximums:\nRX:\t\t8192\nTX:\t\tn/a\nCurrent hardware settings:\n"
           "RX:\t\t1024\n\nNIC statistics:\n     rx_out_of_buffer: 12\n",
           run_ethtool_text},
};

}  // namespace ihc::test
