#include "collect/account.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "collect/reasons.h"

namespace ihc {

namespace {

// What is worse comes later; from kNoticed on a collector that has something is "partial", from kInPart on the
// collection was done in part.
constexpr std::array<std::string_view, 10> kRanks{
    reason::kFileAbsent,       reason::kStructural,  reason::kNotAsked,   reason::kEventUnsupported,
    reason::kIntervalTooShort, reason::kToolMissing, reason::kPermission, reason::kOverBudget,
    reason::kFailed,           reason::kTimedOut};
constexpr int kNoticed = 6;
constexpr int kInPart = 8;

int rank_of(std::string_view reason) {
  const auto found = std::find(kRanks.begin(), kRanks.end(), reason);
  return found == kRanks.end() ? kInPart : static_cast<int>(found - kRanks.begin()) + 1;
}

std::string permission_hint(Needs needs) {
  switch (needs) {
    case Needs::ptrace:
      return "run as root, or grant cap_sys_ptrace and cap_dac_read_search";
    case Needs::perf:
      return "run as root, grant cap_perfmon, or lower kernel.perf_event_paranoid";
    case Needs::nothing:
    case Needs::root:
      return "run as root";
  }
  return {};
}

std::string hint_for(std::string_view reason, const CaptureNote& note) {
  if (!note.hint.empty()) return note.hint;
  if (reason == reason::kPermission) return permission_hint(note.needs);
  if (reason == reason::kTimedOut) return "look at " + note.what + " by hand: it did not answer in time";
  if (reason == reason::kFailed) return "look at " + note.what + " by hand: it failed";
  if (reason == reason::kOverBudget) return "look at " + note.what + " by hand, or name fewer workers with --pid";
  if (reason == reason::kToolMissing) return "install the tool that " + note.what + " runs";
  if (reason == reason::kFileAbsent) return "this kernel does not offer " + note.what;
  return "nothing to do: there is no such thing here";
}

}  // namespace

Account::Account(std::vector<std::string> collectors) {
  for (std::string& name : collectors) {
    Tally tally;
    tally.name = std::move(name);
    tallies_.push_back(std::move(tally));
  }
}

void Account::note(std::size_t collector, const CaptureNote& note) {
  Tally& tally = tallies_[collector];
  const bool is_ok = note.status == EvidenceStatus::ok;
  if (is_ok) ++tally.ok;
  if (is_ok && !note.cut) return;
  const std::string reason = is_ok ? reason::kOverBudget : note.reason;
  const int rank = rank_of(reason);
  if (rank <= tally.worst) return;
  tally.worst = rank;
  tally.reason = reason;
  tally.hint = hint_for(reason, note);
}

CollectorRecord Account::record(std::size_t collector) const {
  const Tally& tally = tallies_[collector];
  CollectorRecord record{.name = tally.name, .reason = tally.reason, .hint = tally.hint};
  if (tally.ok > 0) {
    record.state = tally.worst >= kNoticed ? CollectorState::partial : CollectorState::collected;
  } else if (tally.reason == reason::kTimedOut) {
    record.state = CollectorState::timed_out;
  } else if (tally.worst >= kInPart) {
    record.state = CollectorState::failed;
  } else if (tally.worst > 0) {
    record.state = CollectorState::skipped;
  }
  if (record.state == CollectorState::collected) record.reason = record.hint = "";
  return record;
}

bool Account::in_part() const {
  return std::any_of(tallies_.begin(), tallies_.end(), [](const Tally& tally) { return tally.worst >= kInPart; });
}

}  // namespace ihc
