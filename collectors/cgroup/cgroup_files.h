// The single files of a control group, of both versions.
//
//   cpu.max            4800000 100000          max 100000
//   cpu.stat (v2)      usage_usec 98701325189 … nr_throttled 6004 … throttled_usec 1234567
//   cpu.stat (v1)      nr_periods 12 / nr_throttled 3 / throttled_time 1234567890          (nanoseconds)
//   memory.numa_stat   anon N0=1330585600 N1=1141161984                 (v2: bytes)
//                      total=1004 N0=1004                               (v1: pages)
//   cpu.pressure       some avg10=0.00 avg60=0.08 avg300=0.06 total=293391454
//
// Sources: Documentation/admin-guide/cgroup-v2.rst, cgroup-v1/memory.rst, scheduler/sched-bwc.rst, accounting/psi.rst.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/reading/parsed.h"
#include "facts/cgroups.h"

namespace ihc {

/// "max" and "infinity" are unlimited; so are -1 (cfs_quota_us) and the v1 page counter's top, which depends on the
/// page size but is never less than 2^62. Nothing for other texts and other negative numbers.
std::optional<Limit> parse_limit(std::string_view text);

struct CpuMax {
  Limit quota_us;
  std::int64_t period_us = 0;
};
std::optional<CpuMax> parse_cpu_max(std::string_view text);

/// cpu.stat of either version, told apart by its names; times come out in microseconds (v1 prints nanoseconds).
Parsed<CgroupThrottling> parse_cpu_stat(std::string_view text);

using ByKindAndNode = std::map<std::string, std::map<std::string, std::int64_t>>;

/// One kind of memory a line. v1's own sum over the nodes ("total=1004") is left out; its "hierarchical_" lines count
/// the groups below too.
Parsed<ByKindAndNode> parse_cgroup_numa_stat(std::string_view text);

/// hugetlb.SIZE.numa_stat: "total=4194304 N0=4194304 N1=0", bytes; the first line is the group's own.
std::optional<std::map<std::string, std::int64_t>> parse_hugetlb_numa_stat(std::string_view text);

/// "default 100" (further lines are devices'), or a number alone as blkio.weight has it.
std::optional<std::int64_t> parse_io_weight(std::string_view text);

/// "full" is absent for cpu on kernels before 5.13.
Parsed<CgroupPressure> parse_cgroup_pressure(std::string_view text);

}  // namespace ihc
