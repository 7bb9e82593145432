// Where the value of a name ends in free text: the part of scrubbing that knows quoting.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace ihc {

struct ValueSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The value that belongs to the name at [name_begin, name_end), without its quotes; nothing when the name has none.
/// Knows
///     NAME=value    NAME="a value"    "NAME=a value"    name: value    "name": "value"    \"name\":\"value\"
///     --name value  --name 'a value'  '--name', 'value'     name=['one', 'two']
/// An unquoted value ends at a blank, or before a separator that begins the next setting. At the start of a line, as in
/// an environment file, and inside quotes around both, blanks belong to it until a long flag or another setting follows
/// one. Where it is open how far a value goes, it goes further rather than less.
std::optional<ValueSpan> value_after_name(std::string_view text, std::size_t name_begin, std::size_t name_end);

}  // namespace ihc
