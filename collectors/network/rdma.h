// /sys/class/infiniband: ports of InfiniBand and RoCE devices, with their counters.
//
//   /sys/class/infiniband/mlx5_0 -> ../../devices/pci0000:3a/0000:3a:00.0/0000:3b:00.0/infiniband/mlx5_0
//   /sys/class/infiniband/mlx5_0/ports/1/state                   4: ACTIVE
//   /sys/class/infiniband/mlx5_0/ports/1/counters/link_downed    0
//
// Source: Documentation/ABI/stable/sysfs-class-infiniband.
#pragma once

#include <optional>
#include <vector>

#include "collectors/reading/evidence_reader.h"
#include "facts/network.h"

namespace ihc {

std::optional<std::vector<RdmaPort>> read_rdma_ports(const EvidenceReader& reader);

}  // namespace ihc
