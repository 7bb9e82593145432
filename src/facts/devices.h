// facts.gpus: the accelerators, with their place in the machine.
#pragma once

#include "facts/describe.h"

namespace ihc {

struct Gpu {
  std::string address;
  std::string vendor;
  std::string device;
  std::optional<std::string> driver;
  std::optional<std::int64_t> numa_node;
  std::optional<CpuSet> local_cpus;
};

template <>
struct Describe<Gpu> {
  static constexpr std::string_view kName = "gpu";
  static constexpr auto kFields =
      std::tuple{field("address", &Gpu::address, "PCI address"),
                 field("vendor", &Gpu::vendor, "PCI vendor id, four hexadecimal digits"),
                 field("device", &Gpu::device, "PCI device id, four hexadecimal digits"),
                 field("driver", &Gpu::driver, "the bound kernel driver"),
                 field("numa_node", &Gpu::numa_node, "sysfs numa_node; absent when the firmware says nothing"),
                 field("local_cpus", &Gpu::local_cpus, "sysfs local_cpulist")};
};

}  // namespace ihc
