// Events by vendor and generation: /proc/cpuinfo in, a list for perf stat -e out.

#include "collect/cpu_events.h"

#include <gtest/gtest.h>

namespace ihc::test {
namespace {

std::string x86(const std::string& vendor, int family, int model) {
  return "processor\t: 0\nvendor_id\t: " + vendor + "\ncpu family\t: " + std::to_string(family) +
         "\nmodel\t\t: " + std::to_string(model) + "\nmodel name\t: Some CPU\n";
}

struct Row {
  const char* name;
  std::string cpuinfo;
  const char* event;  ///< one of the list; empty: no list
};

TEST(MemoryEvents, ByVendorAndGeneration) {
  const Row rows[] = {
      {"Broadwell-EP", x86("GenuineIntel", 6, 0x4f), "umask=0x4,name=mem_load_uops_l3_miss_retired.remote_dram/"},
      {"Cascade Lake", x86("GenuineIntel", 6, 0x55), "umask=0x2,name=mem_load_l3_miss_retired.remote_dram/"},
      {"Sapphire Rapids", x86("GenuineIntel", 6, 0x8f), "umask=0x2,name=mem_load_l3_miss_retired.remote_dram/"},
      {"Sierra Forest has E-cores alone", x86("GenuineIntel", 6, 0xaf), ""},
      {"a laptop", x86("GenuineIntel", 6, 0x8e), ""},
      {"Rome", x86("AuthenticAMD", 23, 0x31), "umask=0x40,name=ls_refills_from_sys.ls_mabresp_rmt_dram/"},
      {"Milan", x86("AuthenticAMD", 25, 0x01), "umask=0x40,name=ls_any_fills_from_sys.mem_io_remote/"},
      {"Genoa", x86("AuthenticAMD", 25, 0x11), "umask=0x40,name=ls_any_fills_from_sys.dram_io_far/"},
      {"Turin", x86("AuthenticAMD", 26, 0x02), "umask=0x40,name=ls_any_fills_from_sys.dram_io_far/"},
      {"Grace", "processor\t: 0\nBogoMIPS\t: 2000.00\nCPU implementer\t: 0x41\nCPU part\t: 0xd4f\n", "remote_access"},
      {"another Arm", "processor\t: 0\nCPU implementer\t: 0xc0\n", ""},
      {"no model", "vendor_id\t: GenuineIntel\ncpu family\t: 6\n", ""},
      {"not a number", "vendor_id\t: AuthenticAMD\ncpu family\t: x\nmodel\t: 1\n", ""},
      {"nothing", "", ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const std::string events = memory_events_of(row.cpuinfo);
    if (*row.event == '\0') {
      EXPECT_EQ(events, "");
    } else {
      EXPECT_TRUE(events.ends_with(row.event)) << events;
    }
  }
}

TEST(MemoryEvents, FitBesideTheCountersThatRunAnyway) {
  for (const auto& [vendor, family, model] : {std::tuple{"GenuineIntel", 6, 0x8f}, {"AuthenticAMD", 26, 2}}) {
    const std::string events = memory_events_of(x86(vendor, family, model));
    std::size_t names = 0;
    for (std::size_t at = events.find("name="); at != std::string::npos; at = events.find("name=", at + 1)) ++names;
    EXPECT_GE(names, 2U);
    EXPECT_LE(names, 3U) << "four counters, one of them the kernel's watchdog";
  }
}

}  // namespace
}  // namespace ihc::test
