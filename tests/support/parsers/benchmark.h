// The readers of load generators' results, as facts.
#pragma once

#include <array>

#include "bench/results/formats.h"
#include "collectors/benchmark/result_facts.h"
#include "facts/describe.h"
#include "support/parsers/parser.h"

namespace ihc::test {

inline Json run_benchmark(std::string_view text) {
  const bench::ResultFormat* format = bench::result_format_of(text);
  if (format == nullptr) return Json();
  const bench::ReadResults results = format->read(text);
  std::vector<Benchmark> benchmarks;
  for (const bench::ResultRun& run : results.runs) benchmarks.push_back(result_facts(run, "given"));
  name_benchmarks(benchmarks);
  Unparsed unparsed;
  for (const std::string& problem : results.problems) unparsed.add(problem);
  return with_account({{"benchmarks", facts_to_json(benchmarks)}}, unparsed);
}

inline constexpr std::array kBenchmarkParsers{
    Parser{
        "benchmark",
        "Running 30s test @ http://127.0.0.1:8088\n  4 threads and 200 connections\n  Thread Stats   Avg      Stdev    "
        " "
        "Max   +/- Stdev\n    Latency     1.31ms    1.40ms  18.10ms   85.69%\n  Latency Distribution\n     50%  "
        "623.00us\n     99%    6.28ms\n  4701933 requests in 30.10s, 31.38GB read\n  Socket errors: connect 0, read 0, "
        "write 0, timeout 5\nRequests/sec: 156212.82\n",
        run_benchmark},
};

}  // namespace ihc::test
