// /proc/softirqs: one row a kind, one column a possible CPU (also those that are not there).
//
//                       CPU0       CPU1
//             HI:          3          0
//         NET_RX:      55919      28694
//
// Source: fs/proc/softirqs.c.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "collectors/irq/interrupts.h"

namespace ihc {

using SoftirqTable = std::map<std::string, CountsByCpu>;

Parsed<SoftirqTable> parse_softirqs(std::string_view text);

/// Whether a row's label is one of the kernel's softirq names.
bool is_softirq_name(std::string_view label);

}  // namespace ihc
