// The parsers of perf.
#pragma once

#include <array>

#include "collectors/perf/c2c_report.h"
#include "collectors/perf/mem_report.h"
#include "collectors/perf/perf_stat_csv.h"
#include "collectors/perf/perf_stat_json.h"
#include "collectors/perf/perf_stat_text.h"
#include "collectors/perf/sched_latency.h"
#include "support/parsers/parser.h"

namespace ihc::test {

inline Json shown_row(const PerfStatRow& row) {
  Json json = facts_to_json(row.result);
  json["event"] = row.event;
  if (!row.aggregate.empty()) json["aggregate"] = row.aggregate;
  if (!row.cgroup.empty()) json["cgroup"] = row.cgroup;
  if (row.cpus) json["cpus"] = *row.cpus;
  if (row.at_seconds) json["at_seconds"] = *row.at_seconds;
  if (row.is_summary) json["is_summary"] = true;
  return json;
}

inline Json shown_reports(const Parsed<std::vector<PerfStatReport>>& parsed) {
  Json reports = Json::array();
  for (const PerfStatReport& report : parsed.value) {
    Json json{{"rows", Json::array()}, {"metrics", Json::array()}};
    for (const PerfStatRow& row : report.rows) json["rows"].push_back(shown_row(row));
    for (const PerfStatMetric& metric : report.metrics) {
      json["metrics"].push_back({{"name", metric.name}, {"value", metric.value}, {"aggregate", metric.aggregate}});
    }
    for (const auto& [name, value] :
         {std::pair("seconds", report.seconds), std::pair("seconds_variance_pct", report.seconds_variance_pct),
          std::pair("user_seconds", report.user_seconds), std::pair("system_seconds", report.system_seconds)}) {
      if (value) json[name] = *value;
    }
    if (!report.target.empty()) json["target"] = report.target_kind + " " + report.target;
    if (!report.started.empty()) json["started"] = report.started;
    if (report.repeats) json["repeats"] = *report.repeats;
    reports.push_back(std::move(json));
  }
  return with_account({{"reports", std::move(reports)}}, parsed.unparsed);
}

inline Json run_perf_stat_csv(std::string_view text) { return shown_reports(parse_perf_stat_csv(text)); }
inline Json run_perf_stat_json(std::string_view text) { return shown_reports(parse_perf_stat_json(text)); }
inline Json run_perf_stat_text(std::string_view text) { return shown_reports(parse_perf_stat_text(text)); }

inline Json run_sched_latency(std::string_view text) {
  const auto parsed = parse_sched_latency(text);
  Json json{{"tasks", facts_to_json(parsed.value.tasks)}};
  if (parsed.value.total) json["total"] = facts_to_json(*parsed.value.total);
  if (parsed.value.lost_events_pct) json["lost_events_pct"] = *parsed.value.lost_events_pct;
  return with_account(std::move(json), parsed.unparsed);
}

inline Json run_c2c_report(std::string_view text) {
  const auto parsed = parse_c2c_report(text);
  return with_account({{"report", facts_to_json(parsed.value)}}, parsed.unparsed);
}

inline Json run_mem_report(std::string_view text) {
  const auto parsed = parse_mem_report(text);
  return with_account({{"reports", facts_to_json(parsed.value)}}, parsed.unparsed);
}

inline constexpr std::array kPerfParsers{
    Parser{"perf_stat_csv",
           "998.85,msec,task-clock,998846852,100.00,0.997,CPUs utilized\n<not supported>,,cycles,0,100.00,,\n",
           run_perf_stat_csv},
    Parser{"perf_stat_json",
           "{\"socket\" : \"S0\", \"aggregate-number\" : 2, \"counter-value\" : \"986.000000\", \"unit\" : \"\", "
           "\"event\" : \"cs\", \"event-runtime\" : 225904108985, \"pcnt-running\" : 62.51}\n"
           "{\"metric-value\" : \"69.95\", \"metric-unit\" : \"%  tma_backend_bound\"}\n",
           run_perf_stat_json},
    Parser{"perf_stat_text",
           " Performance counter stats for process id '8460':\n\n"
           "     1,763,985.38 msec task-clock                #    7.974 CPUs utilized\n"
           "   <not supported>      L1-icache-loads\n"
           "        37,648,789      cache-misses             #   42.19% of all cache refs           (53.42%)\n"
           "             TopdownL1 (cpu_atom)                #     13.6 %  tma_retiring      (63.36%)\n\n"
           "     221.220644606 seconds time elapsed\n",
           run_perf_stat_text},
    Parser{"sched_latency",
           "  Task                  |   Runtime ms  | Switches | Average delay ms | Maximum delay ms |\n"
           "  kworker/0:2:20627     |      3.066 ms |       75 | avg:    0.012 ms | max:    0.153 ms | max at: "
           "25.371542 s\n"
           "  TOTAL:                |    113.368 ms |     1607 |\n",
           run_sched_latency},
    Parser{
        "c2c_report",
        "            Trace Event Information\n  Load Remote HITM                  :        139\n"
        "           Shared Data Cache Line Table\n"
        "      0      0xff1100088366d880     0    1967   66.14%      252      252        0     6044     3550\n"
        "      Shared Cache Line Distribution Pareto\n"
        "      0        0     2374        0        0        0  0xff1100088366d880\n"
        "    0.00%   42.29%    0.00%    0x8  1  0xffffffff81373b7b  0  231  [k] lru_add_fn  [kernel]  mm.h:41   1\n\n",
        run_c2c_report},
    Parser{"mem_report",
           "# Samples: 4K of event 'cpu/mem-loads,ldlat=30/P'\n"
           "# Overhead       Samples  Local Weight  Memory access             Symbol\n"
           "# ........  ............  ............  ........................  ......\n#\n"
           "     9.03%           575  32            L1 or L1 hit              [.] main\n\n",
           run_mem_report},
};

}  // namespace ihc::test
