#include "collect/followed_threads.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <tuple>

#include "base/text.h"

namespace ihc {

namespace {

// "1284512345 38123456 90211": time on a CPU, time waiting for one, how often. Nothing counts without
// CONFIG_SCHED_INFO.
std::uint64_t busy_ns(std::string_view schedstat) {
  const auto words = split_words(schedstat);
  if (words.size() < 2) return 0;
  return parse_number<std::uint64_t>(words[0]).value_or(0) + parse_number<std::uint64_t>(words[1]).value_or(0);
}

}  // namespace

void FollowedThreads::note(const std::string& directory, std::string_view schedstat) {
  Account& account = accounts_[directory];
  const bool is_first = account.text.empty();
  account.has_changed = account.text != schedstat;
  account.text = schedstat;
  const std::uint64_t now = busy_ns(schedstat);
  account.before = is_first ? now : account.now;
  account.now = now;
}

bool FollowedThreads::may_have_run(const std::string& directory) const {
  const auto found = accounts_.find(directory);
  // All zeros from a thread that is there: this kernel does not count, so nobody knows.
  return found == accounts_.end() || found->second.has_changed || found->second.now == 0;
}

void FollowedThreads::choose(const std::vector<std::string>& directories) {
  has_chosen_ = true;
  std::vector<std::size_t> order(directories.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto rank = [&](std::size_t index) {
    const auto found = accounts_.find(directories[index]);
    const std::uint64_t now = found == accounts_.end() ? 0 : found->second.now;
    const std::uint64_t before = found == accounts_.end() ? 0 : found->second.before;
    return std::tuple(UINT64_MAX - (now >= before ? now - before : 0), UINT64_MAX - now, index);
  };
  const std::size_t count = std::min(limit_, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
                    [&](std::size_t left, std::size_t right) { return rank(left) < rank(right); });
  order.resize(count);
  std::sort(order.begin(), order.end());
  chosen_.clear();
  for (const std::size_t index : order) chosen_.push_back(directories[index]);
  std::unordered_map<std::string, Account> kept;
  for (const std::string& directory : chosen_) kept.insert(accounts_.extract(directory));
  accounts_ = std::move(kept);
}

}  // namespace ihc
