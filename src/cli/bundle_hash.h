// What names a bundle so that nobody can take another one for it.
#pragma once

#include <string>

#include "base/result.h"

namespace ihc {

/// SHA-256 (lower-case hex) of the archive file, or of manifest.json for a folder, which has the hash of every member.
Result<std::string> hash_of_bundle(const std::string& path);

}  // namespace ihc
