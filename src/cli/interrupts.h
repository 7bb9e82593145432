// Ctrl-C and its like, counted.
#pragma once

#include <array>
#include <atomic>
#include <csignal>

namespace ihc {

/// How often the user asked for an end since the last guard was made.
const std::atomic<int>& interrupts();

/// SIGINT, SIGTERM and SIGHUP are counted instead of ending the program, for as long as this lives.
class InterruptGuard {
 public:
  [[nodiscard]] InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard();

 private:
  static constexpr std::array<int, 3> kSignals{SIGINT, SIGTERM, SIGHUP};
  std::array<struct sigaction, 3> before_{};
};

}  // namespace ihc
