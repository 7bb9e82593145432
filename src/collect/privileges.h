// What this process may do: for the manifest, for chroot, and for people who read why something is missing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ihc {

/// The names of the capabilities in a /proc/PID/status "CapEff:" mask ("000001ffffffffff"), in the order of their
/// numbers; numbers this program has no name for are "cap_<number>". capabilities(7). Empty for a text that is no mask.
std::vector<std::string> capability_names(std::string_view hexadecimal_mask);

/// The value of a "Key:\tvalue" line of a /proc/PID/status text; empty when there is none.
std::string_view status_value(std::string_view status_text, std::string_view key);

/// /proc/self/status of this process.
std::string own_status();

}  // namespace ihc
