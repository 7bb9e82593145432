// Sorts what a tree holds: a machine's files below root/, saved command outputs to their kinds, the rest left out and
// counted.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "bundle/import_tree.h"
#include "collect/importing/gather.h"

namespace ihc {

/// What the evidence says of itself besides facts: who and when.
struct Said {
  std::optional<std::string> host_name;  ///< the first that was found
  std::optional<std::string> taken_utc;  ///< of a saved `date`, when it is UTC
};

/// How sure a text's kind must be before it is taken.
enum class Naming {
  given,  ///< a person named this very file: the only candidate will do
  found,  ///< it was found in a tree: it must be sure, or its name must say so too
};

/// Adds a text where its kind has its place, or notes it as left out; `taken` is false then. Fails when a person named
/// the file and it is nothing that a collector knows, or several things.
struct TextOutcome {
  bool taken = false;
};
Result<TextOutcome> sort_text(std::string_view text, const std::string& origin, Naming naming, Gathering& gathering);

/// Adds what a tree holds. Fails when it holds the trees of several machines, or nothing at all that is known.
Result<void> sort_tree(const ImportTree& tree, const std::string& origin, Gathering& gathering, Said& said);

/// The failure for what nothing here knows, naming what is known.
tl::unexpected<Error> unknown_input(const std::string& origin, std::span<const Collector* const> collectors);

/// The first word after a saved `date` is no part of its grammar: "Thu Nov 21 08:40:00 UTC 2026" → UTC text. Other time
/// zones have no offset in them and give nothing.
std::optional<std::string> utc_of_date_output(std::string_view text);

}  // namespace ihc
