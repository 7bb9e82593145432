// Texts that people save themselves, and that `ihc import` takes: what a tool printed, or one file of /proc. Each
// collector declares those that its family understands; import finds out which one a file is.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "bundle/scrub.h"

namespace ihc {

/// How much a text looks like its kind. `sure`: it has what no other kind has (a heading, an XML root, a fixed first
/// line).
enum class Likeness { no, maybe, sure };

/// What one text holds of another: the text of a kind, or the content of one of the machine's files.
struct ForeignPart {
  std::string_view kind;  ///< that of another ForeignText; empty: a file
  std::string text;
  std::string path = {};  ///< the file's, from "/" without its slash: "proc/sys/vm/swappiness"
};

struct ForeignText {
  std::string_view kind;   ///< "numastat-p": unique among all collectors; what a person writes in KIND:FILE
  std::string_view about;  ///< one line for people: "numastat -p PID or NAME: resident megabytes by node"
  /// Where import keeps it, and where the collector's read() looks for it: "commands/numastat-p/stdout",
  /// "root/proc/interrupts". Further texts of the kind in one bundle get "-2", "-3", … after the slug of a command;
  /// below root/ there can be only one.
  std::string_view member;
  /// Looks at content alone: no more than its first 64 KiB are given. Never throws, whatever the bytes.
  Likeness (*likeness)(std::string_view text);
  ScrubKind scrub = ScrubKind::text;
  /// For a report that quotes what other tools printed: those texts, as they stand in it. import keeps each as if it
  /// had been given by itself. Never throws, whatever the bytes.
  std::vector<ForeignPart> (*parts)(std::string_view text) = nullptr;
  std::size_t max_bytes = limits::kMaxImportTextBytes;  ///< a longer text is refused
};

struct Collector;

/// The texts of all collectors, by kind.
std::vector<const ForeignText*> foreign_texts(std::span<const Collector* const> collectors);

/// The one of this kind; null when there is none.
const ForeignText* foreign_text_of_kind(std::string_view kind, std::span<const Collector* const> collectors);

/// What a text may be: all kinds of the highest likeness that any of them gives, by kind; `likeness` is `no` and
/// `candidates` empty when none knows it.
struct Recognition {
  Likeness likeness = Likeness::no;
  std::vector<const ForeignText*> candidates;
};
Recognition recognise(std::string_view text, std::span<const Collector* const> collectors);

/// The kind that a file's name and content agree on: the only candidate; or among several the one whose kind the name
/// speaks ("sos_commands/numa/numastat_-m" → numastat-m, "perf_stat_baseline.txt" → perf-stat-text). Null when the
/// name decides nothing.
const ForeignText* choose_by_name(const Recognition& recognition, std::string_view file_name);

/// All kinds, as a list with commas for messages.
std::string kinds_for_people(std::span<const Collector* const> collectors);

}  // namespace ihc
