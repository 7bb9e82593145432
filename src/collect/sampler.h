// The files that are read again through the window: which of them at which reading.
#pragma once

#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "collect/followed_threads.h"
#include "collect/session.h"

namespace ihc {

class Sampler {
 public:
  enum class Tick {
    first,
    threads,  ///< what is followed, more often than once a second
    second,   ///< and what is read every second
    last,
  };

  explicit Sampler(Session& session);

  /// Readings of followed threads a second: 1, more in a window too short for limits::kCpuSampleRounds of them.
  int thread_readings_per_second() const { return readings_per_second_; }
  void read(Tick tick);

 private:
  /// One row's pattern for one worker (or for none).
  struct SampledPattern {
    std::size_t collector = 0;
    const Sampled* row = nullptr;
    std::string pattern;
    std::string directories;  ///< of a followed row: "/proc/4242/task/*"
    std::string file;         ///< and "/stat"
  };
  /// A worker's threads, as its directory lists them.
  struct Threads {
    std::vector<std::string> directories = {};
    EvidenceStatus status = EvidenceStatus::ok;
    std::string reason = {};
    bool is_cut = false;
  };
  struct Batch;

  void gather();
  void read_all(Tick tick);
  bool follow(Tick tick);
  void find_paths(std::size_t index);
  const Threads& threads_of(const SampledPattern& sampled);
  std::vector<std::string> followed_paths(const SampledPattern& sampled) const;
  void add_row(Batch& batch, const SampledPattern& pattern, const std::vector<std::string>& paths, Tick tick);
  void run(Batch& batch, Tick tick);
  void put_on_record(const SampledPattern& sampled, EvidenceStatus status, const std::string& reason);
  void store(const SampledPattern& owner, const std::string& path, ReadReply& reply, Tick tick);

  Session& session_;
  int readings_per_second_ = 1;
  FollowedThreads followed_;
  std::vector<std::string> read_now_;  // directories of the threads that this reading follows
  std::vector<SampledPattern> patterns_;
  std::vector<std::vector<std::string>> paths_;  // of each pattern
  std::map<std::string, Threads> threads_;       // by the pattern of their directories, since the last look
  std::unordered_set<std::string> gone_;
};

}  // namespace ihc
