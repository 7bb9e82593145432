// What load generators measured: the results of other tools' runs as their files say them, and our own runs.
//
//   commands/bench-vllm-json/stdout     {"backend": "vllm", "request_rate": "inf", "mean_ttft_ms": 215.5, …}
//   commands/bench-wrk/stdout           Running 30s test @ http://127.0.0.1:8088 …
//   bench/1/summary.json                {"tool": "ihc bench", "settings": {…}, "outcomes": {"ok": 48}, …}
//   bench/1/requests.ndjson             {"run":1,"i":7,"at":812345678901234,"t":[1200,…],"outcome":"ok",…}
//
// Nothing is captured here: `ihc import` and `ihc collect --bench-result` bring the files of other tools, `ihc bench`
// and `ihc collect --bench-url` write their own. Formats and meanings: src/bench/results/, src/bench/metrics.h.

#include "bench/results/formats.h"
#include "collect/collector.h"
#include "collectors/benchmark/own_runs.h"
#include "collectors/benchmark/result_facts.h"
#include "collectors/reading/evidence_reader.h"

namespace ihc {

namespace {

template <bool (*kIsIt)(std::string_view)>
Likeness sure_when(std::string_view text) {
  return kIsIt(text) ? Likeness::sure : Likeness::no;
}

constexpr ForeignText kTexts[] = {
    {.kind = "bench-aiperf",
     .about = "NVIDIA AIPerf or GenAI-Perf: profile_export JSON, JSONL, or its console table",
     .member = "commands/bench-aiperf/stdout",
     .likeness = sure_when<bench::is_aiperf>,
     .max_bytes = limits::kMaxBenchResultBytes},
    {.kind = "bench-fortio",
     .about = "fortio load -json",
     .member = "commands/bench-fortio/stdout",
     .likeness = sure_when<bench::is_fortio>,
     .max_bytes = limits::kMaxBenchResultBytes},
    {.kind = "bench-guidellm",
     .about = "guidellm benchmark, JSON",
     .member = "commands/bench-guidellm/stdout",
     .likeness = sure_when<bench::is_guidellm>,
     .max_bytes = limits::kMaxBenchResultBytes},
    {.kind = "bench-hey",
     .about = "hey, its summary",
     .member = "commands/bench-hey/stdout",
     .likeness = sure_when<bench::is_hey>,
     .max_bytes = limits::kMaxBenchResultBytes},
    {.kind = "bench-hyperfine",
     .about = "hyperfine --export-json",
     .member = "commands/bench-hyperfine/stdout",
     .likeness = sure_when<bench::is_hyperfine>,
     .max_bytes = limits::kMaxBenchResultBytes},
    {.kind = "bench-inference-perf",
     .about = "inference-perf: stage_N_lifecycle_metrics.json or its summary",
     .member = "commands/bench-inference-perf/stdout",
     .likeness = sure_when<bench::is_inference_perf>,
     .max_bytes = limits::kMaxBenchResultBytes},
    {.kind = "bench-k6",
     .about = "k6 run: its end-of-test summary, or --summary-export",
     .member = "commands/bench-k6/stdout",
     .likeness = sure_when<bench::is_k6>,
     .max_bytes = limits::kMaxBenchResultBytes},
    {.kind = "bench-oha",
     .about = "oha: its summary, or -j",
     .member = "commands/bench-oha/stdout",
     .likeness = sure_when<bench::is_oha>,
     .max_bytes = limits::kMaxBenchResultBytes},
    {.kind = "bench-sglang-json",
     .about = "sglang.bench_serving --output-file, JSON lines",
     .member = "commands/bench-sglang-json/stdout",
     .likeness = sure_when<bench::is_sglang_json>,
     .max_bytes = limits::kMaxBenchResultBytes},
    {.kind = "bench-vllm-json",
     .about = "vllm bench serve --save-result, plain or detailed",
     .member = "commands/bench-vllm-json/stdout",
     .likeness = sure_when<bench::is_vllm_json>,
     .max_bytes = limits::kMaxBenchResultBytes},
    {.kind = "bench-vllm-text",
     .about = "the table that vllm bench serve or sglang.bench_serving prints",
     .member = "commands/bench-vllm-text/stdout",
     .likeness = sure_when<bench::is_serving_text>,
     .max_bytes = limits::kMaxBenchResultBytes},
    {.kind = "bench-wrk",
     .about = "wrk --latency or wrk2, their text",
     .member = "commands/bench-wrk/stdout",
     .likeness = sure_when<bench::is_wrk>,
     .max_bytes = limits::kMaxBenchResultBytes},
};

void read_results(const EvidenceReader& reader, std::vector<Benchmark>& benchmarks) {
  for (const bench::ResultFormat& format : bench::result_formats()) {
    for (const std::string& path : reader.bundle().glob("commands/" + std::string(format.kind) + "*/stdout")) {
      const bench::ReadResults results = format.read(*reader.bundle().text(path));
      Unparsed not_understood;
      for (const std::string& problem : results.problems) not_understood.add(problem);
      if (not_understood.any() || results.runs.empty()) reader.unparsed("/benchmarks", path, not_understood);
      for (const bench::ResultRun& run : results.runs) {
        reader.facts().source("/benchmarks/" + std::to_string(benchmarks.size()), path);
        benchmarks.push_back(result_facts(run, path));
      }
    }
  }
}

void read_benchmarks(const Bundle& bundle, FactsBuilder& facts) {
  const EvidenceReader reader(bundle, facts, "benchmark");
  std::vector<Benchmark> benchmarks;
  read_own_runs(reader, benchmarks);
  read_results(reader, benchmarks);
  name_benchmarks(benchmarks);
  if (note_failure(reader) && benchmarks.empty()) return;
  // An empty list says that the bundle holds none: that is known of every other bundle.
  facts.facts.benchmarks = std::move(benchmarks);
}

// The worker that answered, when its process was seen listening: its flags and placement are among the workers.
void link_workers(const Bundle&, FactsBuilder& facts) {
  if (!facts.facts.benchmarks || !facts.facts.workers) return;
  for (Benchmark& benchmark : *facts.facts.benchmarks) {
    BenchmarkServer& server = benchmark.conditions.server;
    for (const Worker& worker : *facts.facts.workers) {
      if (server.pid && worker.pid == *server.pid) server.worker_key = worker.key;
    }
  }
}

}  // namespace

extern const Collector k_benchmark_collector = {
    .name = "benchmark",
    .about = "results of load generators: latency, throughput, outcomes, conditions",
    .captures = {},
    .read = read_benchmarks,
    .texts = kTexts,
    .read_after = link_workers,
};

}  // namespace ihc
