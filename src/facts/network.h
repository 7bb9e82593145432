// facts.nics and facts.network: the interfaces that requests come in by, their queues and losses, and what the network
// stack dropped.
// Sources: Documentation/ABI/testing/{sysfs-class-net,sysfs-class-net-statistics,sysfs-class-net-queues},
// Documentation/networking/{scaling,ethtool-netlink,snmp_counter}.rst, include/uapi/linux/ethtool.h,
// net/core/net-procfs.c.
#pragma once

#include "facts/describe.h"

namespace ihc {

struct NicRings {
  std::optional<std::int64_t> rx;
  std::optional<std::int64_t> rx_max;
  std::optional<std::int64_t> tx;
  std::optional<std::int64_t> tx_max;
};

struct NicChannels {
  std::optional<std::int64_t> rx;
  std::optional<std::int64_t> rx_max;
  std::optional<std::int64_t> tx;
  std::optional<std::int64_t> tx_max;
  std::optional<std::int64_t> combined;
  std::optional<std::int64_t> combined_max;
};

struct NicQueue {
  std::string name;
  std::optional<CpuSet> cpus;
  std::optional<std::int64_t> flow_entries;
};

struct Nic {
  std::string name;
  std::optional<std::string> address;
  std::optional<std::string> driver;
  std::optional<std::int64_t> numa_node;
  std::optional<CpuSet> local_cpus;
  std::optional<bool> is_up;
  std::optional<std::int64_t> speed_mbps;
  std::optional<std::string> duplex;
  std::optional<std::int64_t> mtu;
  std::optional<std::int64_t> carrier_changes;
  std::optional<std::int64_t> carrier_changes_delta;
  std::optional<std::map<std::string, std::int64_t>> statistics;
  std::optional<std::map<std::string, std::int64_t>> statistics_delta;
  std::optional<std::map<std::string, std::int64_t>> driver_statistics;
  std::optional<std::map<std::string, std::int64_t>> driver_statistics_delta;
  std::optional<NicRings> rings;
  std::optional<NicChannels> channels;
  std::optional<std::map<std::string, std::int64_t>> coalescing;
  std::optional<std::map<std::string, bool>> features;
  std::optional<std::string> driver_version;
  std::optional<std::string> firmware_version;
  std::optional<std::vector<NicQueue>> queues;
  std::optional<std::vector<std::string>> irq_keys;
  std::optional<std::vector<std::string>> upper_interfaces;
};

struct Softnet {
  std::optional<std::int64_t> cpu;
  std::int64_t processed = 0;
  std::int64_t dropped = 0;
  std::int64_t time_squeeze = 0;
  std::optional<std::int64_t> received_rps;
  std::optional<std::int64_t> flow_limit_count;
  std::optional<std::int64_t> processed_delta;
  std::optional<std::int64_t> dropped_delta;
  std::optional<std::int64_t> time_squeeze_delta;
};

struct RdmaPort {
  std::string device;
  std::int64_t port = 0;
  std::optional<std::string> address;
  std::optional<std::string> state;
  std::optional<std::string> rate;
  std::optional<std::string> link_layer;
  std::optional<std::map<std::string, std::int64_t>> counters;
  std::optional<std::map<std::string, std::int64_t>> counters_delta;
};

struct Listener {
  std::string address;
  std::int64_t queued = 0;
  std::int64_t backlog = 0;
};

struct Network {
  std::optional<double> window_seconds;
  std::optional<std::vector<Softnet>> softnet;
  std::optional<std::map<std::string, std::int64_t>> counters;
  std::optional<std::map<std::string, std::int64_t>> counters_delta;
  std::optional<std::map<std::string, std::int64_t>> sysctl;
  std::optional<std::vector<Listener>> listeners;
  std::optional<std::vector<RdmaPort>> rdma_ports;
};

}  // namespace ihc
