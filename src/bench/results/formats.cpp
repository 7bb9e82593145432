#include "bench/results/formats.h"

#include "base/limits.h"

namespace ihc::bench {

namespace {

constexpr ResultFormat kFormats[] = {
    {"bench-aiperf", "NVIDIA AIPerf or GenAI-Perf: profile_export JSON, JSONL, or its console table", is_aiperf,
     read_aiperf},
    {"bench-fortio", "fortio load -json", is_fortio, read_fortio},
    {"bench-guidellm", "guidellm benchmark, JSON", is_guidellm, read_guidellm},
    {"bench-hey", "hey, its summary", is_hey, read_hey},
    {"bench-hyperfine", "hyperfine --export-json", is_hyperfine, read_hyperfine},
    {"bench-inference-perf", "inference-perf: stage_N_lifecycle_metrics.json or its summary", is_inference_perf,
     read_inference_perf},
    {"bench-k6", "k6 run: its end-of-test summary, or --summary-export", is_k6, read_k6},
    {"bench-oha", "oha: its summary, or -j", is_oha, read_oha},
    {"bench-sglang-json", "sglang.bench_serving --output-file, JSON lines", is_sglang_json, read_sglang_json},
    {"bench-vllm-json", "vllm bench serve --save-result, plain or detailed", is_vllm_json, read_vllm_json},
    {"bench-vllm-text", "vllm bench serve or sglang.bench_serving: the table they print", is_serving_text,
     read_serving_text},
    {"bench-wrk", "wrk --latency or wrk2, their text", is_wrk, read_wrk},
};

}  // namespace

std::span<const ResultFormat> result_formats() { return kFormats; }

const ResultFormat* result_format_of(std::string_view text) {
  const std::string_view start = text.substr(0, limits::kLikenessBytes);
  for (const ResultFormat& format : kFormats) {
    if (format.is_it(start)) return &format;
  }
  return nullptr;
}

}  // namespace ihc::bench
