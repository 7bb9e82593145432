// What is sent: prompts that no cache has seen, and the schedule. All of it follows from the seed, the run and the
// index, so that an arm of a comparison can be given the same requests again.
#pragma once

#include <cstdint>
#include <string>

#include "bench/load/settings.h"

namespace ihc::bench {

/// A generator of 64-bit numbers that gives the same everywhere: SplitMix64 (Steele, Lea and Flood, "Fast Splittable
/// Pseudorandom Number Generators", OOPSLA 2014). The distributions of <random> differ between libraries.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  /// In (0, 1]: its logarithm is finite.
  double unit();

 private:
  std::uint64_t state_;
};

/// The number of a request, the same for no two of one benchmark.
struct RequestId {
  std::int64_t run = 1;
  std::int64_t index = 0;
  bool is_warmup = false;
};

/// `words` common English words, which most tokenizers take for a token each; the first ones are drawn as all are, so
/// that two prompts part at their beginning and a prefix cache has nothing to give.
std::string made_prompt(std::int64_t seed, const RequestId& id, std::int64_t words);

/// The seed that is sent along.
std::int64_t seed_of(const LoadSettings& settings, const RequestId& id);
/// What the request asks for at most.
std::int64_t max_tokens_of(const LoadSettings& settings, const RequestId& id);

/// The whole HTTP/1.1 request.
std::string request_text(const LoadSettings& settings, const RequestId& id);
/// A GET of another path of the same server.
std::string get_text(const LoadSettings& settings, const std::string& path);

/// When requests are due, in ns after the run's start: `rate_rps` a second, evenly or with exponential gaps.
class Schedule {
 public:
  Schedule(double rate_rps, bool is_poisson, std::uint64_t seed);
  std::int64_t next_ns();

 private:
  Random random_;
  double gap_ns_;
  bool is_poisson_;
  double due_ns_ = 0;
  bool is_first_ = true;
};

}  // namespace ihc::bench
