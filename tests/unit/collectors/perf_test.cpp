// perf's texts: numbers of any locale, every layout of perf stat, sched latency, c2c and mem reports; and what read()
// makes of them.

#include "support/parsers/perf.h"

#include <gtest/gtest.h>

#include "cli/read_facts.h"
#include "collectors/perf/likeness.h"
#include "collectors/perf/perf_number.h"
#include "collectors/perf/ratios.h"
#include "support/timed_bundle.h"

namespace ihc::test {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

// ---- numbers -------------------------------------------------------------------------------------------------------

struct NumberRow {
  const char* text;
  std::optional<double> value;
};

TEST(PerfNumber, CountsOfEveryLocale) {
  const NumberRow rows[] = {{"0", 0},
                            {"1234567", 1234567},
                            {"1,234,567", 1234567},
                            {"1.234.567", 1234567},
                            {"1 234 567", 1234567},
                            {"1'234'567", 1234567},
                            {"1\xe2\x80\x99"
                             "234",
                             1234},
                            {"68,87,21,671", 688721671},
                            {"12,345", 12345},
                            {"1.234", 1234},
                            {"44,802,562.79", 44802562.79},
                            {"44.802.562,79", 44802562.79},
                            {"44 802 562,79", 44802562.79},
                            {"0.06", 0.06},
                            {"1,23", 1.23},
                            {"11590.613345", 11590.613345},
                            {"1,234,56", std::nullopt},
                            {"1,2345", std::nullopt},
                            {"1.2", std::nullopt},
                            {"1,234.567,8", std::nullopt},
                            {"12,", std::nullopt},
                            {"-1", std::nullopt},
                            {"1e5", std::nullopt},
                            {"", std::nullopt}};
  for (const NumberRow& row : rows) EXPECT_EQ(parse_perf_count(row.text), row.value) << row.text;
}

TEST(PerfNumber, TimesAndShares) {
  EXPECT_EQ(parse_perf_decimal("400,018603371"), 400.018603371);
  EXPECT_EQ(parse_perf_decimal("0.2458"), 0.2458);
  EXPECT_EQ(parse_perf_decimal("1.234.5"), std::nullopt);
  EXPECT_EQ(parse_perf_pct("62.51"), 62.51);
  EXPECT_EQ(parse_perf_pct("100,00"), 100.0);
  EXPECT_EQ(parse_perf_pct("62.5"), std::nullopt) << "a cut share is another share";
  EXPECT_EQ(parse_perf_pct("250.00"), std::nullopt);
}

// ---- perf stat -x --------------------------------------------------------------------------------------------------

struct CsvRow {
  const char* name;
  const char* line;
  const char* event;  // null: not understood
  const char* aggregate;
  std::optional<double> value;
  const char* status;
};

TEST(PerfStatCsv, KindsOfLines) {
  const CsvRow rows[] = {
      {"count", "1037,,context-switches,998814123,62.51,1.038,K/sec", "context-switches", "", 1037.0, "counted"},
      {"unit", "998.85,msec,task-clock,998846852,100.00,0.997,CPUs utilized", "task-clock", "", 998.85, "counted"},
      {"not supported", "<not supported>,,cycles,0,100.00,,", "cycles", "", std::nullopt, "not_supported"},
      {"not counted", "<not counted>,msec,task-clock,0,100.00,,", "task-clock", "", std::nullopt, "not_counted"},
      {"socket", "S1,24,4718,,cycles,99,100.00,,", "cycles", "S1", 4718.0, "counted"},
      {"die", "S0-D0,24,4718,,cycles,99,100.00,,", "cycles", "S0-D0", 4718.0, "counted"},
      {"cache", "S0-D0-L3-ID8,16,4718,,cycles,99,100.00,,", "cycles", "S0-D0-L3-ID8", 4718.0, "counted"},
      {"node", "N1,24,4718,,cycles,99,100.00,,", "cycles", "N1", 4718.0, "counted"},
      {"cpu", "CPU3,4718,,cycles,99,100.00,,", "cycles", "CPU3", 4718.0, "counted"},
      {"core without number of CPUs", "S0-D0-C1,4718,,cycles,99,100.00,,", "cycles", "S0-D0-C1", 4718.0, "counted"},
      {"thread", "VLLM::Engine-4242,4718,,cycles,99,100.00,,", "cycles", "VLLM::Engine-4242", 4718.0, "counted"},
      {"cgroup", "4718,,cycles,system.slice/vllm.service,99,100.00,,", "cycles", "", 4718.0, "counted"},
      {"interval", "     1.001073221,4718,,cycles,99,100.00,,", "cycles", "", 4718.0, "counted"},
      {"interval of a node", "     1.001073221,N0,8,4718,,cycles,99,100.00,,", "cycles", "N0", 4718.0, "counted"},
      {"repeated", "4718,,cycles,0.21%,99,100.00,,", "cycles", "", 4718.0, "counted"},
      {"hybrid", "4718,,cpu_core/cycles/,99,100.00,,", "cpu_core/cycles/", "", 4718.0, "counted"},
      {"raw event", "4718,,cpu/event=0x3c,umask=0x1/,99,100.00,,", "cpu/event=0x3c,umask=0x1/", "", 4718.0, "counted"},
      {"without metric", "4718,,cycles,99,100.00", "cycles", "", 4718.0, "counted"},
      {"decimal commas", "998,85,msec,task-clock,998846852,100,00,0,997,CPUs utilized", "task-clock", "", 998.85,
       "counted"},
      {"semicolons", "998,85;msec;task-clock;998846852;100,00;0,997;CPUs utilized", "task-clock", "", 998.85,
       "counted"},
      {"tabs", "4718\t\tcycles\t99\t100.00\t\t", "cycles", "", 4718.0, "counted"},
      {"cut", "4718,,cycles,99", nullptr, "", std::nullopt, ""},
      {"cut share", "4718,,cycles,99,62.5", nullptr, "", std::nullopt, ""},
      {"words", "Problems finding threads of monitor", nullptr, "", std::nullopt, ""},
  };
  for (const CsvRow& row : rows) {
    SCOPED_TRACE(row.name);
    const auto parsed = parse_perf_stat_csv(row.line);
    ASSERT_EQ(parsed.unparsed.any(), row.event == nullptr) << parsed.unparsed.first;
    if (row.event == nullptr) continue;
    ASSERT_EQ(parsed.value.size(), 1U);
    const PerfStatRow& read = parsed.value[0].rows.at(0);
    EXPECT_EQ(read.event, row.event);
    EXPECT_EQ(read.aggregate, row.aggregate);
    EXPECT_EQ(read.result.value, row.value);
    EXPECT_EQ(read.result.status, row.status);
  }
  const auto metrics =
      parse_perf_stat_csv("# started on Fri\n\n,99,100.00,,,,TopdownL1\n,,,,,70.1,%  tma_backend_bound\n");
  EXPECT_FALSE(metrics.unparsed.any()) << metrics.unparsed.first;
  ASSERT_EQ(metrics.value.size(), 1U);
  EXPECT_TRUE(metrics.value[0].rows.empty());
  EXPECT_EQ(metrics.value[0].metrics.at(0).name, "tma_backend_bound");
}

// ---- facts of texts ------------------------------------------------------------------------------------------------

FactsBuilder facts_of(const std::string& slug, const std::string& text) {
  return read_facts(*bundle_of({{"commands/" + slug + "/stdout", text}}));
}

std::vector<PerfRun> runs_of(const std::string& slug, const std::string& text) {
  const FactsBuilder builder = facts_of(slug, text);
  return builder.facts.perf && builder.facts.perf->runs ? *builder.facts.perf->runs : std::vector<PerfRun>{};
}

const std::string kEnd = "\n       1.004244114 seconds time elapsed\n";

std::string process(const std::string& rows) {
  return " Performance counter stats for process id '42':\n\n" + rows + kEnd;
}

TEST(PerfStatText, LocalesGiveTheSameCounts) {
  const std::string english =
      process("     1,234,567      cycles     #  1.9 GHz   (56.74%)\n  44,802.79 msec task-clock\n");
  const std::string german =
      " Performance counter stats for process id '42':\n\n"
      "     1.234.567      cycles     #  1,9 GHz   (56,74%)\n  44.802,79 msec task-clock\n"
      "\n       1,004244114 seconds time elapsed\n";
  const std::string french =
      " Performance counter stats for process id '42':\n\n"
      "     1\xe2\x80\xaf"
      "234\xe2\x80\xaf"
      "567      cycles  #  1,9 GHz   (56,74%)\n"
      "  44\xc2\xa0"
      "802,79 msec task-clock\n\n       1,004244114 seconds time elapsed\n";
  const std::string pasted =
      " Performance counter stats for process id '42':\n\n"
      "     1 234 567      cycles     #  1,9 GHz   (56,74%)\n  44 802,79 msec task-clock\n"
      "\n       1,004244114 seconds time elapsed\n";
  for (const std::string& text : {english, german, french, pasted}) {
    const auto runs = runs_of("perf-stat-text", text);
    ASSERT_EQ(runs.size(), 1U) << text;
    EXPECT_EQ(runs[0].scope, "process");
    EXPECT_EQ(runs[0].target, "42");
    EXPECT_EQ(runs[0].seconds, 1.004244114);
    EXPECT_EQ(runs[0].events.at("cycles").value, 1234567) << text;
    EXPECT_EQ(runs[0].events.at("cycles").running_pct, 56.74);
    EXPECT_EQ(runs[0].events.at("task-clock").value, 44802.79) << text;
    EXPECT_EQ(runs[0].events.at("task-clock").unit, "msec");
  }
}

TEST(PerfStatText, Layouts) {
  struct Row {
    const char* line;
    const char* scope;
    const char* event;
    double value;
  };
  const Row rows[] = {
      {"S1      112  6,663,897,418,596      cycles        #    0.149 GHz", "socket:1", "cycles", 6663897418596},
      {"S0-D1          16  123      cycles", "die:S0-D1", "cycles", 123},
      {"S0-D0-C3        2  123      cycles", "core:S0-D0-C3", "cycles", 123},
      {"S0-D0-C3             123      cycles", "core:S0-D0-C3", "cycles", 123},
      {"S0-D0-L3-ID8   16  123      cycles", "cache:S0-D0-L3-ID8", "cycles", 123},
      {"S0-D0-CLS2      4  123      cycles", "cluster:S0-D0-CLS2", "cycles", 123},
      {"N1        2             515.95 msec task-clock         #    2.099 CPUs utilized", "node:1", "task-clock",
       515.95},
      {"CPU12                   252.00 msec task-clock", "cpu:12", "task-clock", 252},
      {"            pt main thread-20723         7      cs", "thread:pt main thread-20723", "cs", 7},
      {"            590.06 msec task-clock          /system.slice #    2.035 CPUs utilized", "cgroup:/system.slice",
       "task-clock", 590.06},
      {"  3.514389 task-clock (msec)       #    0.857 CPUs utilized", "system", "task-clock", 3.514389},
      {"   12.34 Joules power/energy-pkg/", "system", "power/energy-pkg/", 12.34},
      {"   1,024.50 MiB  uncore_imc/cas_count_read/", "system", "uncore_imc/cas_count_read/", 1024.5},
  };
  for (const Row& row : rows) {
    const auto runs = runs_of(
        "perf-stat-text", " Performance counter stats for 'system wide':\n\n" + std::string(row.line) + "\n" + kEnd);
    ASSERT_EQ(runs.size(), 1U) << row.line;
    EXPECT_EQ(runs[0].scope, row.scope) << row.line;
    ASSERT_TRUE(runs[0].events.contains(row.event)) << row.line;
    EXPECT_EQ(runs[0].events.at(row.event).value, row.value) << row.line;
  }
}

TEST(PerfStatText, RepeatedRuns) {
  const auto runs = runs_of("perf-stat-text",
                            " Performance counter stats for 'sleep 0.1' (3 runs):\n\n"
                            "   1.23 msec task-clock    #    0.011 CPUs utilized            ( +-  3.99% )\n"
                            "      7      cs            #  818.494 /sec                     ( +- 33.33% )  (87.50%)\n\n"
                            "   0.10979 +- 0.00562 seconds time elapsed  ( +-  5.12% )\n");
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].scope, "command");
  EXPECT_EQ(runs[0].target, "sleep 0.1");
  EXPECT_EQ(runs[0].repeats, 3);
  EXPECT_EQ(runs[0].seconds, 0.10979);
  EXPECT_EQ(runs[0].seconds_variance_pct, 5.12);
  EXPECT_EQ(runs[0].events.at("cs").variance_pct, 33.33);
  EXPECT_EQ(runs[0].events.at("cs").running_pct, 87.5);
}

