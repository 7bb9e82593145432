// The work that the stand-in server does for a token: processor time and memory accesses, so that a neighbour on its
// CPUs, a lower frequency or a distant memory really shows in what a client measures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ihc::bench {

class TokenWork {
 public:
  /// Times the burning loop on the CPU it runs on, once: afterwards the same number of turns is done for each token,
  /// however long that takes. `memory_bytes` are allocated and touched by this thread, which places them (first touch).
  TokenWork(std::int64_t burn_ns, std::size_t touch_bytes, std::size_t memory_bytes, double touch_factor);

  void work(std::int64_t tokens);

 private:
  void burn(std::uint64_t turns);
  void touch(std::size_t lines);

  std::uint64_t burn_turns_ = 0;
  std::size_t touch_lines_ = 0;
  std::vector<std::uint64_t> memory_;
  std::uint64_t state_ = 1;
};

}  // namespace ihc::bench
