// Pools of huge pages below a folder of hugepages-<size>kB, of the whole system or of one node.
//
//   /sys/kernel/mm/hugepages/hugepages-2048kB/{nr_hugepages,free_hugepages,resv_hugepages,surplus_hugepages}
//   /sys/devices/system/node/node0/hugepages/hugepages-1048576kB/nr_hugepages
//
// Source: Documentation/admin-guide/mm/hugetlbpage.rst.
#pragma once

#include <string>
#include <vector>

#include "bundle/bundle.h"
#include "facts/topology.h"

namespace ihc {

/// The pools below `dir` ("root/sys/kernel/mm/hugepages/"), by page size; a number that was not had is absent. The
/// paths that were read are added to `used`.
std::vector<HugePages> huge_pages_at(const Bundle& bundle, const std::string& dir, std::vector<std::string>& used);

}  // namespace ihc