TEST(PerfStatText, IntervalsAddUp) {
  const auto runs = runs_of("perf-stat-text",
                            "#           time             counts unit events\n"
                            "     0.100000000               1.00 msec task-clock    #    0.011 CPUs utilized\n"
                            "     0.100000000                 10      cycles        (50.00%)\n"
                            "     0.200000000      <not counted> msec task-clock\n"
                            "     0.200000000                  5      cycles        (40.00%)\n");
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].intervals, 2);
  EXPECT_EQ(runs[0].seconds, 0.2);
  EXPECT_EQ(runs[0].events.at("task-clock").value, 1.0);
  EXPECT_EQ(runs[0].events.at("cycles").value, 15);
  EXPECT_EQ(runs[0].events.at("cycles").running_pct, 40.0);
  const auto summed =
      runs_of("perf-stat-csv",
              "     0.100207906,1,,cs,1105747,100.00,904.366,/sec\n"
              "     0.202826012,2,,cs,5,100.00,,\n         summary,3,,cs,1172055,100.00,853.202,/sec\n");
  ASSERT_EQ(summed.size(), 1U);
  EXPECT_EQ(summed[0].events.at("cs").value, 3) << "the summary stands for the intervals";
}

TEST(PerfStatText, APastedTextIsReadAsFarAsItIsSure) {
  const std::string pasted =
      "```\r\n> $ perf stat -p 42\r\n>  Performance counter stats for process id '42':\r\n>\r\n"
      ">     13,304,072,756      cycles                           #    1.921 GHz  \r\n>     (56.74%)\r\n"
      ">     \x1b[31m16,574,737,010\x1b[0m      instructions      #    1.25  insn per cycle  (57.64%)\r\n"
      ">         37,648,789      cache-misses    #   42.19% of all cache refs (53.";
  const FactsBuilder builder = facts_of("perf-stat-text", pasted);
  const PerfRun& run = builder.facts.perf->runs->at(0);
  EXPECT_EQ(run.events.at("cycles").running_pct, 56.74) << "wrapped into the next line";
  EXPECT_EQ(run.events.at("instructions").value, 16574737010);
  EXPECT_FALSE(run.events.contains("cache-misses")) << "its share of time was cut off";
  EXPECT_EQ(builder.missing().at("/perf/runs/0").reason, "parse_error");
  EXPECT_EQ(builder.missing().at("/perf/runs/0").hint.substr(0, 8), "partial:");
}

