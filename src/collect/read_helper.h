// The process in which all evidence is read. A read that blocks (a per-process file whose owner holds its lock, a
// device attribute of a sick device, a dead network mount) blocks that process alone: at the deadline it is killed and
// left behind, which works even while it sleeps uninterruptibly, a fresh one takes its place, and the collection goes
// on.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/file_descriptor.h"
#include "collect/read_request.h"

namespace ihc {

/// What reading cost so far.
struct ReadCost {
  std::int64_t bytes = 0;
  std::int64_t reads = 0;
  std::vector<SlowRead> slowest;  ///< at most ten, slowest first

  void note(const std::string& what, std::int64_t size_bytes, std::int64_t duration_ns);
};

/// When a batch stops asking: what is left then comes back as skipped, timed_out.
struct ReadBudget {
  std::int64_t deadline_ns = INT64_MAX;          ///< CLOCK_MONOTONIC
  int max_timeouts = 3;                          ///< reads that may pass their own deadline before the rest is given up
  const std::atomic<int>* interrupts = nullptr;  ///< at 2 or more nothing more is asked
};

class ReadHelper {
 public:
  /// Forks the first helper. `root_dir` empty or "/": the machine itself. Fails (not_found, permission, unsupported)
  /// when reads cannot be confined to `root_dir`.
  static Result<std::unique_ptr<ReadHelper>> start(const std::string& root_dir);
  ReadHelper(const ReadHelper&) = delete;
  ReadHelper& operator=(const ReadHelper&) = delete;
  ~ReadHelper();

  /// Serves all requests, several in flight at once, and hands over each reply in order as it comes.
  void run(std::span<const ReadRequest> requests, const ReadBudget& budget,
           const std::function<void(std::size_t index, ReadReply&& reply)>& take);
  /// One request on its own.
  ReadReply ask(const ReadRequest& request, const ReadBudget& budget = {});

  /// Ends the helper and waits for it, so that its CPU time counts among this process's children.
  void stop();
  const ReadCost& cost() const { return cost_; }
  /// What the helper that runs now has used so far.
  double cpu_seconds() const;

 private:
  explicit ReadHelper(std::string root_dir) : root_dir_(std::move(root_dir)) {}
  struct Batch;
  Result<void> launch();
  void abandon();
  bool is_stuck(Batch& batch) const;
  void fill(Batch& batch);
  bool flush(Batch& batch);
  bool receive(Batch& batch);
  void deliver(Batch& batch, ReadReply reply);
  void restart(Batch& batch, ReadReply head_reply);

  std::string root_dir_;
  FileDescriptor socket_;
  pid_t pid_ = -1;
  std::vector<pid_t> abandoned_;
  ReadCost cost_;
};

}  // namespace ihc
