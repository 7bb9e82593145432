// What the connections of the stand-in server share.
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include <boost/asio/io_context.hpp>

#include "bench/mock/counters.h"
#include "bench/mock/script.h"
#include "bench/mock/work.h"

namespace ihc::bench {

struct MockLoop {
  boost::asio::io_context io{1};
  MockScript script;
  MockCounters counters;
  std::unique_ptr<TokenWork> work;
  std::int64_t ordinal = 0;                 ///< of the next request
  std::deque<std::function<void()>> queue;  ///< of requests that wait for a slot

  /// Whether all slots are taken.
  bool is_full() const { return script.slots > 0 && counters.running >= script.slots; }
  /// Calls `start` now, or when a slot is free.
  void enter(std::function<void()> start);
  /// Gives a slot back.
  void leave();
  /// Called with the first request: the freeze counts from it.
  void begin();

 private:
  bool began_ = false;
};

}  // namespace ihc::bench
