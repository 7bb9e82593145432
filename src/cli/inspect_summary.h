// The one-screen summary of a bundle that plain `ihc inspect` prints.
#pragma once

#include <string>

#include "bundle/manifest.h"
#include "facts/document.h"

namespace ihc {

/// Node, time and privileges; each collector's state with reason and hint; topology in three lines; workers with their
/// placement; cost. What is not known is left out.
std::string inspect_summary(const Manifest& manifest, const Facts& facts);

/// "1.5 GiB": three significant digits at most, for people.
std::string bytes_for_people(std::int64_t bytes);

}  // namespace ihc
