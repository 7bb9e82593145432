#include "base/http_url.h"

#include <algorithm>

#include <arpa/inet.h>

#include "base/limits.h"
#include "base/text.h"

namespace ihc {

namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;
constexpr std::size_t kMaxHostBytes = 253;
constexpr std::size_t kMaxLabelBytes = 63;

/// The caller names the option.
tl::unexpected<Error> wrong(std::string what, std::string hint) {
  return fail(ErrorCode::usage, std::move(what), {}, std::move(hint));
}

bool is_graphic_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

bool is_ipv4(const std::string& host) {
  in_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1;
}

bool is_ipv6(const std::string& host) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

/// A host name: labels of letters, digits, '-' and '_' (which names in clusters have). One that ends in a number would
/// be taken for an IPv4 address by some and for a name by others.
bool is_host_name(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.empty() || host.size() > kMaxHostBytes) return false;
  std::string_view label;
  for (const std::string_view part : split(host, '.')) {
    label = part;
    if (label.empty() || label.size() > kMaxLabelBytes || label.starts_with('-')) return false;
    const bool is_word = std::ranges::all_of(
        label, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; });
    if (!is_word) return false;
  }
  return label.find_first_not_of("0123456789") != std::string_view::npos;
}

Result<void> take_host(HttpUrl& url, std::string_view text, bool in_brackets) {
  url.host = to_lower(text);
  url.is_address = in_brackets ? is_ipv6(url.host) : is_ipv4(url.host);
  if (url.is_address || (!in_brackets && is_host_name(url.host))) return {};
  return wrong("the URL has no valid host", "write a name, an IPv4 address, or an IPv6 address in brackets");
}

Result<void> take_port(HttpUrl& url, std::string_view text) {
  const auto port =
      text.find_first_not_of("0123456789") == std::string_view::npos ? parse_number<std::uint16_t>(text) : std::nullopt;
  if (!port || *port == 0) return wrong("the URL has no valid port", "a port is a number from 1 to 65535");
  url.port = *port;
  return {};
}

/// "host", "host:port", "[v6]", "[v6]:port".
Result<void> take_authority(HttpUrl& url, std::string_view text, const HttpUrlOption& option) {
  if (text.find('@') != std::string_view::npos) {
    return wrong("the URL has a user or password in it", std::string(option.secret_hint));
  }
  const bool in_brackets = text.starts_with('[');
  const std::size_t end = in_brackets ? text.find(']') : text.find(':');
  if (in_brackets && end == std::string_view::npos) return take_host(url, "", true);
  if (auto taken = take_host(url, text.substr(in_brackets ? 1 : 0, in_brackets ? end - 1 : end), in_brackets); !taken)
    return taken;
  std::string_view rest = end == std::string_view::npos ? std::string_view() : text.substr(end);
  if (in_brackets) rest.remove_prefix(1);
  if (rest.empty()) return {};
  return take_port(url, rest.starts_with(':') ? rest.substr(1) : std::string_view("?"));
}

Result<void> take_target(HttpUrl& url, std::string_view text, const HttpUrlOption& option) {
  if (text.find('#') != std::string_view::npos)
    return wrong("the URL has a fragment", "leave out the '#' and what follows");
  if (!percent_decode(text))
    return wrong("the URL has a '%' without two hexadecimal digits", "write '%' itself as %25");
  if (text.find_first_of("\"<>\\^`{|}") != std::string_view::npos) {
    return wrong("the URL has a character that must be percent-encoded", "encode it, for example '{' as %7B");
  }
  url.target = std::string(text.starts_with('/') ? "" : option.default_path) + std::string(text);
  return {};
}

bool takes_scheme(std::string_view& text, std::string_view scheme) {
  if (to_lower(text.substr(0, scheme.size())) != scheme) return false;
  text.remove_prefix(scheme.size());
  return true;
}

Result<HttpUrl> parsed(std::string_view text, const HttpUrlOption& option) {
  if (text.size() > limits::kMaxUrlBytes) {
    return wrong("the URL is longer than " + std::to_string(limits::kMaxUrlBytes) + " bytes", "shorten it");
  }
  if (!is_graphic_ascii(text)) {
    return wrong("the URL has a blank, a control character or a letter beyond ASCII", "percent-encode it");
  }
  HttpUrl url;
  url.is_tls = takes_scheme(text, "https://");
  if (!url.is_tls && !takes_scheme(text, "http://")) {
    return wrong("the URL begins with neither http:// nor https://", "for example " + std::string(option.example));
  }
  url.port = url.is_tls ? kHttpsPort : kHttpPort;
  const std::size_t end = std::min(text.find_first_of("/?#"), text.size());
  if (auto taken = take_authority(url, text.substr(0, end), option); !taken) return fail(std::move(taken.error()));
  if (auto taken = take_target(url, text.substr(end), option); !taken) return fail(std::move(taken.error()));
  return url;
}

}  // namespace

std::string HttpUrl::authority() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string HttpUrl::stored() const {
  const std::size_t query = target.find('?');
  std::string text = (is_tls ? "https://" : "http://") + authority() + target.substr(0, query);
  if (query == std::string::npos) return text;
  char separator = '?';
  for (const std::string_view parameter : split(std::string_view(target).substr(query + 1), '&')) {
    text += separator;
    separator = '&';
    const std::size_t equals = parameter.find('=');
    // A parameter without a name is its value.
    text += equals == std::string_view::npos ? "" : std::string(parameter.substr(0, equals)) + "=";
    text += "[scrubbed:query]";
  }
  return text;
}

Result<HttpUrl> parse_http_url(std::string_view text, const HttpUrlOption& option) {
  auto url = parsed(text, option);
  if (!url) url.error().where = option.name;
  return url;
}

}  // namespace ihc
