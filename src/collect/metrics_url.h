// Where a server tells its metrics, as a person writes it: the http and https URLs of RFC 3986, less what has no place
// in an address that is asked every second and kept in a bundle.
//
//   http://127.0.0.1:8000            https://gpu-node-7.cluster:8443/metrics?name[]=vllm
//   http://[::1]:8000/custom/path    without a path it is /metrics, without a port 80 or 443
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ihc {

struct MetricsUrl {
  bool is_tls = false;
  std::string host;         ///< a name in lower case, or an address without its brackets
  bool is_address = false;  ///< IPv4 or IPv6, nothing to look up
  std::uint16_t port = 80;
  std::string target;  ///< path and query, as it goes to the server

  /// "host:port" as the Host header and an instance label have it, IPv6 in brackets.
  std::string authority() const;
  /// The URL as it may be stored: a query keeps its names and loses its values, any of which could be a secret.
  std::string stored() const;
};

/// Fails (usage) on another scheme, on a user or password in the URL, and on what is no URL. The Error never repeats
/// the text: it could hold the password that it refuses.
Result<MetricsUrl> parse_metrics_url(std::string_view text);

/// The URLs of a command line, in order. Fails (usage) as above, on more than limits::kMaxMetricsUrls, and on one that
/// is named twice.
Result<std::vector<MetricsUrl>> parse_metrics_urls(const std::vector<std::string>& texts);

}  // namespace ihc
