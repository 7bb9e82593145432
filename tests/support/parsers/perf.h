// The parsers of perf.
#pragma once

#include <array>

#include "collectors/perf/perf_stat_csv.h"
#include "support/parsers/parser.h"

namespace ihc::test {

inline Json run_perf_stat_csv(std::string_view text) {
  const auto parsed = parse_perf_stat_csv(text);
  Json rows = Json::array();
  for (const PerfStatRow& row : parsed.value) {
    Json json = facts_to_json(row.result);
    json["event"] = row.event;
    if (!row.aggregate.empty()) json["aggregate"] = row.aggregate;
    rows.push_back(std::move(json));
  }
  return with_account({{"rows", std::move(rows)}}, parsed.unparsed);
}

inline constexpr std::array kPerfParsers{
    Parser{"perf_stat_csv",
           "998.85,msec,task-clock,998846852,100.00,0.997,CPUs utilized\n<not supported>,,cycles,0,100.00,,\n",
           run_perf_stat_csv},
};

}  // namespace ihc::test
