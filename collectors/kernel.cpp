// Kernel settings that decide how it treats an inference server: one value a file.
//
//   /sys/kernel/mm/transparent_hugepage/enabled    always [madvise] never
//   /proc/sys/kernel/numa_balancing                1
//   /etc/tuned/active_profile                      throughput-performance
//
// Source: Documentation/admin-guide/sysctl/{kernel,vm}.rst, Documentation/admin-guide/mm/transhuge.rst, tuned(8).

#include "collect/collector.h"
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
    File{.path = "/proc/sys/kernel/sched_schedstats"},
    File{.path = "/proc/sys/kernel/nmi_watchdog"},
    File{.path = "/proc/sys/kernel/perf_event_paranoid"},
    File{.path = "/sys/devices/system/clocksource/clocksource0/current_clocksource"},
    File{.path = "/sys/devices/system/clocksource/clocksource0/available_clocksource"},
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
              {"/kernel/swap_free_bytes", "SwapFree", &Kernel::swap_free_bytes}};
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
  kernel.sched_schedstats = reader.integer(kernel_dir + "sched_schedstats", "/kernel/sched_schedstats");
  kernel.nmi_watchdog = reader.integer(kernel_dir + "nmi_watchdog", "/kernel/nmi_watchdog");
  kernel.perf_event_paranoid = reader.integer(kernel_dir + "perf_event_paranoid", "/kernel/perf_event_paranoid");
  kernel.tuned_profile = reader.word("root/etc/tuned/active_profile", "/kernel/tuned_profile");
  read_clocksource(reader, kernel);
  read_memory(reader, kernel);
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
