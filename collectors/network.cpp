// The network: interfaces with their link, queues and losses, what the stack dropped, and its settings.
//
//   /proc/net/softnet_stat                    0000418b 00000000 00000001 …      (hexadecimal, one line an online CPU)
//   /proc/net/netstat                         TcpExt: … ListenOverflows ListenDrops …
//   /sys/class/net/eth0/queues/rx-0/rps_cpus  00000000,000000ff
//   /sys/class/net/eth0/statistics/rx_missed_errors
//
// Source: net/core/net-procfs.c, Documentation/networking/{scaling,snmp_counter}.rst,
// Documentation/ABI/testing/sysfs-class-net*. What drivers say is asked with SIOCETHTOOL
// (collectors/network/ethtool.h).

#include "collect/collector.h"
#include "collectors/network/ethtool.h"
#include "collectors/network/likeness.h"
#include "collectors/network/listeners.h"
#include "collectors/network/nics.h"
#include "collectors/network/protocol_counters.h"
#include "collectors/network/rdma.h"
#include "collectors/network/softnet.h"
#include "collectors/reading/evidence_reader.h"
#include "collectors/reading/window_texts.h"

namespace ihc {

namespace {

constexpr Capture kCaptures[] = {
    Files{.family = "net-links", .path = "/sys/class/net/*", .links = true},
    Files{.family = "net-links", .path = "/sys/class/net/*/upper_*", .links = true},
    Files{.family = "net", .path = "/sys/class/net/*/operstate"},
    Files{.family = "net", .path = "/sys/class/net/*/speed"},
    Files{.family = "net", .path = "/sys/class/net/*/duplex"},
    Files{.family = "net", .path = "/sys/class/net/*/mtu"},
    Files{.family = "net-queues", .path = "/sys/class/net/*/queues/*/rps_cpus"},
    Files{.family = "net-queues", .path = "/sys/class/net/*/queues/*/xps_cpus"},
    Files{.family = "net-queues", .path = "/sys/class/net/*/queues/*/rps_flow_cnt"},
    Sampled{.family = "net-statistics", .path = "/sys/class/net/*/carrier_changes", .ends_only = true},
    Sampled{.family = "net-statistics", .path = "/sys/class/net/*/statistics/*", .ends_only = true},
    Probe{.name = "ethtool", .call = "ioctl(SIOCETHTOOL)", .read = probe_ethtool},
    Probe{.name = "ethtool-after", .call = "ioctl(SIOCETHTOOL)", .read = probe_ethtool, .moment = Moment::after},
    Sampled{.family = "net-stack", .path = "/proc/net/softnet_stat", .ends_only = true},
    Sampled{.family = "net-stack", .path = "/proc/net/netstat", .ends_only = true},
    Sampled{.family = "net-stack", .path = "/proc/net/snmp", .ends_only = true},
    Files{.family = "net-sysctl", .path = "/proc/sys/net/core/*"},
    File{.path = "/proc/sys/net/ipv4/tcp_max_syn_backlog"},
    File{.path = "/proc/sys/net/ipv4/tcp_abort_on_overflow"},
    CommandOutput{.slug = "ss-listen", .argv = {"ss", "-ltnH"}, .hint = "install the package iproute2"},
    Files{.family = "rdma-links", .path = "/sys/class/infiniband/*", .links = true},
    Files{.family = "rdma", .path = "/sys/class/infiniband/*/ports/*/state"},
    Files{.family = "rdma", .path = "/sys/class/infiniband/*/ports/*/rate"},
    Files{.family = "rdma", .path = "/sys/class/infiniband/*/ports/*/link_layer"},
    Sampled{.family = "rdma-counters", .path = "/sys/class/infiniband/*/ports/*/counters/*", .ends_only = true},
    Sampled{.family = "rdma-counters", .path = "/sys/class/infiniband/*/ports/*/hw_counters/*", .ends_only = true},
};

constexpr ForeignText kTexts[] = {
    {.kind = "ethtool",
     .about = "ethtool -g, -l, -c, -k, -i, -S of interfaces: rings, queues, coalescing, offloads, counters",
     .member = "commands/ethtool/stdout",
     .likeness = ethtool_likeness},
    {.kind = "softnet-stat",
     .about = "/proc/net/softnet_stat: packets, drops and squeezes by CPU",
     .member = "root/proc/net/softnet_stat",
     .likeness = softnet_likeness},
    {.kind = "net-netstat",
     .about = "/proc/net/netstat: counters of TCP and IP beyond the standard ones",
     .member = "root/proc/net/netstat",
     .likeness = netstat_likeness},
    {.kind = "net-snmp",
     .about = "/proc/net/snmp: standard counters of IP, TCP and UDP",
     .member = "root/proc/net/snmp",
     .likeness = snmp_likeness},
};

// ---- the receive backlog -------------------------------------------------------------------------------------------

// Older kernels print no CPU number. Their lines are those of the online CPUs, in order.
void name_cpus(const EvidenceReader& reader, std::vector<Softnet>& rows) {
  const auto online = cpu_set_at(reader.bundle(), "root/sys/devices/system/cpu/online");
  if (!online || rows.empty() || rows.front().cpu || online->size() != rows.size()) return;
  const auto cpus = online->numbers();
  for (std::size_t index = 0; index < rows.size(); ++index) rows[index].cpu = cpus[index];
}

void add_growth(const Softnet& before, Softnet& row) {
  if (row.processed >= before.processed) row.processed_delta = row.processed - before.processed;
  if (row.dropped >= before.dropped) row.dropped_delta = row.dropped - before.dropped;
  if (row.time_squeeze >= before.time_squeeze) row.time_squeeze_delta = row.time_squeeze - before.time_squeeze;
}

void read_softnet(const EvidenceReader& reader, Network& network) {
  const std::string pointer = "/network/softnet";
  const std::string path = "root/proc/net/softnet_stat";
  const auto texts = window_texts(reader.bundle(), path);
  if (!texts) return reader.explain(path, pointer);
  Parsed<std::vector<Softnet>> last = parse_softnet(texts->last);
  reader.facts().source(pointer, path);
  if (last.unparsed.any()) reader.unparsed(pointer, "partial: " + path, last.unparsed);
  if (last.value.empty()) return;
  const std::vector<Softnet> first = parse_softnet(texts->first.value_or(std::string_view{})).value;
  // A CPU that went offline moves the lines below it up: then no line is known to be another's continuation.
  const bool is_same = first.size() == last.value.size();
  for (std::size_t index = 0; index < last.value.size(); ++index) {
    Softnet& row = last.value[index];
    if (is_same && first[index].cpu == row.cpu) add_growth(first[index], row);
    if (!row.processed_delta) explain_growth(reader, pointer + "/" + std::to_string(index), texts);
  }
  name_cpus(reader, last.value);
  network.softnet = std::move(last.value);
  network.window_seconds = texts->seconds;
}

// ---- protocols -----------------------------------------------------------------------------------------------------

Counters without_levels(Counters counters) {
  std::erase_if(counters, [](const auto& entry) { return is_protocol_level(entry.first); });
  return counters;
}

void read_protocols(const EvidenceReader& reader, Network& network) {
  for (const std::string path : {"root/proc/net/netstat", "root/proc/net/snmp"}) {
    const auto texts = window_texts(reader.bundle(), path);
    if (!texts) {
      reader.explain(path, "/network/counters");
      continue;
    }
    Parsed<Counters> last = parse_protocol_counters(texts->last);
    reader.facts().source("/network/counters", path);
    if (last.unparsed.any()) reader.unparsed("/network/counters", "partial: " + path, last.unparsed);
    if (!network.counters) network.counters.emplace();
    last.value = without_levels(std::move(last.value));
    network.counters->insert(last.value.begin(), last.value.end());
    if (!texts->first) continue;
    if (!network.window_seconds) network.window_seconds = texts->seconds;
    if (!network.counters_delta) network.counters_delta.emplace();
    const Counters first = parse_protocol_counters(*texts->first).value;
    for (const auto& [name, value] : last.value) {
      const auto before = counter(first, name);
      if (before && value >= *before) (*network.counters_delta)[name] = value - *before;
    }
    reader.facts().source("/network/counters_delta", path);
  }
  if (!network.counters_delta) {
    reader.missing("/network/counters_delta", "interval_too_short",
                   "a delta needs two readings; collect with a window");
  }
}

// ---- settings, listeners -------------------------------------------------------------------------------------------

void read_settings(const EvidenceReader& reader, Network& network) {
  const std::string sysctl_dir = "root/proc/sys/";
  std::map<std::string, std::int64_t> values;
  std::vector<std::string> paths = reader.bundle().glob(sysctl_dir + "net/core/*");
  for (const char* name : {"net/ipv4/tcp_max_syn_backlog", "net/ipv4/tcp_abort_on_overflow"}) {
    paths.push_back(sysctl_dir + name);
  }
  for (const std::string& path : paths) {
    const auto value = integer_at(reader.bundle(), path);
    if (!value) continue;
    std::string name = to_valid_utf8(path.substr(sysctl_dir.size()));
    for (char& c : name) c = c == '/' ? '.' : c;
    reader.facts().source("/network/sysctl/" + name, path);
    values[name] = *value;
  }
  if (values.empty()) return reader.explain(sysctl_dir + "net/core/*", "/network/sysctl");
  network.sysctl = std::move(values);
}

void read_listeners(const EvidenceReader& reader, Network& network) {
  const std::string pointer = "/network/listeners";
  const std::string path = "commands/ss-listen/stdout";
  const auto text = reader.text(path, pointer);
  if (!text) return;
  Parsed<std::vector<Listener>> parsed = parse_listeners(*text);
  if (parsed.unparsed.any()) reader.unparsed(pointer, "partial: " + path, parsed.unparsed);
  network.listeners = std::move(parsed.value);
}

void read(const Bundle& bundle, FactsBuilder& builder) {
  const EvidenceReader reader(bundle, builder, "network");
  Network network;
  read_nics(reader);
  read_softnet(reader, network);
  read_protocols(reader, network);
  read_settings(reader, network);
  read_listeners(reader, network);
  network.rdma_ports = read_rdma_ports(reader);
  if (!network.window_seconds) {
    reader.missing("/network/window_seconds", "interval_too_short", "a delta needs two readings");
  }
  builder.facts.network = std::move(network);
}

}  // namespace

extern const Collector k_network_collector{
    .name = "network",
    .about = "network interfaces with queues, rings and losses, softnet drops, TCP counters, listeners, RDMA ports",
    .captures = kCaptures,
    .read = read,
    .texts = kTexts,
};

}  // namespace ihc
