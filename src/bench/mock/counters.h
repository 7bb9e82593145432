// What the stand-in server tells of itself at /metrics: the names that vLLM has for the same things.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "bench/mock/script.h"

namespace ihc::bench {

/// Of Prometheus's kind: how many were at most each bound, cumulated when printed.
class Histogram {
 public:
  void add(double seconds);
  std::string text(const std::string& name, const std::string& labels) const;

 private:
  static constexpr std::array<double, 14> kBounds{0.001, 0.005, 0.01, 0.025, 0.05, 0.1,  0.25,
                                                  0.5,   0.75,  1.0,  2.5,   5.0,  10.0, 30.0};
  std::array<std::int64_t, kBounds.size() + 1> counts_{};
  double sum_ = 0;
};

struct MockCounters {
  std::int64_t running = 0;
  std::int64_t waiting = 0;
  std::int64_t succeeded = 0;
  std::int64_t prompt_tokens = 0;
  std::int64_t generation_tokens = 0;
  Histogram ttft;
  Histogram e2e;
};

/// The text of /metrics, Prometheus's exposition format 0.0.4.
std::string metrics_text(const MockCounters& counters, const MockScript& script);

}  // namespace ihc::bench