TEST(PerfStatText, SharesBehindAFurtherValue) {
  const auto runs =
      runs_of("perf-stat-text", process("   100      instructions   #    0.50  insn per cycle\n"
                                        "                           #    0.62  stalled cycles per insn  (83.33%)\n"
                                        "    50      branches\n"));
  EXPECT_EQ(runs.at(0).events.at("instructions").running_pct, 83.33);
  EXPECT_EQ(runs.at(0).events.at("branches").running_pct, 100);
}

TEST(PerfStatText, TopdownTableOfOlderVersions) {
  const auto runs =
      runs_of("perf-stat-text",
              " Performance counter stats for 'system wide':\n\n"
              "                    retiring      bad speculation       frontend bound        backend bound\n"
              "S0-D0-C0   2          38.3%                 2.6%                26.1%                33.0%\n" +
                  kEnd);
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].scope, "core:S0-D0-C0");
  EXPECT_EQ(runs[0].topdown_pct->at("backend_bound"), 33.0);
}

TEST(PerfStatText, MetricsAloneAndMetricsOfNewerVersions) {
  const auto alone =
      runs_of("perf-stat-text",
              " Performance counter stats for 'system wide':\n\n"
              " %  tma_frontend_bound %  tma_bad_speculation %  tma_backend_bound       %  tma_retiring\n"
              "                 26.5                    9.1                 44.3                   20.1\n" +
                  kEnd);
  ASSERT_EQ(alone.size(), 1U);
  EXPECT_EQ(alone[0].scope, "system");
  EXPECT_EQ(alone[0].topdown_pct->at("tma_backend_bound"), 44.3);
  const auto recent = runs_of("perf-stat-text", process("  10      branches:u    #      2.4 %  branch_miss_rate\n"
                                                        "   7      cs:u          #      nan cs/sec  cs_per_second\n"));
  ASSERT_EQ(recent.size(), 1U);
  EXPECT_EQ(recent[0].events.at("branches:u").value, 10);
  EXPECT_EQ(recent[0].events.at("cs:u").status, "not_counted") << "user space sees no switch";
  EXPECT_FALSE(recent[0].topdown_pct);
}

