// Why evidence can't be had and what would change it: templates/words/remedies.json, which holds every sentence and
// every command, laid over what a look at the node found. Nothing here touches the node.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "collect/doctor.h"

namespace ihc {

struct RemedyCommand {
  std::string run;
  std::string undo;  ///< puts back what was there before; empty: there is nothing to put back
};

/// One explanation, filled in, and the rows it is about (places in DoctorLook::rows).
struct Remedy {
  std::string id;
  std::string why;
  std::vector<RemedyCommand> commands;  ///< alternatives, the plainest first; empty: nothing on this node changes it
  bool host_side = false;               ///< only the host of this virtual machine knows
  bool is_advice = false;               ///< about rows that can be had, and could say more
  std::vector<std::size_t> rows;
};

/// What fills the placeholders besides the look itself.
struct RemedyContext {
  std::string collect;  ///< the collection with the same selection, as it is typed
  std::string program;  ///< this program's path
};

class RemedyTable {
 public:
  /// The shipped table. Fails (malformed) naming what is wrong with it.
  static Result<RemedyTable> load();
  static Result<RemedyTable> parse(std::string_view text, const std::string& origin);

  /// The node's files that the table's conditions look at.
  std::vector<std::string> files() const;
  /// In the table's order; a row is explained by the first remedy that fits, and by every advice that does.
  std::vector<Remedy> remedies(const DoctorLook& look, std::span<const Collector* const> collectors,
                               const RemedyContext& context) const;

 private:
  explicit RemedyTable(Json table) : table_(std::move(table)) {}
  Json table_;
};

}  // namespace ihc
