#include "bench/mock/counters.h"

#include <algorithm>

#include "base/json.h"
#include "base/version.h"

namespace ihc::bench {

void Histogram::add(double seconds) {
  const auto bound = std::lower_bound(kBounds.begin(), kBounds.end(), seconds);
  ++counts_[static_cast<std::size_t>(bound - kBounds.begin())];
  sum_ += seconds;
}

std::string Histogram::text(const std::string& name, const std::string& labels) const {
  std::string text = "# TYPE " + name + " histogram\n";
  std::int64_t count = 0;
  for (std::size_t at = 0; at < counts_.size(); ++at) {
    count += counts_[at];
    const std::string bound = at < kBounds.size() ? number_to_text(kBounds[at]) : "+Inf";
    text += name + "_bucket{" + labels + ",le=\"" + bound + "\"} " + std::to_string(count) + "\n";
  }
  text += name + "_sum{" + labels + "} " + number_to_text(sum_) + "\n";
  return text + name + "_count{" + labels + "} " + std::to_string(count) + "\n";
}

std::string metrics_text(const MockCounters& counters, const MockScript& script) {
  const std::string labels = "model_name=" + Json(script.model).dump();
  std::string text;
  const auto line = [&](const char* name, const char* type, std::int64_t value, const std::string& more = {}) {
    text += std::string("# TYPE ") + name + " " + type + "\n" + name + "{" + labels + more + "} " +
            std::to_string(value) + "\n";
  };
  line("vllm:num_requests_running", "gauge", counters.running);
  line("vllm:num_requests_waiting", "gauge", counters.waiting);
  line("vllm:prompt_tokens_total", "counter", counters.prompt_tokens);
  line("vllm:generation_tokens_total", "counter", counters.generation_tokens);
  line("vllm:request_success_total", "counter", counters.succeeded, ",finished_reason=\"length\"");
  text += counters.ttft.text("vllm:time_to_first_token_seconds", labels);
  text += counters.e2e.text("vllm:e2e_request_latency_seconds", labels);
  text +=
      "# HELP ihc_mock_server_info This is a stand-in: its times are scripted.\n# TYPE ihc_mock_server_info gauge\n";
  text += std::string("ihc_mock_server_info{version=\"") + kVersion + "\"} 1\n";
  if (script.remote_penalty) {
    text += "# TYPE ihc_mock_server_synthetic_remote_penalty gauge\nihc_mock_server_synthetic_remote_penalty " +
            number_to_text(*script.remote_penalty) + "\n";
  }
  return text;
}

}  // namespace ihc::bench
