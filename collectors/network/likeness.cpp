#include "collectors/network/likeness.h"

#include "collectors/network/ethtool_text.h"
#include "collectors/network/protocol_counters.h"
#include "collectors/network/softnet.h"

namespace ihc {

namespace {

bool has_protocol(std::string_view text, std::string_view protocol) {
  const Counters counters = parse_protocol_counters(text).value;
  const auto found = counters.lower_bound(std::string(protocol));
  return found != counters.end() && found->first.starts_with(protocol);
}

}  // namespace

Likeness ethtool_likeness(std::string_view text) {
  const EthtoolReport report = parse_ethtool_text(text).value;
  for (const auto& [name, interface] : report) {
    const bool has_heading = interface.rings || interface.channels || !interface.coalescing.empty() ||
                             !interface.features.empty() || !interface.statistics.empty();
    if (has_heading) return Likeness::sure;
  }
  return report.empty() ? Likeness::no : Likeness::maybe;
}

Likeness softnet_likeness(std::string_view text) {
  const auto parsed = parse_softnet(text);
  if (parsed.value.empty()) return Likeness::no;
  return parsed.unparsed.lines <= parsed.value.size() ? Likeness::sure : Likeness::maybe;
}

Likeness netstat_likeness(std::string_view text) {
  return has_protocol(text, "TcpExt.") ? Likeness::sure : Likeness::no;
}

Likeness snmp_likeness(std::string_view text) {
  return has_protocol(text, "Tcp.") && !has_protocol(text, "TcpExt.") ? Likeness::sure : Likeness::no;
}

}  // namespace ihc