TEST(PerfStatText, SeveralReportsInOneFile) {
  const auto runs = runs_of("perf-stat-text", process("  10      cycles\n") + process("  20      cycles\n"));
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].label, "perf-stat-text");
  EXPECT_EQ(runs[1].label, "perf-stat-text#2");
  EXPECT_EQ(runs[1].events.at("cycles").value, 20);
}

TEST(PerfStatJson, BrokenJsonOfOlderVersionsAndOtherLocales) {
  const auto runs = runs_of(
      "perf-stat-json",
      "{\"core\" : \"S0-D0-C0\"\"counter-value\" : \"7,000000\", \"unit\" : \"\", \"event\" : \"cycles\", "
      "\"event-runtime\" : 99, \"pcnt-running\" : 62,51}\n"
      "{\"cpu\" : \"3\", \"counter-value\" : \"<not supported>\", \"unit\" : \"\",\n \"event\" : \"LLC-loads\", "
      "\"event-runtime\" : 0, \"pcnt-running\" : 100.00}\n");
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].scope, "core:S0-D0-C0");
  EXPECT_EQ(runs[0].events.at("cycles").value, 7);
  EXPECT_EQ(runs[0].events.at("cycles").running_pct, 62.51);
  EXPECT_EQ(runs[1].scope, "cpu:3");
  EXPECT_EQ(runs[1].events.at("LLC-loads").status, "not_supported");
}

// ---- ratios --------------------------------------------------------------------------------------------------------

std::map<std::string, PerfEvent> counted(std::initializer_list<std::pair<const char*, double>> events) {
  std::map<std::string, PerfEvent> map;
  for (const auto& [name, value] : events) map[name] = {.value = value, .running_pct = 100, .status = "counted"};
  return map;
}

TEST(PerfRatios, EachSaysWhatItIsMadeOf) {
  auto events = counted({{"MEM_LOAD_L3_MISS_RETIRED.REMOTE_DRAM", 10},
                         {"mem_load_l3_miss_retired.local_dram", 30},
                         {"mem_load_retired.l1_hit", 900},
                         {"mem_load_retired.l2_hit", 50},
                         {"mem_load_retired.l3_hit", 10}});
  events.at("mem_load_l3_miss_retired.local_dram").running_pct = 37.5;
  const auto ratios = perf_ratios(events);
  EXPECT_EQ(ratios.at("remote_load_ratio").value, 0.01);
  EXPECT_EQ(ratios.at("remote_dram_ratio").value, 0.25);
  EXPECT_EQ(ratios.at("remote_dram_ratio").min_running_pct, 37.5);
  EXPECT_EQ(ratios.at("remote_dram_ratio").numerator, std::vector<std::string>{"MEM_LOAD_L3_MISS_RETIRED.REMOTE_DRAM"});
  events.at("mem_load_retired.l2_hit") = {.status = "not_counted"};
  EXPECT_FALSE(perf_ratios(events).contains("remote_load_ratio"));
}

