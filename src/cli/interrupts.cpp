#include "cli/interrupts.h"

#include <cstddef>

namespace ihc {

namespace {

// Counted up by the signal handler, which can reach nothing but globals.
std::atomic<int> g_interrupts{0};
static_assert(std::atomic<int>::is_always_lock_free);

void count_interrupt(int) { g_interrupts.fetch_add(1); }

}  // namespace

const std::atomic<int>& interrupts() { return g_interrupts; }

InterruptGuard::InterruptGuard() {
  g_interrupts = 0;
  struct sigaction action {};
  action.sa_handler = count_interrupt;  // without SA_RESTART: a sleep ends at once
  for (std::size_t index = 0; index < kSignals.size(); ++index) ::sigaction(kSignals[index], &action, &before_[index]);
}

InterruptGuard::~InterruptGuard() {
  for (std::size_t index = 0; index < kSignals.size(); ++index) ::sigaction(kSignals[index], &before_[index], nullptr);
}

}  // namespace ihc
