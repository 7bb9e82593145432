// Sentences that go with a document when something holds of it, as data: rules/bench_notes.yaml.
#pragma once

#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/json.h"
#include "base/resources.h"
#include "engine/pack.h"

namespace ihc {

struct Note {
  RuleExpression when;
  std::string say;  ///< {{expression}} tags
};

struct NoteSheet {
  RuleExpression near_floor;  ///< a list of names of metrics
  std::vector<Note> notes;
};

/// What is wrong is reported with its place; with an error among the diagnostics the sheet must not be used.
NoteSheet read_note_sheet(const Resource& resource, std::vector<Diagnostic>& diagnostics);

/// The names that the sheet's expression gives for a run of `ihc bench --format json`.
std::vector<std::string> metrics_near_floor(const NoteSheet& sheet, const Json& run);

/// The sentences that hold of a run, in the order of the sheet. A condition that the run has no values for does not
/// hold.
std::vector<std::string> notes_of(const NoteSheet& sheet, const Json& run);

}  // namespace ihc
