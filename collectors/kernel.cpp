// Kernel settings that decide how it treats an inference server: one value a file.
//
//   /sys/kernel/mm/transparent_hugepage/enabled    always [madvise] never
//   /proc/sys/kernel/numa_balancing                1
//   /etc/tuned/active_profile                      throughput-performance
//
// Source: Documentation/admin-guide/sysctl/{kernel,vm}.rst, Documentation/admin-guide/mm/transhuge.rst, tuned(8).

#include <algorithm>
#include <array>

#include "collect/collector.h"
#include "collectors/kernel/command_line.h"
#include "collectors/reading/counters.h"
#include "collectors/reading/evidence_reader.h"

namespace ihc {

namespace {

constexpr Capture kCaptures[] = {
    File{.path = "/proc/sys/kernel/osrelease"},
    File{.path = "/proc/version"},
    File{.path = "/proc/cmdline", .scrub = ScrubKind::text},
    File{.path = "/proc/meminfo"},
    File{.path = "/sys/kernel/mm/transparent_hugepage/enabled"},
    File{.path = "/sys/kernel/mm/transparent_hugepage/defrag"},
    File{.path = "/proc/sys/kernel/numa_balancing"},
    File{.path = "/proc/sys/vm/zone_reclaim_mode"},
    File{.path = "/proc/sys/vm/swappiness"},
    File{.path = "/proc/sys/vm/numa_stat"},
    File{.path = "/proc/sys/vm/min_free_kbytes"},
    File{.path = "/proc/sys/vm/max_map_count"},
    File{.path = "/proc/sys/kernel/sched_rt_runtime_us"},
    File{.path = "/proc/sys/kernel/sched_rt_period_us"},
    File{.path = "/proc/sys/kernel/sched_schedstats"},
    File{.path = "/proc/sys/kernel/nmi_watchdog"},
    File{.path = "/proc/sys/kernel/perf_event_paranoid"},
    File{.path = "/sys/devices/system/clocksource/clocksource0/current_clocksource"},
    File{.path = "/sys/devices/system/clocksource/clocksource0/available_clocksource"},
    File{.path = "/proc/swaps"},
    File{.path = "/sys/module/zswap/parameters/enabled"},
    File{.path = "/sys/devices/virtual/workqueue/cpumask"},
    Files{.family = "vulnerabilities", .path = "/sys/devices/system/cpu/vulnerabilities/*"},
    File{.path = "/etc/tuned/active_profile"},
    File{.path = "/etc/tuned/profile_mode"},
};

std::optional<std::string> choice(const EvidenceReader& reader, const std::string& path, const std::string& pointer) {
  const auto text = reader.text(path, pointer);
  if (!text) return std::nullopt;
  if (const auto chosen = bracketed_choice(*text)) return to_valid_utf8(*chosen);
  reader.missing(pointer, "parse_error", path + " marks no choice with brackets");
  return std::nullopt;
}

void read_memory(const EvidenceReader& reader, Kernel& kernel) {
  const std::string path = "root/proc/meminfo";
  const struct {
    const char* name;
    std::string_view key;
    std::optional<std::int64_t> Kernel::*member;
  } rows[] = {{"/kernel/memory_total_bytes", "MemTotal", &Kernel::memory_total_bytes},
              {"/kernel/memory_available_bytes", "MemAvailable", &Kernel::memory_available_bytes},
              {"/kernel/swap_total_bytes", "SwapTotal", &Kernel::swap_total_bytes},
              {"/kernel/swap_free_bytes", "SwapFree", &Kernel::swap_free_bytes},
              {"/kernel/swap_cached_bytes", "SwapCached", &Kernel::swap_cached_bytes}};
  const auto text = reader.bundle().text(path);
  const Parsed<Counters> meminfo = parse_meminfo(text.value_or(std::string_view{}));
  for (const auto& row : rows) {
    kernel.*row.member = counter(meminfo.value, row.key);
    if (kernel.*row.member) {
      reader.facts().source(row.name, path);
    } else if (!text) {
      reader.explain(path, row.name);
    } else if (meminfo.unparsed.any()) {
      reader.unparsed(row.name, path, meminfo.unparsed);
    } else {
      reader.missing(row.name, "structural", "this kernel's meminfo has no " + std::string(row.key));
    }
  }
}

void read_clocksource(const EvidenceReader& reader, Kernel& kernel) {
  const std::string dir = "root/sys/devices/system/clocksource/clocksource0/";
  kernel.clocksource = reader.word(dir + "current_clocksource", "/kernel/clocksource");
  const auto available = reader.text(dir + "available_clocksource", "/kernel/available_clocksources");
  if (!available) return;
  kernel.available_clocksources.emplace();
  for (const std::string_view word : split_words(trim(*available))) {
    kernel.available_clocksources->push_back(to_valid_utf8(word));
  }
}

// ---- command line --------------------------------------------------------------------------------------------------

// Only these: what else is on a command line is nobody's business here.
constexpr auto kParameters = std::to_array<std::string_view>({"isolcpus",
                                                              "nohz",
                                                              "nohz_full",
                                                              "rcu_nocbs",
                                                              "rcu_nocb_poll",
                                                              "irqaffinity",
                                                              "housekeeping",
                                                              "skew_tick",
                                                              "nosmt",
                                                              "maxcpus",
                                                              "nr_cpus",
                                                              "numa",
                                                              "numa_balancing",
                                                              "transparent_hugepage",
                                                              "hugepages",
                                                              "hugepagesz",
                                                              "default_hugepagesz",
                                                              "hugetlb_cma",
                                                              "mitigations",
                                                              "nopti",
                                                              "pti",
                                                              "spectre_v2",
                                                              "retbleed",
                                                              "mds",
                                                              "tsx",
                                                              "intel_pstate",
                                                              "amd_pstate",
                                                              "intel_idle.max_cstate",
                                                              "processor.max_cstate",
                                                              "cpuidle.off",
                                                              "idle",
                                                              "tsc",
                                                              "clocksource",
                                                              "iommu",
                                                              "iommu.passthrough",
                                                              "intel_iommu",
                                                              "amd_iommu",
                                                              "pcie_aspm",
                                                              "pcie_acs_override",
                                                              "pci",
                                                              "nowatchdog",
                                                              "nmi_watchdog",
                                                              "nosoftlockup",
                                                              "audit",
                                                              "cgroup_disable",
                                                              "systemd.unified_cgroup_hierarchy",
                                                              "efi",
                                                              "crashkernel",
                                                              "kvm-intel.nested",
                                                              "mce"});

void read_cpu_parameter(const EvidenceReader& reader, const std::map<std::string, std::string>& parameters,
                        const std::string& name, std::optional<CpuSet>& cpus) {
  const auto found = parameters.find(name);
  const std::string pointer = "/kernel/" + name;
  if (found == parameters.end()) return reader.missing(pointer, "structural", "the command line has no " + name + "=");
  cpus = CpuSet::parse_list(found->second);
  if (!cpus) reader.missing(pointer, "parse_error", name + "=" + found->second + " is no list of CPUs by number");
}

void read_parameters(const EvidenceReader& reader, Kernel& kernel) {
  const std::string path = "root/proc/cmdline";
  const auto text = reader.text(path, "/kernel/parameters");
  if (!text) return;
  const auto all = parse_command_line(*text);
  kernel.parameters.emplace();
  for (const auto& [name, value] : all) {
    if (std::find(kParameters.begin(), kParameters.end(), name) != kParameters.end()) {
      kernel.parameters->emplace(name, value);
    }
  }
  read_cpu_parameter(reader, all, "nohz_full", kernel.nohz_full);
  read_cpu_parameter(reader, all, "rcu_nocbs", kernel.rcu_nocbs);
  read_cpu_parameter(reader, all, "irqaffinity", kernel.irqaffinity);
  const auto isolcpus = all.find("isolcpus");
  if (isolcpus == all.end()) {
    return reader.missing("/kernel/isolcpus", "structural", "the command line has no isolcpus=");
  }
  IsolatedCpus isolated = parse_isolcpus(isolcpus->second);
  if (!isolated.flags.empty()) kernel.isolcpus_flags = std::move(isolated.flags);
  kernel.isolcpus = std::move(isolated.cpus);
  if (!kernel.isolcpus) reader.missing("/kernel/isolcpus", "parse_error", "isolcpus= has no list of CPUs by number");
}

// ---- swap, workqueues, vulnerabilities -----------------------------------------------------------------------------

// Filename  Type  Size  Used  Priority; sizes in KiB. A name's blanks are written \040.
void read_swap_devices(const EvidenceReader& reader, Kernel& kernel) {
  const std::string path = "root/proc/swaps";
  const auto text = reader.text(path, "/kernel/swap_devices");
  if (!text) return;
  constexpr std::int64_t kKiB = 1024;
  constexpr std::int64_t kMaxKiB = INT64_MAX / kKiB;
  kernel.swap_devices.emplace();
  for (const std::string_view line : split_lines(*text)) {
    const auto words = split_words(line);
    if (words.empty() || words.front() == "Filename") continue;
    const auto size = words.size() > 3 ? parse_number<std::int64_t>(words[2]) : std::nullopt;
    const auto used = words.size() > 3 ? parse_number<std::int64_t>(words[3]) : std::nullopt;
    if (!size || !used || *size < 0 || *used < 0 || *size > kMaxKiB || *used > kMaxKiB) {
      reader.missing("/kernel/swap_devices", "parse_error", path + " has a line that is no swap device");
      continue;
    }
    kernel.swap_devices->push_back({.path = to_valid_utf8(words[0]),
                                    .kind = to_valid_utf8(words[1]),
                                    .size_bytes = *size * kKiB,
                                    .used_bytes = *used * kKiB});
  }
}

void read_isolation_and_guards(const EvidenceReader& reader, Kernel& kernel) {
  const std::string zswap = "root/sys/module/zswap/parameters/enabled";
  if (const auto word = reader.word(zswap, "/kernel/zswap_enabled"))
    kernel.zswap_enabled = *word == "Y" || *word == "1";
  const std::string mask = "root/sys/devices/virtual/workqueue/cpumask";
  if (const auto text = reader.text(mask, "/kernel/workqueue_cpus")) {
    kernel.workqueue_cpus = CpuSet::parse_mask(trim(*text));
    if (!kernel.workqueue_cpus) reader.missing("/kernel/workqueue_cpus", "parse_error", mask + " holds no CPU mask");
  }
  const std::string dir = "root/sys/devices/system/cpu/vulnerabilities/";
  const auto paths = reader.bundle().glob(dir + "*");
  if (paths.empty()) return reader.explain(dir + "*", "/kernel/vulnerabilities");
  kernel.vulnerabilities.emplace();
  for (const std::string& path : paths) {
    const auto said = word_at(reader.bundle(), path);
    if (!said) continue;
    kernel.vulnerabilities->emplace(path.substr(dir.size()), *said);
    reader.facts().source("/kernel/vulnerabilities", path);
  }
}

void read(const Bundle& bundle, FactsBuilder& builder) {
  const EvidenceReader reader(bundle, builder, "kernel");
  const std::string kernel_dir = "root/proc/sys/kernel/";
  const std::string vm_dir = "root/proc/sys/vm/";
  const std::string thp_dir = "root/sys/kernel/mm/transparent_hugepage/";
  Kernel kernel;
  kernel.release = reader.word(kernel_dir + "osrelease", "/kernel/release");
  kernel.version = reader.word("root/proc/version", "/kernel/version");
  kernel.command_line = reader.word("root/proc/cmdline", "/kernel/command_line");
  kernel.thp_enabled = choice(reader, thp_dir + "enabled", "/kernel/thp_enabled");
  kernel.thp_defrag = choice(reader, thp_dir + "defrag", "/kernel/thp_defrag");
  kernel.numa_balancing = reader.integer(kernel_dir + "numa_balancing", "/kernel/numa_balancing");
  kernel.zone_reclaim_mode = reader.integer(vm_dir + "zone_reclaim_mode", "/kernel/zone_reclaim_mode");
  kernel.swappiness = reader.integer(vm_dir + "swappiness", "/kernel/swappiness");
  kernel.numa_stat = reader.integer(vm_dir + "numa_stat", "/kernel/numa_stat");
  kernel.min_free_kbytes = reader.integer(vm_dir + "min_free_kbytes", "/kernel/min_free_kbytes");
  kernel.max_map_count = reader.integer(vm_dir + "max_map_count", "/kernel/max_map_count");
  kernel.sched_rt_runtime_us = reader.integer(kernel_dir + "sched_rt_runtime_us", "/kernel/sched_rt_runtime_us");
  kernel.sched_rt_period_us = reader.integer(kernel_dir + "sched_rt_period_us", "/kernel/sched_rt_period_us");
  kernel.sched_schedstats = reader.integer(kernel_dir + "sched_schedstats", "/kernel/sched_schedstats");
  kernel.nmi_watchdog = reader.integer(kernel_dir + "nmi_watchdog", "/kernel/nmi_watchdog");
  kernel.perf_event_paranoid = reader.integer(kernel_dir + "perf_event_paranoid", "/kernel/perf_event_paranoid");
  kernel.tuned_profile = reader.word("root/etc/tuned/active_profile", "/kernel/tuned_profile");
  read_clocksource(reader, kernel);
  read_memory(reader, kernel);
  read_parameters(reader, kernel);
  read_swap_devices(reader, kernel);
  read_isolation_and_guards(reader, kernel);
  builder.facts.kernel = std::move(kernel);
}

}  // namespace

extern const Collector k_kernel_collector{
    .name = "kernel",
    .about = "kernel version, command line, huge pages, NUMA balancing, reclaim, clock source, perf limits, tuned",
    .captures = kCaptures,
    .read = read,
};

}  // namespace ihc
