// Where a server is, as a person writes it: the http and https URLs of RFC 3986, less what has no place in an address
// that is asked again and again and kept in a bundle.
//
//   http://127.0.0.1:8000            https://gpu-node-7.cluster:8443/metrics?name[]=vllm
//   http://[::1]:8000/custom/path    without a port it is 80 or 443
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ihc {

struct HttpUrl {
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

/// What depends on the option that the URL is given to.
struct HttpUrlOption {
  std::string_view name;          ///< "--metrics-url"
  std::string_view default_path;  ///< "/metrics"
  std::string_view example;
  std::string_view secret_hint;  ///< where a token comes from instead: "take it out; …"
};

/// Fails (usage) on another scheme, on a user or password in the URL, and on what is no URL. The Error never repeats
/// the text: it could hold the password that it refuses.
Result<HttpUrl> parse_http_url(std::string_view text, const HttpUrlOption& option);

}  // namespace ihc
