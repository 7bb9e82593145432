#include "collectors/network/rdma.h"

#include "collectors/pci/devices.h"
#include "collectors/reading/window_texts.h"

namespace ihc {

namespace {

const std::string kDir = "root/sys/class/infiniband/";

// "4: ACTIVE" → "ACTIVE"
std::optional<std::string> state_word(const std::optional<std::string>& state) {
  if (!state) return std::nullopt;
  const auto pair = split_key_value(*state, ':');
  return pair ? std::string(pair->second) : *state;
}

void add_counters(const Bundle& bundle, const std::string& pattern, RdmaPort& port) {
  for (const std::string& path : window_paths(bundle, pattern)) {
    const auto texts = window_texts(bundle, path);
    const auto last = texts ? parse_number<std::int64_t>(texts->last) : std::nullopt;
    if (!last || *last < 0) continue;
    if (!port.counters) port.counters.emplace();
    const std::string name = to_valid_utf8(path.substr(path.rfind('/') + 1));
    (*port.counters)[name] = *last;
    const auto first = texts->first ? parse_number<std::int64_t>(*texts->first) : std::nullopt;
    if (!first || *last < *first) continue;
    if (!port.counters_delta) port.counters_delta.emplace();
    (*port.counters_delta)[name] = *last - *first;
  }
}

}  // namespace

std::optional<std::vector<RdmaPort>> read_rdma_ports(const EvidenceReader& reader) {
  const std::string pointer = "/network/rdma_ports";
  const Bundle& bundle = reader.bundle();
  const auto states = bundle.glob(kDir + "*/ports/*/state");
  if (states.empty()) {
    reader.explain(kDir + "*/ports/*/state", pointer);
    return std::nullopt;
  }
  std::vector<RdmaPort> ports;
  for (const std::string& path : states) {
    const std::string device = components_after({path}, kDir).front();
    const std::string dir = kDir + device + "/ports/";
    const std::string port_name = components_after({path}, dir).front();
    const auto number = parse_number<std::uint32_t>(port_name);
    if (!number) continue;
    RdmaPort port{.device = to_valid_utf8(device), .port = *number};
    if (const auto link = bundle.text(kDir + device)) port.address = last_pci_address(trim(*link));
    port.state = state_word(word_at(bundle, path));
    port.rate = word_at(bundle, dir + port_name + "/rate");
    port.link_layer = word_at(bundle, dir + port_name + "/link_layer");
    add_counters(bundle, dir + port_name + "/counters/*", port);
    add_counters(bundle, dir + port_name + "/hw_counters/*", port);
    reader.facts().source(pointer + "/" + std::to_string(ports.size()), path);
    ports.push_back(std::move(port));
  }
  return ports;
}

}  // namespace ihc
