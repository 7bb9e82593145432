// What became of every capture, summed up for each collector: its state, the reason that matters most, and what a
// person can do about it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bundle/manifest.h"
#include "collect/capture.h"

namespace ihc {

/// One capture's outcome, or one of its files'. `what` names it for the hint (a path, a command's slug); `hint`
/// overrides the hint that follows from the reason.
struct CaptureNote {
  EvidenceStatus status = EvidenceStatus::ok;
  std::string reason;
  bool cut = false;
  Needs needs = Needs::nothing;
  std::string what;
  std::string hint;
};

class Account {
 public:
  explicit Account(std::vector<std::string> collectors);

  void note(std::size_t collector, const CaptureNote& note);
  CollectorRecord record(std::size_t collector) const;
  /// Whether something asked for failed, timed out, was cut or went past a budget: exit 4.
  bool in_part() const;

 private:
  struct Tally {
    std::string name;
    std::int64_t ok = 0;
    int worst = 0;  // rank of the reason below; 0: nothing went wrong
    std::string reason;
    std::string hint;
  };
  std::vector<Tally> tallies_;
};

}  // namespace ihc
