// /proc/interrupts: one row an interrupt, one column an online CPU.
//
//              CPU0       CPU1
//    1:          0         73   IO-APIC    1-edge      i8042
//   57:          0       2061   IR-PCI-MSIX-0000:18:00.0    6-edge      eth0-TxRx-5
//   10:  123867429  124433014     GICv3  27 Level     arch_timer
//  NMI:          0          0   Non-maskable interrupts
//  ERR:          0
//
// Source: kernel/irq/proc.c show_interrupts(), arch/*/kernel/irq.c arch_show_interrupts(). Kernels before 4.x print no
// hardware number ("IO-APIC-edge  timer", "XT-PIC-XT-PIC  cascade"); s390 has names instead of numbers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/reading/parsed.h"

namespace ihc {

using CountsByCpu = std::map<std::uint32_t, std::int64_t>;

struct InterruptRow {
  std::string label;                  ///< "57", "NMI"
  CountsByCpu counts;                 ///< every column; empty for a row that has one total
  std::optional<std::int64_t> total;  ///< ERR, MIS and their like: of no CPU
  std::string description;            ///< what follows the counts

  bool is_numbered() const { return !label.empty() && label.front() >= '0' && label.front() <= '9'; }
};

struct InterruptTable {
  std::vector<std::uint32_t> cpus;  ///< the columns
  std::vector<InterruptRow> rows;
};

/// Also reads what a mail has wrapped. A row with fewer counts than there are columns is not understood.
Parsed<InterruptTable> parse_interrupts(std::string_view text);

/// What follows the counts of a numbered row.
struct InterruptDescription {
  std::string chip;                   ///< "IR-PCI-MSIX-0000:18:00.0", "RISC-V INTC"
  std::optional<std::int64_t> hwirq;  ///< 6
  std::vector<std::string> actions;   ///< {"PCIe PME", "pciehp"}; empty: requested by nobody
};

InterruptDescription parse_interrupt_description(std::string_view description);

/// The PCI address that a description spells: in its chip ("PCI-MSIX-0000:18:00.0"), in an action
/// ("mlx5_comp3@pci:0000:3b:00.0", "ahci[0000:00:1f.2]"), or in the number of a PCI message as kernels 4.x to 6.1 make
/// it (drivers/pci/msi/irqdomain.c: domain << 27 | bus and device << 11 | index).
std::optional<std::string> interrupt_pci_address(const InterruptDescription& description);

/// The number that ends an action's name: "i40e-eno1-TxRx-23" → 23, "nvme0q7" → 7, "virtio2-input.0" → 0,
/// "mlx5_comp3@pci:0000:3b:00.0" → 3. Nothing for "i8042", "xhci_hcd" or "eth0", where it is a part of the name.
std::optional<std::int64_t> interrupt_queue(std::string_view action);

/// "CPU0 CPU1 …" → 0, 1, …; nothing when a word is something else or there is none.
std::optional<std::vector<std::uint32_t>> parse_cpu_columns(std::string_view line);

}  // namespace ihc