TEST(PerfRatios, NamesOfEveryGeneration) {
  const std::pair<const char*, const char*> rows[] = {
      {"mem_load_uops_l3_miss_retired.local_dram", "mem_load_uops_l3_miss_retired.remote_dram"},
      {"mem_load_uops_llc_miss_retired.local_dram", "mem_load_uops_llc_miss_retired.remote_dram"},
      {"ls_any_fills_from_sys.dram_io_near", "ls_any_fills_from_sys.dram_io_far"},
      {"ls_dmnd_fills_from_sys.mem_io_local", "ls_dmnd_fills_from_sys.mem_io_remote"},
      {"ls_refills_from_sys.ls_mabresp_lcl_dram", "ls_refills_from_sys.ls_mabresp_rmt_dram"}};
  for (const auto& [near, far] : rows) {
    EXPECT_EQ(perf_ratios(counted({{near, 3}, {far, 1}})).at("remote_dram_ratio").value, 0.25) << near;
  }
  EXPECT_EQ(
      perf_ratios(counted({{"memory_activity.stalls_l3_miss", 15}, {"cycles", 100}})).at("l3_miss_stall_ratio").value,
      0.15);
}

TEST(PerfRatios, NothingIsDividedAcrossKindsOfCores) {
  const auto ratios = perf_ratios(counted({{"cpu_core/cycles/", 100},
                                           {"cpu_atom/cycles/", 1000},
                                           {"cpu_core/instructions/", 200},
                                           {"cpu_atom/instructions/u", 500}}));
  EXPECT_EQ(ratios.at("cpu_core/ipc").value, 2);
  EXPECT_FALSE(ratios.contains("cpu_atom/ipc")) << "instructions of user space over cycles of all";
  EXPECT_FALSE(ratios.contains("ipc"));
  EXPECT_FALSE(perf_ratios(counted({{"cycles", 0}, {"instructions", 0}})).contains("ipc")) << "no cycles, no IPC";
}

// ---- traps ---------------------------------------------------------------------------------------------------------

TEST(PerfTraps, T26_MultiplexedCountsCarryTheirShare) {
  const auto runs = runs_of("perf-stat-text", process("   100      cycles        (30.74%)\n   50      instructions\n"));
  EXPECT_EQ(runs.at(0).events.at("cycles").running_pct, 30.74);
  EXPECT_EQ(runs.at(0).min_running_pct, 30.74);
  EXPECT_EQ(runs.at(0).ratios.at("ipc").min_running_pct, 30.74);
}

TEST(PerfTraps, T27_NotCountedAndNotSupportedAreNotZero) {
  const FactsBuilder builder =
      facts_of("perf-stat-text", process("  <not counted>      cycles\n  <not supported>      instructions\n"));
  const PerfRun& run = builder.facts.perf->runs->at(0);
  EXPECT_EQ(run.events.at("cycles").status, "not_counted");
  EXPECT_EQ(run.events.at("cycles").value, std::nullopt);
  EXPECT_EQ(run.events.at("instructions").status, "not_supported");
  EXPECT_EQ(run.ipc, std::nullopt);
  EXPECT_EQ(builder.missing().at("/perf/runs/0/ipc").reason, "event_unsupported");
}

TEST(PerfTraps, T28_RemoteEventsOfAnotherCpuAreNoRemoteShare) {
  const FactsBuilder builder = facts_of(
      "perf-stat-text", process("  <not supported>      mem_load_l3_miss_retired.remote_dram\n  10      cycles\n"));
  EXPECT_EQ(builder.facts.perf->runs->at(0).remote_dram_ratio, std::nullopt);
  EXPECT_EQ(builder.missing().at("/perf/runs/0/remote_dram_ratio").reason, "event_unsupported");
}

TEST(PerfTraps, T29_AProcessHasNoSocketsAndSocketsHaveNoSum) {
  EXPECT_EQ(runs_of("perf-stat-text", process("  10      cycles\n")).at(0).scope, "process");
  const auto runs = runs_of("perf-stat-csv", "S0,2,10,,cycles,99,100.00,,\nS1,2,30,,cycles,99,100.00,,\n");
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].scope, "socket:0");
  EXPECT_EQ(runs[1].scope, "socket:1");
}

TEST(PerfTraps, T30_StallsAreAnEventOfTheirOwn) {
  const auto runs =
      runs_of("perf-stat-text",
              process("  1,000      cycles\n  400      cycle_activity.stalls_l3_miss\n  900      instructions\n"));
  EXPECT_EQ(runs.at(0).ratios.at("l3_miss_stall_ratio").value, 0.4);
}

TEST(PerfTraps, T31_EverySocketHasItsOwnIpc) {
  const auto runs = runs_of("perf-stat-csv",
                            "S0,2,100,,cycles,99,100.00,,\nS0,2,180,,instructions,99,100.00,,\n"
                            "S1,2,100,,cycles,99,100.00,,\nS1,2,40,,instructions,99,100.00,,\n");
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].ipc, 1.8);
  EXPECT_EQ(runs[1].ipc, 0.4);
  for (const PerfRun& run : runs) EXPECT_NE(run.scope, "system") << "no mean of the two is made up";
}

