// Syntax tree × bindings → value, with the list of facts that were read. Nothing here throws; every limit is an error
// value.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "engine/expr/ast.h"
#include "engine/expr/value.h"

namespace ihc::expr {

/// How many reads a trail keeps; past them it only notes that there were more.
inline constexpr std::size_t kMaxTrailReads = 200;

/// A fact that was read: where it stands and what it was. Of a list or object that is long, `value` is {"items":
/// count}.
struct FactRead {
  std::string pointer;
  Json value;
};

/// The facts read, each once, in the order of reading.
class Trail {
 public:
  /// Notes that the fact at `path` was read.
  void note(const FactPathPtr& path, const Json& json);
  const std::vector<FactRead>& reads() const { return reads_; }
  bool truncated() const { return truncated_; }

 private:
  std::vector<FactRead> reads_;
  std::unordered_set<const Json*> seen_;
  bool truncated_ = false;
};

/// Names and what they stand for. A deferred name is an expression over the names defined before it; it is evaluated at
/// its first use and at most once, so that facts nobody asked for are not in the trail.
class Bindings {
 public:
  void set(const std::string& name, Value value);
  void defer(const std::string& name, const Expression& expression);

  struct Slot {
    Value value;
    Expression deferred;  ///< `root` is null once evaluated
  };
  Slot* find(const std::string& name);
  /// Whether a name such as "a.b" is bound, so that a.b.c may mean a field of it.
  bool has_dotted_names() const { return has_dotted_names_; }

 private:
  std::map<std::string, Slot> slots_;
  bool has_dotted_names_ = false;
};

/// What one evaluation may spend; base/limits.h unless a caller wants less.
struct Budget {
  std::size_t steps = limits::kMaxEvaluationSteps;
  std::size_t bytes = limits::kMaxEvaluationBytes;
  bool exhausted = false;  ///< more was asked for than was left
};

/// The value of an expression; facts read are added to `trail`. An error in the result carries the offset of the part
/// that failed. `budget` is what remains and is counted down.
Value evaluate(const Expression& expression, Bindings& bindings, Trail& trail, Budget& budget);

/// The same with a budget and trail of its own.
Value evaluate(const Expression& expression, Bindings& bindings);

}  // namespace ihc::expr
