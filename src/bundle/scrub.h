// The one choke point for secrets: every captured argument vector, unit text and environment value passes here before
// it is stored. What is replaced becomes "[scrubbed:<kind>]"; shapes are recognised, nothing is looked up.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ihc {

/// What a text is, so that the scrubber knows where values stand.
enum class ScrubKind {
  none,         ///< stored as found: numeric kernel files
  text,         ///< free text: units, logs, command output
  nul_vector,   ///< NUL-separated strings: /proc/PID/cmdline
  environment,  ///< NUL-separated NAME=value: only harmless names keep their value
};

/// Counts replacements by kind ("token", "password", "url_credentials", "private_key", "bearer", "environment").
class Scrubber {
 public:
  std::string scrub(std::string_view bytes, ScrubKind kind);
  /// An argument vector: "--api-key X", "--api-key=X", "KEY=secret", URLs with credentials, bearer headers, known token
  /// shapes.
  std::vector<std::string> scrub_argv(const std::vector<std::string>& argv);
  const std::map<std::string, std::int64_t>& counts() const { return counts_; }

 private:
  std::map<std::string, std::int64_t> counts_;
};

}  // namespace ihc
