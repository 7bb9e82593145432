// facts.nics: the interfaces that inference traffic crosses, with their place in the machine.
#pragma once

#include "facts/describe.h"

namespace ihc {

struct Nic {
  std::string name;
  std::optional<std::string> address;
  std::optional<std::string> driver;
  std::optional<std::int64_t> numa_node;
  std::optional<CpuSet> local_cpus;
  std::optional<bool> is_up;
  std::optional<std::int64_t> speed_mbps;
};

template <>
struct Describe<Nic> {
  static constexpr std::string_view kName = "nic";
  static constexpr auto kFields =
      std::tuple{field("name", &Nic::name, "interface name"),
                 field("address", &Nic::address, "PCI address of its device; absent for virtual interfaces"),
                 field("driver", &Nic::driver, "the bound kernel driver"),
                 field("numa_node", &Nic::numa_node, "sysfs numa_node of its device"),
                 field("local_cpus", &Nic::local_cpus, "sysfs local_cpulist of its device"),
                 field("is_up", &Nic::is_up, "operstate is up"),
                 field("speed_mbps", &Nic::speed_mbps, "link speed in Mbit/s, where the driver gives it")};
};

}  // namespace ihc
