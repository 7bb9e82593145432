// The output of `perf c2c report --stdio`: how often loads found a line that another CPU had just written, and which.
//
//   =================================================
//               Trace Event Information
//   =================================================
//     Total records                     :    1658231
//     Load Local HITM                   :      92117
//     Load Remote HITM                  :        139
//     LLC Misses to Remote cache (HITM) :        4.1%
//   …            Shared Data Cache Line Table
//   # Index             Address  Node  PA cnt     Hitm    Total  LclHitm  RmtHitm  records    Loads …
//         0      0x55c8971f0080     0    1967   66.14%      252      252        0     6044     3550 …
//   …            Shared Cache Line Distribution Pareto
//         0        0     2374        0        0        0  0xff1100088366d880
//     0.00%   42.29%    0.00% …  0xffffffff81373b7b  0  231  129  5312  64  [k] __mod_lruvec_page_state
//     [kernel.vmlinux]
//   memcontrol.h:752   1
//
// Columns before and after the three HITM counts differ between versions, so these are found behind the one column of
// the table that is a percentage. On Arm the same columns count snoops of peers.
// Source: perf-c2c(1); tools/perf/builtin-c2c.c.
#pragma once

#include <string_view>

#include "collectors/reading/parsed.h"
#include "facts/perf.h"

namespace ihc {

/// `label` of the result is empty. Without any of its sections the value is empty too.
Parsed<CacheToCache> parse_c2c_report(std::string_view text);

}  // namespace ihc
