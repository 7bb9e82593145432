// facts.irqs and facts.interrupts: which CPU answers which interrupt, how often within the window, and who may move it.
// Sources: Documentation/core-api/irq/irq-affinity.rst, kernel/irq/proc.c, Documentation/filesystems/proc.rst,
// irqbalance(1).
#pragma once

#include "facts/describe.h"

namespace ihc {

struct Irq {
  std::string irq;
  std::string key;
  std::string name;
  std::string kind;
  std::optional<std::string> chip;
  std::optional<std::int64_t> hwirq;
  std::optional<std::vector<std::string>> actions;
  std::optional<std::string> device;
  std::optional<std::string> nic;
  std::optional<std::int64_t> queue;
  std::optional<std::int64_t> total;
  std::optional<std::map<std::string, std::int64_t>> per_cpu;
  std::optional<std::map<std::string, std::int64_t>> per_cpu_delta;
  std::optional<std::int64_t> total_delta;
  std::optional<CpuSet> affinity;
  std::optional<CpuSet> effective_affinity;
  std::optional<CpuSet> affinity_hint;
  std::optional<std::int64_t> numa_node;
  std::optional<bool> is_managed;
};

struct Softirq {
  std::map<std::string, std::int64_t> per_cpu;
  std::optional<std::map<std::string, std::int64_t>> per_cpu_delta;
};

struct Irqbalance {
  std::optional<bool> is_running;
  std::optional<std::vector<std::string>> arguments;
  std::optional<CpuSet> banned_cpus;
  std::optional<std::vector<std::string>> banned_irqs;
  std::optional<bool> is_one_shot;
};

struct Interrupts {
  std::optional<CpuSet> cpus;
  std::optional<double> window_seconds;
  std::optional<CpuSet> default_affinity;
  std::optional<std::map<std::string, Softirq>> softirqs;
  std::optional<Irqbalance> irqbalance;
};

}  // namespace ihc
