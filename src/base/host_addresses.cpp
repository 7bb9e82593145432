#include "base/host_addresses.h"

#include <algorithm>

#include "base/limits.h"
#include "base/subprocess.h"
#include "base/text.h"

namespace ihc {

namespace {

constexpr std::size_t kMaxAddresses = 8;

}  // namespace

bool needs_lookup(const HttpUrl& url) { return !url.is_address && url.host != "localhost"; }

std::vector<std::string> parse_ahosts(std::string_view text) {
  std::vector<std::string> addresses;
  for (const std::string_view line : split_lines(text)) {
    const auto words = split_words(line);
    // An address with a scope ("fe80::1%2") belongs to one interface of one moment.
    if (words.size() < 2 || words[1] != "STREAM" || words[0].find('%') != std::string_view::npos) continue;
    const std::string address(words[0]);
    if (std::ranges::find(addresses, address) == addresses.end() && addresses.size() < kMaxAddresses)
      addresses.push_back(address);
  }
  return addresses;
}

Result<std::vector<std::string>> addresses_of(const HttpUrl& url) {
  if (url.is_address) return std::vector{url.host};
  if (!needs_lookup(url)) return std::vector<std::string>{"127.0.0.1", "::1"};
  const SubprocessOutcome outcome =
      run_subprocess({.argv = {"getent", "ahosts", url.host}, .timeout = limits::kResolveDeadline});
  if (outcome.status == SubprocessStatus::timed_out)
    return fail(ErrorCode::timed_out, "nobody resolved this name in time", url.host, "name the address");
  if (outcome.status == SubprocessStatus::tool_missing)
    return fail(ErrorCode::not_found, "there is no getent to resolve this name", url.host, "name the address");
  auto addresses = parse_ahosts(outcome.stdout_bytes);
  if (addresses.empty()) return fail(ErrorCode::not_found, "no such host name", url.host, "name the address");
  return addresses;
}

}  // namespace ihc
