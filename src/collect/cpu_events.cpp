#include "collect/cpu_events.h"

#include <array>
#include <optional>

#include "base/text.h"

namespace ihc {

namespace {

struct EventSet {
  std::string_view vendor;  ///< vendor_id of x86; "CPU implementer" of Arm
  int family = 0;           ///< 0: Arm
  int first_model = 0;
  int last_model = 0;
  std::string_view events;
};

// Loads of DRAM by retired loads on Intel, fills of the first cache on AMD; cache line sharing and prefetches differ,
// so numbers of two vendors are not to be compared.
constexpr std::string_view kIntelLoads =
    "cpu/event=0xd0,umask=0x81,name=mem_inst_retired.all_loads/,"
    "cpu/event=0xd3,umask=0x1,name=mem_load_l3_miss_retired.local_dram/,"
    "cpu/event=0xd3,umask=0x2,name=mem_load_l3_miss_retired.remote_dram/";
constexpr std::string_view kHaswellLoads =
    "cpu/event=0xd0,umask=0x81,name=mem_uops_retired.all_loads/,"
    "cpu/event=0xd3,umask=0x1,name=mem_load_uops_l3_miss_retired.local_dram/,"
    "cpu/event=0xd3,umask=0x4,name=mem_load_uops_l3_miss_retired.remote_dram/";
constexpr std::string_view kZen2Fills =
    "cpu/event=0x43,umask=0x8,name=ls_refills_from_sys.ls_mabresp_lcl_dram/,"
    "cpu/event=0x43,umask=0x40,name=ls_refills_from_sys.ls_mabresp_rmt_dram/";
constexpr std::string_view kZen3Fills =
    "cpu/event=0x44,umask=0x8,name=ls_any_fills_from_sys.mem_io_local/,"
    "cpu/event=0x44,umask=0x40,name=ls_any_fills_from_sys.mem_io_remote/";
constexpr std::string_view kZen4Fills =
    "cpu/event=0x44,umask=0x8,name=ls_any_fills_from_sys.dram_io_near/,"
    "cpu/event=0x44,umask=0x40,name=ls_any_fills_from_sys.dram_io_far/";
// MEM_ACCESS and REMOTE_ACCESS of the Arm architecture: the kernel names those that the CPU has.
constexpr std::string_view kArmAccesses = "mem_access,remote_access";

// Server CPUs with big cores; E-core Xeons (0xaf) have none of these events. The first row that fits holds.
// Source: Linux tools/perf/pmu-events/arch/{x86,arm64}, mapfile.csv there; Intel perfmon.
constexpr auto kSets = std::to_array<EventSet>({
    {"GenuineIntel", 6, 0x3f, 0x3f, kHaswellLoads},  // Haswell
    {"GenuineIntel", 6, 0x4f, 0x4f, kHaswellLoads},  // Broadwell
    {"GenuineIntel", 6, 0x56, 0x56, kHaswellLoads},  // Broadwell-DE
    {"GenuineIntel", 6, 0x55, 0x55, kIntelLoads},    // Skylake, Cascade Lake, Cooper Lake
    {"GenuineIntel", 6, 0x6a, 0x6a, kIntelLoads},    // Ice Lake
    {"GenuineIntel", 6, 0x6c, 0x6c, kIntelLoads},    // Ice Lake-D
    {"GenuineIntel", 6, 0x8f, 0x8f, kIntelLoads},    // Sapphire Rapids
    {"GenuineIntel", 6, 0xcf, 0xcf, kIntelLoads},    // Emerald Rapids
    {"GenuineIntel", 6, 0xad, 0xae, kIntelLoads},    // Granite Rapids
    {"AuthenticAMD", 23, 0x00, 0xff, kZen2Fills},    // Zen, Zen 2
    {"AuthenticAMD", 25, 0x00, 0x0f, kZen3Fills},    // Zen 3
    {"AuthenticAMD", 25, 0x20, 0x5f, kZen3Fills},    // Zen 3
    {"AuthenticAMD", 25, 0x10, 0xff, kZen4Fills},    // Zen 4
    {"AuthenticAMD", 26, 0x00, 0xff, kZen4Fills},    // Zen 5
    {"0x41", 0, 0, 0, kArmAccesses},                 // Arm's own cores: Neoverse, also in Grace
});

/// The value behind the first "key :" of a text, blanks trimmed.
std::string_view value_of(std::string_view text, std::string_view key) {
  for (const std::string_view line : split_lines(text)) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || trim(line.substr(0, colon)) != key) continue;
    return trim(line.substr(colon + 1));
  }
  return {};
}

}  // namespace

std::string memory_events_of(std::string_view cpuinfo) {
  const std::string_view vendor = value_of(cpuinfo, "vendor_id");
  const std::string_view implementer = value_of(cpuinfo, "CPU implementer");
  const int family = parse_number<int>(value_of(cpuinfo, "cpu family")).value_or(0);
  const int model = parse_number<int>(value_of(cpuinfo, "model")).value_or(0);
  for (const EventSet& set : kSets) {
    const bool is_it = set.family == 0 ? set.vendor == implementer : set.vendor == vendor && set.family == family;
    if (is_it && model >= set.first_model && model <= set.last_model) return std::string(set.events);
  }
  return {};
}

}  // namespace ihc
