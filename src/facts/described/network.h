// The description of the structs of facts/network.h.
#pragma once

#include "facts/describe.h"
#include "facts/network.h"

namespace ihc {

template <>
struct Describe<NicRings> {
  static constexpr std::string_view kName = "nic_rings";
  static constexpr auto kFields =
      std::tuple{field("rx", &NicRings::rx, "receive descriptors now"), field("rx_max", &NicRings::rx_max, "at most"),
                 field("tx", &NicRings::tx, "transmit descriptors now"), field("tx_max", &NicRings::tx_max, "at most")};
};

template <>
struct Describe<NicChannels> {
  static constexpr std::string_view kName = "nic_channels";
  static constexpr auto kFields = std::tuple{field("rx", &NicChannels::rx, "receive-only queues now"),
                                             field("rx_max", &NicChannels::rx_max, "at most"),
                                             field("tx", &NicChannels::tx, "transmit-only queues now"),
                                             field("tx_max", &NicChannels::tx_max, "at most"),
                                             field("combined", &NicChannels::combined, "queues for both ways now"),
                                             field("combined_max", &NicChannels::combined_max, "at most")};
};

template <>
struct Describe<NicQueue> {
  static constexpr std::string_view kName = "nic_queue";
  static constexpr auto kFields = std::tuple{
      field("name", &NicQueue::name, "rx-0, tx-0, …"),
      field("cpus", &NicQueue::cpus, "rps_cpus of a receive queue, xps_cpus of a transmit queue; empty: not steered"),
      field("flow_entries", &NicQueue::flow_entries, "rps_flow_cnt of a receive queue (RFS)")};
};

template <>
struct Describe<Nic> {
  static constexpr std::string_view kName = "nic";
  static constexpr auto kFields = std::tuple{
      field("name", &Nic::name, "interface name"),
      field("address", &Nic::address, "PCI address of its device; absent for virtual interfaces"),
      field("driver", &Nic::driver, "the bound kernel driver"),
      field("numa_node", &Nic::numa_node, "sysfs numa_node of its device"),
      field("local_cpus", &Nic::local_cpus, "sysfs local_cpulist of its device"),
      field("is_up", &Nic::is_up, "operstate is up"),
      field("speed_mbps", &Nic::speed_mbps, "link speed in Mbit/s, where the driver gives it"),
      field("duplex", &Nic::duplex, "full or half, where the driver gives it"),
      field("mtu", &Nic::mtu, "largest packet, bytes"),
      field("carrier_changes", &Nic::carrier_changes, "times the link went up or down since the interface was made"),
      field("carrier_changes_delta", &Nic::carrier_changes_delta, "the same within the window"),
      field("statistics", &Nic::statistics, "statistics/*, since the interface was made: context only"),
      field("statistics_delta", &Nic::statistics_delta, "their growth within the window"),
      field("driver_statistics", &Nic::driver_statistics,
            "the driver's own counters that tell of loss (ethtool -S: names with drop, discard, miss, error, no_buf, "
            "out_of_buffer, overflow, pause, …); names differ by driver"),
      field("driver_statistics_delta", &Nic::driver_statistics_delta, "their growth within the window"),
      field("rings", &Nic::rings, "descriptor rings (ethtool -g)"),
      field("channels", &Nic::channels, "queues (ethtool -l)"),
      field("coalescing", &Nic::coalescing, "interrupt coalescing (ethtool -c), by ethtool's names"),
      field("features", &Nic::features, "offloads that are on or off now (ethtool -k), by the kernel's names"),
      field("driver_version", &Nic::driver_version, "ethtool -i"),
      field("firmware_version", &Nic::firmware_version, "ethtool -i"),
      field("queues", &Nic::queues, "queues/*: software steering"),
      field("irq_keys", &Nic::irq_keys, "keys of facts.irqs that are this interface's"),
      field("upper_interfaces", &Nic::upper_interfaces, "bonds, bridges and VLANs that use it, nearest first")};
};

template <>
struct Describe<Softnet> {
  static constexpr std::string_view kName = "softnet";
  static constexpr auto kFields =
      std::tuple{field("cpu", &Softnet::cpu,
                       "CPU number; absent on kernels that do not print it when the online CPUs are unknown"),
                 field("processed", &Softnet::processed, "packets since boot: context only"),
                 field("dropped", &Softnet::dropped, "packets that found the backlog full, since boot"),
                 field("time_squeeze", &Softnet::time_squeeze, "times the budget ended with work left, since boot"),
                 field("received_rps", &Softnet::received_rps, "wake-ups by other CPUs, since boot"),
                 field("flow_limit_count", &Softnet::flow_limit_count, "packets dropped by the flow limit, since boot"),
                 field("processed_delta", &Softnet::processed_delta, "within the window"),
                 field("dropped_delta", &Softnet::dropped_delta, "within the window"),
                 field("time_squeeze_delta", &Softnet::time_squeeze_delta, "within the window")};
};

template <>
struct Describe<RdmaPort> {
  static constexpr std::string_view kName = "rdma_port";
  static constexpr auto kFields =
      std::tuple{field("device", &RdmaPort::device, "mlx5_0, …"),
                 field("port", &RdmaPort::port, "port number, from 1"),
                 field("address", &RdmaPort::address, "PCI address of the device"),
                 field("state", &RdmaPort::state, "ACTIVE, DOWN, … (ports/*/state)"),
                 field("rate", &RdmaPort::rate, "ports/*/rate as the kernel prints it"),
                 field("link_layer", &RdmaPort::link_layer, "InfiniBand or Ethernet"),
                 field("counters", &RdmaPort::counters, "ports/*/counters/*, since reset: context only"),
                 field("counters_delta", &RdmaPort::counters_delta, "their growth within the window")};
};

template <>
struct Describe<Listener> {
  static constexpr std::string_view kName = "listener";
  static constexpr auto kFields =
      std::tuple{field("address", &Listener::address, "local address and port of a listening TCP socket"),
                 field("queued", &Listener::queued, "connections that wait to be accepted (Recv-Q)"),
                 field("backlog", &Listener::backlog,
                       "how many may wait (Send-Q): the smaller of what the program asked for and somaxconn")};
};

template <>
struct Describe<Network> {
  static constexpr std::string_view kName = "network";
  static constexpr auto kFields = std::tuple{
      field("window_seconds", &Network::window_seconds, "time between the two readings of the deltas"),
      field("softnet", &Network::softnet, "per online CPU, from /proc/net/softnet_stat"),
      field(
          "counters", &Network::counters,
          "\"TcpExt.ListenOverflows\" and the like, since boot (/proc/net/netstat, /proc/net/snmp); levels and limits "
          "are left out"),
      field("counters_delta", &Network::counters_delta, "their growth within the window"),
      field("sysctl", &Network::sysctl, "net.core and net.ipv4 settings, by sysctl name"),
      field("listeners", &Network::listeners, "listening TCP sockets (ss -ltn)"),
      field("rdma_ports", &Network::rdma_ports, "ports of InfiniBand and RoCE devices")};
};

}  // namespace ihc
