#include "bench/mock/work.h"

#include <algorithm>

#include "base/clock.h"

namespace ihc::bench {

namespace {

constexpr std::size_t kLineBytes = 64;
constexpr std::size_t kWordsPerLine = kLineBytes / sizeof(std::uint64_t);

/// Knuth's linear congruential generator (MMIX): each turn needs the one before.
constexpr std::uint64_t next(std::uint64_t state) { return state * 6364136223846793005ULL + 1442695040888963407ULL; }

}  // namespace

TokenWork::TokenWork(std::int64_t burn_ns, std::size_t touch_bytes, std::size_t memory_bytes, double touch_factor) {
  touch_lines_ = static_cast<std::size_t>(static_cast<double>(touch_bytes) / kLineBytes * touch_factor);
  if (touch_lines_ > 0) memory_.assign(std::max(memory_bytes, kLineBytes) / sizeof(std::uint64_t), 1);
  if (burn_ns <= 0) return;
  constexpr std::uint64_t kTurns = 2'000'000;
  std::int64_t best_ns = 0;
  for (int round = 0; round < 5; ++round) {
    const std::int64_t from_ns = monotonic_now_ns();
    burn(kTurns);
    const std::int64_t took_ns = std::max<std::int64_t>(monotonic_now_ns() - from_ns, 1);
    best_ns = round == 0 ? took_ns : std::min(best_ns, took_ns);
  }
  burn_turns_ = static_cast<std::uint64_t>(static_cast<double>(kTurns) * static_cast<double>(burn_ns) /
                                           static_cast<double>(best_ns));
}

void TokenWork::burn(std::uint64_t turns) {
  std::uint64_t state = state_;
  for (std::uint64_t turn = 0; turn < turns; ++turn) {
    state = next(state);
    asm volatile("" : "+r"(state));  // keeps the loop: its result is wanted by nobody
  }
  state_ = state;
}

void TokenWork::touch(std::size_t lines) {
  const std::size_t all = memory_.size() / kWordsPerLine;
  for (std::size_t line = 0; line < lines; ++line) {
    state_ = next(state_);
    // The place depends on what was read last: no prefetcher can know it.
    std::uint64_t& word = memory_[((state_ >> 20U) % all) * kWordsPerLine];
    state_ ^= word;
    word += state_ & 1U;
  }
}

void TokenWork::work(std::int64_t tokens) {
  if (tokens <= 0) return;
  if (burn_turns_ > 0) burn(burn_turns_ * static_cast<std::uint64_t>(tokens));
  if (touch_lines_ > 0) touch(touch_lines_ * static_cast<std::size_t>(tokens));
}

}  // namespace ihc::bench