TEST(PerfTraps, T46_WorkAndClockAreKeptBesideWallTime) {
  const auto runs = runs_of("perf-stat-text", process("  1,000.00 msec task-clock\n  2,500,000,000      cycles\n"));
  EXPECT_EQ(runs.at(0).seconds, 1.004244114);
  EXPECT_EQ(runs.at(0).ratios.at("ghz").value, 2.5);
}

// ---- perf sched latency, /proc/PID/sched ---------------------------------------------------------------------------

TEST(SchedLatency, NamesMergedCountsAndWrappedRows) {
  const FactsBuilder builder =
      facts_of("perf-sched-latency",
               "  Task                  |   Runtime ms  |  Count   | Avg delay ms    | Max delay ms    | Max delay "
               "start | Max delay end |\n"
               "  in:imjournal:18795    |      0.938 ms |        3 | avg:   0.006 ms | max:   0.007 ms | max start: "
               "254751.313817 s | max end: 254751.313824 s\n"
               "  a | b c:7             |      1.000 ms |        1 | avg:   0.001 ms | max:   0.001 ms | max start:\n"
               "254751.3 s | max end: 254751.4 s\n"
               "  YDService:(13)        |     24.573 ms |      590 | avg:    0.026 ms | max:    1.772 ms | max at: "
               "25989956.645404 s\n"
               "  cut:5                 |     24.573 ms |      590 | avg:    0.0\n"
               "  TOTAL:                |    113.368 ms |     1607 |\n"
               "  INFO: 0.081% lost events (2 out of 2465, in 1 chunks)\n");
  const Perf& perf = *builder.facts.perf;
  ASSERT_EQ(perf.sched_latency->size(), 3U);
  EXPECT_EQ(perf.sched_latency->at(0).task, "in:imjournal");
  EXPECT_EQ(perf.sched_latency->at(0).pid, 18795);
  EXPECT_EQ(perf.sched_latency->at(0).max_delay_start_seconds, 254751.313817);
  EXPECT_EQ(perf.sched_latency->at(1).task, "a | b c");
  EXPECT_EQ(perf.sched_latency->at(1).max_delay_end_seconds, 254751.4);
  EXPECT_EQ(perf.sched_latency->at(2).merged_tasks, 13);
  EXPECT_EQ(perf.sched_latency->at(2).pid, std::nullopt);
  EXPECT_EQ(perf.sched_latency_total->switches, 1607);
  EXPECT_EQ(perf.sched_lost_events_pct, 0.081);
  EXPECT_EQ(builder.missing().at("/perf/sched_latency").reason, "parse_error") << "a row was cut";
}

TEST(TaskSched, GrowthWithinTheWindow) {
  const std::string path = "root/proc/42/task/43/sched";
  const auto text = [](int switches, int migrations) {
    return "python3 (43, #threads: 2)\n-----\nnr_switches : " + std::to_string(switches) +
           "\nse.nr_migrations : " + std::to_string(migrations) + "\nprio : 120\nnuma_preferred_nid : -1\n";
  };
  const auto bundle = bundle_of({}, {{path, 0, text(10, 5)}, {path, 2 * kSecond, text(30, 4)}});
  const FactsBuilder builder = read_facts(*bundle);
  ASSERT_EQ(builder.facts.perf->task_sched->size(), 1U);
  const TaskSched& task = builder.facts.perf->task_sched->front();
  EXPECT_EQ(task.pid, 43);
  EXPECT_EQ(task.delta_switches, 20);
  EXPECT_EQ(task.delta_migrations, std::nullopt) << "it went backwards";
  EXPECT_EQ(task.window_seconds, 2);
  EXPECT_EQ(task.numa_preferred_node, std::nullopt);
  EXPECT_EQ(builder.sources().at("/perf/task_sched"), std::vector<std::string>{path});
}

// ---- perf c2c, perf mem --------------------------------------------------------------------------------------------

TEST(C2cReport, CountsLinesAndTheCodeThatSharesThem) {
  const FactsBuilder builder = facts_of(
      "perf-c2c",
      "=================================================\n            Trace Event Information              \n"
      "=================================================\n  Total records                     :    1658231\n"
      "  Load Local HITM                   :      92117\n  Load Remote HITM                  :        150\n"
      "  Load LLC Misses                   :       1000\n  LLC Misses to Remote cache (HITM) :        15.0%\n"
      "=================================================\n           Shared Data Cache Line Table          \n"
      "=================================================\n#\n"
      "#        ----------- Cacheline ----------    Total      Tot  ----- LLC Load Hitm -----\n"
      "# Index             Address  Node  PA cnt  records     Hitm    Total      Lcl      Rmt\n#\n"
      "      0      0x7f0d27ffba00   N/A       0       52   66.14%       13        6        7       12       12\n"
      "=================================================\n      Shared Cache Line Distribution Pareto      \n#\n"
      "  -------------------------------------------------------------\n"
      "      0        7        6        0        0        0      0x7f0d27ffba00\n"
      "  -------------------------------------------------------------\n"
      "   71.43%   16.67%    0.00%    0.00%   0x8     1       1  0xffffffff81373b7b         0       231       129     "
      "5312        64  [.] take_lock   libx.so  lock.c:75   1\n");
  const CacheToCache& report = builder.facts.perf->c2c->at(0);
  EXPECT_EQ(report.display, "hitm");
  EXPECT_EQ(report.load_remote_hitm, 150);
  EXPECT_EQ(report.remote_hitm_of_llc_misses_pct, 15);
  ASSERT_EQ(report.lines.size(), 1U);
  EXPECT_EQ(report.lines[0].node, std::nullopt);
  EXPECT_EQ(report.lines[0].remote_hitm, 7);
  EXPECT_EQ(report.lines[0].hitm_pct, 66.14);
  ASSERT_EQ(report.lines[0].users.size(), 1U);
  EXPECT_EQ(report.lines[0].users[0].symbol, "take_lock");
  EXPECT_EQ(report.lines[0].users[0].source_line, "lock.c:75");
  EXPECT_FALSE(builder.missing().contains("/perf/c2c/0"));
}

