// The parsers of interrupts.
#pragma once

#include <array>

#include "collectors/irq/affinity_listing.h"
#include "collectors/irq/interrupts.h"
#include "collectors/irq/irqbalance.h"
#include "collectors/irq/softirqs.h"
#include "support/parsers/parser.h"

namespace ihc::test {

inline Json shown_counts(const CountsByCpu& counts) {
  Json json = Json::object();
  for (const auto& [cpu, count] : counts) json[std::to_string(cpu)] = count;
  return json;
}

inline Json run_interrupts(std::string_view text) {
  const auto parsed = parse_interrupts(text);
  Json rows = Json::array();
  for (const InterruptRow& row : parsed.value.rows) {
    Json json{{"label", row.label}, {"counts", shown_counts(row.counts)}, {"description", row.description}};
    if (row.total) json["total"] = *row.total;
    if (row.is_numbered()) {
      const InterruptDescription description = parse_interrupt_description(row.description);
      json["chip"] = description.chip;
      json["hwirq"] = shown(description.hwirq);
      json["actions"] = description.actions;
      json["address"] = shown(interrupt_pci_address(description));
    }
    rows.push_back(std::move(json));
  }
  return with_account({{"cpus", parsed.value.cpus}, {"rows", std::move(rows)}}, parsed.unparsed);
}

inline Json run_softirqs(std::string_view text) {
  const auto parsed = parse_softirqs(text);
  Json rows = Json::object();
  for (const auto& [name, counts] : parsed.value) rows[to_valid_utf8(name)] = shown_counts(counts);
  return with_account({{"rows", std::move(rows)}}, parsed.unparsed);
}

inline Json run_affinity_listing(std::string_view text) {
  const auto parsed = parse_affinity_listing(text);
  return with_account({{"irqs", parsed.value}}, parsed.unparsed);
}

inline Json run_irqbalance(std::string_view text) {
  const auto parsed = parse_irqbalance_settings(text);
  return with_account({{"banned_cpus", shown(parsed.value.banned_cpus)},
                       {"arguments", shown(parsed.value.arguments)},
                       {"banned_irqs", parsed.value.banned_irqs},
                       {"is_one_shot", parsed.value.is_one_shot}},
                      parsed.unparsed);
}

inline constexpr std::array kIrqParsers{
    Parser{"interrupts",
           "            CPU0       CPU1\n  57:          0       2061   IR-PCI-MSIX-0000:18:00.0    6-edge      "
           "eth0-TxRx-5\n NMI:          1          2   Non-maskable interrupts\n ERR:          0\n",
           run_interrupts},
    Parser{"softirqs", "                    CPU0       CPU2\n          HI:          3          0\n", run_softirqs},
    Parser{"affinity_listing", "/proc/irq/10/effective_affinity_list:48\nproc/irq/10/node:0\n", run_affinity_listing},
    Parser{"irqbalance", "# a comment\nIRQBALANCE_BANNED_CPUS=f8\nIRQBALANCE_ARGS=\"--banirq=24 --banmod nvme\"\n",
           run_irqbalance},
};

}  // namespace ihc::test
