// The addresses of a host name, asked with the machine's own resolver and a deadline.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/http_url.h"
#include "base/result.h"

namespace ihc {

/// Whether an address must be asked for (by getent(1)): not for a literal, and not for localhost, which has its
/// addresses by RFC 6761.
bool needs_lookup(const HttpUrl& url);

/// The addresses in the output of `getent ahosts NAME` ("192.0.2.7  STREAM gpu-7"), each once, at most 8.
std::vector<std::string> parse_ahosts(std::string_view text);

/// By getent(1) and not by getaddrinfo(3): that one blocks as long as it likes, and in a static program it loads the
/// system's shared libraries. Fails (not_found, timed_out).
Result<std::vector<std::string>> addresses_of(const HttpUrl& url);

}  // namespace ihc