TEST(MemReport, SharesOfOneAccessAddUp) {
  const FactsBuilder builder =
      facts_of("perf-mem-report",
               "\t# Samples: 4K of event 'cpu/mem-loads,ldlat=30/P'\n"
               "\t# Overhead       Samples  Local Weight  Memory access             Symbol\n"
               "\t# ........  ............  ............  ........................  ......\n\t#\n"
               "\t     9.00%           575  32            L1 or L1 hit              [.] main\n"
               "\t    40.50%             2  412           Remote RAM (1 hop) hit    [.] main\n"
               "\t     1.00%            25  33            L1 or L1 hit              [.] other\n");
  const MemoryAccesses& report = builder.facts.perf->memory_accesses->at(0);
  EXPECT_EQ(report.event, "cpu/mem-loads,ldlat=30/P");
  ASSERT_EQ(report.accesses.size(), 2U);
  EXPECT_EQ(report.accesses[0].access, "Remote RAM (1 hop) hit");
  EXPECT_EQ(report.accesses[0].overhead_pct, 40.5);
  EXPECT_EQ(report.accesses[1].overhead_pct, 10);
  EXPECT_EQ(report.accesses[1].samples, 600);
}

// ---- likeness ------------------------------------------------------------------------------------------------------

TEST(PerfLikeness, EveryKindKnowsItsOwnSample) {
  const auto sample = [](std::string_view name) {
    for (const Parser& parser : kPerfParsers) {
      if (parser.name == name) return parser.sample;
    }
    return std::string_view();
  };
  EXPECT_EQ(like_perf_stat_csv(sample("perf_stat_csv")), Likeness::sure);
  EXPECT_EQ(like_perf_stat_json(sample("perf_stat_json")), Likeness::sure);
  EXPECT_EQ(like_perf_stat_text(sample("perf_stat_text")), Likeness::sure);
  EXPECT_EQ(like_sched_latency(sample("sched_latency")), Likeness::sure);
  EXPECT_EQ(like_c2c_report(sample("c2c_report")), Likeness::sure);
  EXPECT_EQ(like_mem_report(sample("mem_report")), Likeness::sure);
  for (const char* text : {"", "hello", "numa_hit 5\n", "{\"a\": 1}", "Jan 1 kernel: x # y\n"}) {
    EXPECT_EQ(like_perf_stat_text(text), Likeness::no) << text;
    EXPECT_EQ(like_perf_stat_csv(text), Likeness::no) << text;
  }
}

// ---- what a collection counted in turns ----------------------------------------------------------------------------

CommandRecord command_at(const std::string& slug, std::int64_t started_ns, std::int64_t duration_ms) {
  CommandRecord command;
  command.slug = slug;
  command.argv = {"perf", "stat"};
  command.started_ns = started_ns;
  command.duration_ms = duration_ms;
  return command;
}

const char* const kDiscovery = R"({"workers": [{"pid": 42, "comm": "vllm", "found_by": "pid"}]})";

FactsBuilder live_facts(std::vector<CommandRecord> commands, Files files) {
  Manifest manifest;
  manifest.window_started_ns = 100 * kSecond;
  manifest.commands = std::move(commands);
  files["probes/discovery.json"] = kDiscovery;
  return read_facts(*bundle_with_manifest(std::move(manifest), std::move(files)));
}

