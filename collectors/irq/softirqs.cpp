#include "collectors/irq/softirqs.h"

#include <algorithm>
#include <array>

namespace ihc {

bool is_softirq_name(std::string_view label) {
  // kernel/softirq.c softirq_to_name, and the name that BLOCK_IOPOLL had before 4.4.
  constexpr std::array<std::string_view, 11> kNames{"HI",      "TIMER", "NET_TX",  "NET_RX", "BLOCK",       "IRQ_POLL",
                                                    "TASKLET", "SCHED", "HRTIMER", "RCU",    "BLOCK_IOPOLL"};
  return std::find(kNames.begin(), kNames.end(), label) != kNames.end();
}

Parsed<SoftirqTable> parse_softirqs(std::string_view text) {
  Parsed<InterruptTable> table = parse_interrupts(text);
  Parsed<SoftirqTable> parsed{.value = {}, .unparsed = std::move(table.unparsed)};
  for (InterruptRow& row : table.value.rows) {
    if (row.counts.empty() || row.is_numbered() || !row.description.empty()) {
      parsed.unparsed.add(row.label + ": " + row.description);
    } else {
      parsed.value[row.label] = std::move(row.counts);
    }
  }
  return parsed;
}

}  // namespace ihc
