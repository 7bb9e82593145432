// Texts that people save themselves, and that `ihc import` takes: what a tool printed, or one file of /proc. Each
// collector declares those that its family understands; import finds out which one a file is.
#pragma once

#include <string_view>

#include "bundle/scrub.h"

namespace ihc {

/// How much a text looks like its kind. `sure`: it has what no other kind has (a heading, an XML root, a fixed first
/// line).
enum class Likeness { no, maybe, sure };

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
};

}  // namespace ihc