TEST(PerfPasses, EachIsARunOfItsOwnScopeAndTime) {
  const FactsBuilder builder = live_facts(
      {command_at("perf-stat", 100 * kSecond, 20000), command_at("perf-stat-sockets", 100 * kSecond, 5000),
       command_at("perf-stat-memory", 110 * kSecond, 5000), command_at("perf-stat-nodes", 115 * kSecond, 5000)},
      {{"commands/perf-stat/stdout",
        "40000.00,msec,task-clock,40000000000,100.00,2.0,CPUs utilized\n2000,,context-switches,4,100.00,,\n"
        "20,,cpu-migrations,4,100.00,,\n100,,cycles,4,100.00,,\n150,,instructions,4,100.00,1.5,insn per cycle\n"},
       {"commands/perf-stat-sockets/stdout",
        "S0,112,6887216716185,,cycles,4,100.00,,\nS0,112,8197017132747,,instructions,4,100.00,,\n"
        "S1,112,6663897418596,,cycles,4,100.00,,\nS1,112,7860064097764,,instructions,4,100.00,,\n"},
       {"commands/perf-stat-memory/stdout",
        "1000000,,mem_inst_retired.all_loads,4,100.00,,\n900,,mem_load_l3_miss_retired.local_dram,4,100.00,,\n"
        "100,,mem_load_l3_miss_retired.remote_dram,4,100.00,,\n"},
       {"commands/perf-stat-nodes/stdout",
        "N0,112,300,,ls_any_fills_from_sys.dram_io_near,4,100.00,,\n"
        "N0,112,100,,ls_any_fills_from_sys.dram_io_far,4,100.00,,\n"}});
  const Perf& perf = *builder.facts.perf;
  ASSERT_EQ(perf.runs->size(), 5U);
  const auto& runs = *perf.runs;
  EXPECT_EQ(runs[0].label, "perf-stat");
  EXPECT_EQ(runs[0].scope, "workers");
  EXPECT_EQ(runs[0].context_switches_per_second, 100.0);
  EXPECT_EQ(runs[1].label, "perf-stat-sockets/socket:0");
  EXPECT_EQ(runs[1].scope, "socket:0");
  EXPECT_EQ(runs[1].cpus, 112);
  EXPECT_NEAR(*runs[1].ipc, 1.19, 0.005);
  EXPECT_NEAR(*runs[2].ipc, 1.18, 0.005);
  EXPECT_EQ(runs[3].scope, "workers");
  EXPECT_DOUBLE_EQ(*runs[3].remote_load_ratio, 1e-4);
  EXPECT_DOUBLE_EQ(*runs[3].remote_dram_ratio, 0.1);
  EXPECT_EQ(runs[4].scope, "node:0");
  EXPECT_DOUBLE_EQ(*runs[4].remote_dram_ratio, 0.25);
  EXPECT_EQ(runs[4].seconds, 5.0);
  ASSERT_EQ(perf.passes->size(), 4U);
  EXPECT_EQ((*perf.passes)[3].name, "perf-stat-nodes");
  EXPECT_EQ((*perf.passes)[3].began_seconds, 15.0);
  EXPECT_EQ((*perf.passes)[3].status, "ok");
  EXPECT_FALSE(builder.missing().contains("/perf/runs/1/remote_dram_ratio")) << "nobody asked that of the sockets";
}

TEST(PerfPasses, OwnCountersStandInForPerf) {
  CommandRecord refused = command_at("perf-stat", 100 * kSecond, 0);
  refused.status = EvidenceStatus::absent;
  refused.reason = "tool_missing";
  const FactsBuilder builder = live_facts(
      {refused},
      {{"probes/software-counters.json",
        R"json({"call": "perf_event_open(2)", "started_ns": 101000000000, "ended_ns": 111000000000, "threads": 3,
                       "threads_gone": 0, "user_only": false,
                       "events": {"task-clock": 5000000000, "context-switches": 400, "cpu-migrations": 30}})json"}});
  const Perf& perf = *builder.facts.perf;
  ASSERT_EQ(perf.runs->size(), 1U);
  const PerfRun& run = perf.runs->front();
  EXPECT_EQ(run.source, "perf_event_open");
  EXPECT_EQ(run.events.at("task-clock").value, 5000.0);
  EXPECT_EQ(run.context_switches_per_second, 40.0);
  EXPECT_EQ(run.cpu_migrations_per_second, 3.0);
  EXPECT_EQ(builder.missing().at("/perf/runs/0/ipc").reason, "tool_missing");
  ASSERT_EQ(perf.passes->size(), 2U);
  EXPECT_EQ((*perf.passes)[0].reason, "tool_missing");
  EXPECT_EQ((*perf.passes)[1].way, "perf_event_open");
  EXPECT_EQ((*perf.passes)[1].began_seconds, 1.0);
}

TEST(PerfPasses, OwnCountersOfUserSpaceAloneTellNoSwitches) {
  const char* const user_only =
      R"({"started_ns": 101000000000, "ended_ns": 111000000000, "user_only": true, "events": {"task-clock": 5000000000}})";
  const FactsBuilder builder = live_facts({}, {{"probes/software-counters.json", user_only}});
  const PerfRun& run = builder.facts.perf->runs->front();
  EXPECT_EQ(run.events.count("task-clock:u"), 1U);
  EXPECT_FALSE(run.context_switches_per_second);
  EXPECT_EQ(builder.missing().at("/perf/runs/0/context_switches_per_second").reason, "permission");
  for (const char* bad : {"", "{", "[]", R"({"events": 3})", R"({"events": {"task-clock": "x"}})"})
    EXPECT_FALSE(live_facts({}, {{"probes/software-counters.json", bad}}).facts.perf->runs) << bad;
}

}  // namespace
}  // namespace ihc::test
