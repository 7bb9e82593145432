// Work that is done while the window runs, by someone else's code in a process of its own: a benchmark. The window
// lasts until it is over.
#pragma once

#include <chrono>
#include <map>
#include <string>

namespace ihc {

class WindowJob {
 public:
  virtual ~WindowJob() = default;
  /// The window begins.
  virtual void start() = 0;
  /// Asked at least every 100 ms.
  virtual bool is_over() = 0;
  /// The window was interrupted: end early, keep what there is.
  virtual void stop() = 0;
  /// How long it can take at most; the window ends then, over or not.
  virtual std::chrono::milliseconds longest() const = 0;
  /// What it leaves in the bundle, once it is over or was stopped.
  virtual std::map<std::string, std::string> members() = 0;
  /// Processor time of its process, after members(): no cost of the collection.
  virtual double cpu_seconds() const = 0;
};

}  // namespace ihc
