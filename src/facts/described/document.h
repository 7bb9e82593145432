// The description of the whole document: for what prints it, its schema and its reference, not for every reader of
// facts.
#pragma once

#include "facts/described/benchmark.h"
#include "facts/described/cgroups.h"
#include "facts/described/collection.h"
#include "facts/described/container.h"
#include "facts/described/engagement.h"
#include "facts/described/frequency.h"
#include "facts/described/gpu.h"
#include "facts/described/host.h"
#include "facts/described/interrupts.h"
#include "facts/described/kernel.h"
#include "facts/described/kernel_log.h"
#include "facts/described/limit.h"
#include "facts/described/network.h"
#include "facts/described/node.h"
#include "facts/described/numa_memory.h"
#include "facts/described/pci.h"
#include "facts/described/perf.h"
#include "facts/described/pressure.h"
#include "facts/described/runtime_metrics.h"
#include "facts/described/series.h"
#include "facts/described/services.h"
#include "facts/described/software.h"
#include "facts/described/topology.h"
#include "facts/described/traces.h"
#include "facts/described/workers.h"
#include "facts/document.h"

namespace ihc {

template <>
struct Describe<Facts> {
  static constexpr std::string_view kName = "facts";
  static constexpr auto kFields =
      std::tuple{field("schema_version", &Facts::schema_version, "version of this document's form"),
                 field("node", &Facts::node, "which machine, looked at when and how"),
                 field("topology", &Facts::topology, "CPUs, packages, NUMA nodes, caches, PCI devices"),
                 field("frequency", &Facts::frequency, "frequency drivers, governors, limits, idle states"),
                 field("numa_memory", &Facts::numa_memory, "page allocator counters per node and their growth"),
                 field("host", &Facts::host, "health of the machine beside its log, and what it shares out"),
                 field("kernel", &Facts::kernel, "kernel version and settings"),
                 field("kernel_log", &Facts::kernel_log, "lines of the kernel's log that tell of trouble"),
                 field("gpus", &Facts::gpus, "GPUs and accelerators, by PCI address"),
                 field("gpu_links", &Facts::gpu_links, "how GPUs and NICs reach each other: nvidia-smi topo -m"),
                 field("gpu_stack", &Facts::gpu_stack, "driver and control services of the GPUs"),
                 field("nics", &Facts::nics, "network interfaces with a device, by name"),
                 field("network", &Facts::network, "what the network stack dropped, and its settings"),
                 field("irqs", &Facts::irqs, "rows of /proc/interrupts, with affinity, device and queue"),
                 field("interrupts", &Facts::interrupts, "softirqs, irqbalance, and what irqs have in common"),
                 field("pressure", &Facts::pressure, "stalls, load, CPU time and steal, neighbours"),
                 field("workers", &Facts::workers, "processes that serve inference, by key; empty when none was found"),
                 field("processes", &Facts::processes,
                       "of a tree that no discovery was recorded for: its processes that serve no inference we know"),
                 field("cgroups", &Facts::cgroups, "control groups of the workers, above and beside them, by path"),
                 field("services", &Facts::services, "systemd units of the workers and of the node, by name"),
                 field("container", &Facts::container, "container runtime, kubelet, and their placement policies"),
                 field("perf", &Facts::perf, "performance counters of the workers"),
                 field("traces", &Facts::traces, "what tracepoints told, where that was asked for"),
                 field("runtime_metrics", &Facts::runtime_metrics, "what the server counts about itself"),
                 field("benchmarks", &Facts::benchmarks, "what load generators measured, a run an entry"),
                 field("series", &Facts::series, "what changed second by second, on one time axis"),
                 field("software", &Facts::software, "versions and environment of the inference software"),
                 field("collection", &Facts::collection, "what collecting cost"),
                 field("engagement", &Facts::engagement, "what people state: goals, prices, decisions"),
                 field("waivers", &Facts::waivers, "failures that somebody accepts, until when and why")};
};

}  // namespace ihc
