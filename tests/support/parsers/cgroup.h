// The parsers of control group files.
#pragma once

#include <array>

#include "collect/cgroups.h"
#include "collectors/cgroup/cgroup_files.h"
#include "collectors/cgroup/cgroup_tree.h"
#include "support/parsers/parser.h"

namespace ihc::test {

inline Json run_cpu_max(std::string_view text) {
  const auto max = parse_cpu_max(text);
  return max ? Json{{"quota_us", facts_to_json(max->quota_us)}, {"period_us", max->period_us}} : Json();
}

inline Json run_cpu_stat(std::string_view text) {
  const auto parsed = parse_cpu_stat(text);
  return with_account(facts_to_json(parsed.value), parsed.unparsed);
}

inline Json run_cgroup_numa_stat(std::string_view text) {
  const auto parsed = parse_cgroup_numa_stat(text);
  return with_account({{"kinds", parsed.value}}, parsed.unparsed);
}

inline Json run_hugetlb_numa_stat(std::string_view text) {
  const auto nodes = parse_hugetlb_numa_stat(text);
  return nodes ? Json(*nodes) : Json();
}

inline Json run_cgroup_pressure(std::string_view text) {
  const auto parsed = parse_cgroup_pressure(text);
  return with_account(facts_to_json(parsed.value), parsed.unparsed);
}

inline Json run_cgroup_mounts(std::string_view text) {
  Json list = Json::array();
  for (const CgroupMount& mount : parse_cgroup_mounts(text)) {
    list.push_back({{"mount_point", mount.mount_point},
                    {"root", to_valid_utf8(mount.root)},
                    {"is_v2", mount.is_v2},
                    {"options", mount.options}});
  }
  return list;
}

inline constexpr std::array kCgroupParsers{
    Parser{"cpu_max", "4800000 100000\n", run_cpu_max},
    Parser{"cpu_stat", "usage_usec 98701325189\nnr_periods 3936904\nnr_throttled 6004\nthrottled_usec 1234567\n",
           run_cpu_stat},
    Parser{"cgroup_numa_stat", "anon N0=1330585600 N1=1141161984\nfile N0=4096 N1=0\n", run_cgroup_numa_stat},
    Parser{"hugetlb_numa_stat", "total=4194304 N0=4194304 N1=0\n", run_hugetlb_numa_stat},
    Parser{"cgroup_pressure",
           "some avg10=0.00 avg60=0.08 avg300=0.06 total=293391454\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=1\n",
           run_cgroup_pressure},
    Parser{"cgroup_mounts",
           "34 25 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:15 - cgroup cgroup rw,cpu,cpuacct\n"
           "35 25 0:30 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate\n",
           run_cgroup_mounts},
};

}  // namespace ihc::test
