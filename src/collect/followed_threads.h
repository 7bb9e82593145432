// Which threads of the workers are read all through the window. All of them while they are few; of very many, those
// that ran or waited most between the first two readings, so that the cost of a second has a bound.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ihc {

class FollowedThreads {
 public:
  /// `limit`: how many threads at most.
  explicit FollowedThreads(std::size_t limit) : limit_(limit) {}

  bool is_too_many(std::size_t count) const { return count > limit_; }
  /// Notes what /proc/PID/task/TID/schedstat of a thread says, by its directory.
  void note(const std::string& directory, std::string_view schedstat);
  /// Whether a thread may have run between the last two notes: true as long as that is not known.
  bool may_have_run(const std::string& directory) const;
  /// Settles on the `limit` threads that have run or waited most between their last two notes; those with equal growth
  /// by what they did before, then in order.
  void choose(const std::vector<std::string>& directories);
  bool has_chosen() const { return has_chosen_; }
  /// Those that were chosen, in the order they were given in.
  const std::vector<std::string>& chosen() const { return chosen_; }

 private:
  struct Account {
    std::string text;
    bool has_changed = true;
    std::uint64_t before = 0;  // nanoseconds on a CPU and waiting for one
    std::uint64_t now = 0;
  };

  std::size_t limit_;
  bool has_chosen_ = false;
  std::vector<std::string> chosen_;
  std::unordered_map<std::string, Account> accounts_;
};

}  // namespace ihc
