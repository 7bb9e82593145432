#include "collect/metrics_url.h"

#include <algorithm>

#include "base/limits.h"

namespace ihc {

namespace {

constexpr HttpUrlOption kMetricsUrlOption{
    .name = "--metrics-url",
    .default_path = "/metrics",
    .example = "http://127.0.0.1:8000/metrics",
    .secret_hint = "take it out; a bearer token comes from IHC_METRICS_TOKEN or --metrics-token-file"};

}  // namespace

Result<MetricsUrl> parse_metrics_url(std::string_view text) { return parse_http_url(text, kMetricsUrlOption); }

Result<std::vector<MetricsUrl>> parse_metrics_urls(const std::vector<std::string>& texts) {
  if (texts.size() > limits::kMaxMetricsUrls) {
    return fail(ErrorCode::usage, "more than " + std::to_string(limits::kMaxMetricsUrls) + " URLs are named",
                "--metrics-url", "name those of the servers that matter");
  }
  std::vector<MetricsUrl> urls;
  for (const std::string& text : texts) {
    auto url = parse_metrics_url(text);
    if (!url) {
      if (texts.size() > 1) url.error().where += " number " + std::to_string(urls.size() + 1);
      return fail(std::move(url.error()));
    }
    const bool is_known = std::ranges::any_of(urls, [&](const MetricsUrl& other) {
      return other.is_tls == url->is_tls && other.authority() == url->authority() && other.target == url->target;
    });
    if (is_known)
      return fail(ErrorCode::usage, url->stored() + " is named twice", "--metrics-url", "name each server once");
    urls.push_back(std::move(*url));
  }
  return urls;
}

}  // namespace ihc
