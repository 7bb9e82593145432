// /proc/net/softnet_stat: one line an online CPU, all columns hexadecimal; newer kernels have more of them.
//
//   0000418b 00000000 00000001 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
//   00000001 processed dropped  squeezed (unused)                                              rps      flowlim backlog
//   CPU
//
// Source: net/core/net-procfs.c softnet_seq_show(): 9 columns at first, the tenth (received_rps) since 2.6.35, the
// eleventh (flow limit) since 3.11, the twelfth and thirteenth (backlog length, CPU number) since 5.14, two more
// since 6.5.
#pragma once

#include <string_view>
#include <vector>

#include "collectors/reading/parsed.h"
#include "facts/network.h"

namespace ihc {

/// In the order of the lines. `cpu` only where the kernel prints it.
Parsed<std::vector<Softnet>> parse_softnet(std::string_view text);

}  // namespace ihc
