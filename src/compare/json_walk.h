// Reading a facts document whose members may be absent or, in a file from elsewhere, of another kind.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>

#include "base/json.h"

namespace ihc::compare {

/// The member at this path of keys; null where a step is no object or lacks the key.
const Json* member_at(const Json& root, std::initializer_list<const char*> keys);
/// Absent unless it is a finite number, a text.
std::optional<double> number_at(const Json& root, std::initializer_list<const char*> keys);
std::optional<std::string> text_at(const Json& root, std::initializer_list<const char*> keys);
/// The list at this path; an empty one where there is none.
const Json& list_at(const Json& root, std::initializer_list<const char*> keys);

}  // namespace ihc::compare
