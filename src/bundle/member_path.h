// What a path inside a bundle may be. One set of rules for the writer, the readers and unpack, so that what one of them
// makes the others take, and a path that would lead out of the bundle is refused wherever it comes from.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ihc {

/// Members are named in JSON and in archives: UTF-8 without control characters. A packed record is named inside our own
/// format and may be any file name the kernel has, except that NUL ends a path everywhere.
enum class PathKind { member, packed_record };

/// Fails (malformed, too_large) saying what is wrong with `path`: empty, absolute, "." or "..", an empty component, a
/// character that is not allowed, or past limits::kMaxPathBytes, kMaxNameBytes or kMaxPathDepth. `where` in
/// the Error is the path itself, printable.
Result<void> check_bundle_path(std::string_view path, PathKind kind);

/// Foreign text for a message on a terminal: control characters and bytes that are not UTF-8 as \xNN, at most 200
/// bytes.
std::string printable_path(std::string_view text);

/// '%' and control characters as %NN: one line whatever the name is. `also` lists further characters to encode.
std::string percent_encode(std::string_view text, std::string_view also = {});

/// The text that percent_encode was given; fails (malformed) where a '%' is not followed by two hexadecimal digits.
Result<std::string> percent_decode(std::string_view text);

}  // namespace ihc
