// From one run of another tool's result file to an entry of facts.benchmarks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/results/result.h"
#include "facts/benchmark.h"

namespace ihc {

/// `file` is the evidence that it came from. Keys are set by name_benchmarks().
Benchmark result_facts(const bench::ResultRun& run, const std::string& file);

/// `metric` is the name under which the first-token latency of `requests` stands. Absent for fewer than twenty.
std::optional<BenchmarkCourse> course_facts(const std::vector<bench::TimedRequest>& requests, std::string metric);

/// Gives every entry its workload_key (tool, model, load), its number among those that share it, and its key.
void name_benchmarks(std::vector<Benchmark>& benchmarks);

}  // namespace ihc
