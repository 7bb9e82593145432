// The description of the structs of facts/interrupts.h.
#pragma once

#include "facts/describe.h"
#include "facts/interrupts.h"

namespace ihc {

template <>
struct Describe<Irq> {
  static constexpr std::string_view kName = "irq";
  static constexpr auto kFields = std::tuple{
      field("irq", &Irq::irq, "the kernel's number or the architecture's short name, as the row of /proc/interrupts"),
      field("key", &Irq::key, "device and queue: the name that survives a restart, never the number"),
      field("name", &Irq::name, "names of its actions; the description of an architecture's own row"),
      field("kind", &Irq::kind,
            "device (a numbered row), per_cpu (the architecture's own), or total (ERR, MIS: no CPU)"),
      field("chip", &Irq::chip, "interrupt controller, for example IR-PCI-MSIX-0000:18:00.0 or GICv3"),
      field("hwirq", &Irq::hwirq, "the controller's own number of it"),
      field("actions", &Irq::actions, "one name for each handler that shares it; empty when nobody handles it"),
      field("device", &Irq::device,
            "PCI address: of sysfs msi_irqs and irq, else as chip, action or MSI number spell it"),
      field("nic", &Irq::nic, "the network interface of that device or named by the action"),
      field("queue", &Irq::queue, "the queue number that ends the action's name"),
      field("total", &Irq::total, "since boot, all CPUs: context only"),
      field("per_cpu", &Irq::per_cpu, "since boot, by CPU; a CPU left out had none"),
      field("per_cpu_delta", &Irq::per_cpu_delta,
            "growth within the window, by CPU; a CPU left out had none. Absent when a counter went backwards"),
      field("total_delta", &Irq::total_delta, "growth within the window, all CPUs"),
      field("affinity", &Irq::affinity, "CPUs asked for (/proc/irq/N/smp_affinity_list)"),
      field("effective_affinity", &Irq::effective_affinity,
            "CPUs it is delivered to (/proc/irq/N/effective_affinity_list): often one of those asked for"),
      field("affinity_hint", &Irq::affinity_hint, "what the driver suggests (/proc/irq/N/affinity_hint)"),
      field("numa_node", &Irq::numa_node, "/proc/irq/N/node; absent when the kernel gives none (-1)"),
      field("is_managed", &Irq::is_managed,
            "the kernel alone may move it (IRQD_AFFINITY_MANAGED of /sys/kernel/debug/irq/irqs/N)")};
};

template <>
struct Describe<Softirq> {
  static constexpr std::string_view kName = "softirq";
  static constexpr auto kFields = std::tuple{
      field("per_cpu", &Softirq::per_cpu, "since boot, by CPU; a CPU left out had none"),
      field("per_cpu_delta", &Softirq::per_cpu_delta, "growth within the window, by CPU; a CPU left out had none")};
};

template <>
struct Describe<Irqbalance> {
  static constexpr std::string_view kName = "irqbalance";
  static constexpr auto kFields = std::tuple{
      field("is_running", &Irqbalance::is_running, "its process or its active unit was there"),
      field("arguments", &Irqbalance::arguments, "IRQBALANCE_ARGS of its configuration"),
      field("banned_cpus", &Irqbalance::banned_cpus,
            "IRQBALANCE_BANNED_CPULIST, else IRQBALANCE_BANNED_CPUS (a mask); absent: isolcpus and nohz_full only"),
      field("banned_irqs", &Irqbalance::banned_irqs, "--banirq and --banmod of its arguments"),
      field("is_one_shot", &Irqbalance::is_one_shot, "IRQBALANCE_ONESHOT is set, or --oneshot is given")};
};

template <>
struct Describe<Interrupts> {
  static constexpr std::string_view kName = "interrupts";
  static constexpr auto kFields = std::tuple{
      field("cpus", &Interrupts::cpus, "the columns of /proc/interrupts: online CPUs"),
      field("window_seconds", &Interrupts::window_seconds, "time between the two readings of the deltas"),
      field("default_affinity", &Interrupts::default_affinity,
            "/proc/irq/default_smp_affinity: what an interrupt gets when nobody says more"),
      field("softirqs", &Interrupts::softirqs, "by name (NET_RX, TIMER, …), from /proc/softirqs"),
      field("irqbalance", &Interrupts::irqbalance, "the daemon that moves interrupts, and what it is kept from")};
};

}  // namespace ihc
