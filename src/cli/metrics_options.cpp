#include "cli/metrics_options.h"

#include <algorithm>
#include <cstdlib>

#include "base/files.h"
#include "base/limits.h"
#include "base/text.h"

namespace ihc {

namespace {

/// One header value: anything else could add headers of its own.
Result<std::string> checked_token(std::string_view text, const std::string& where) {
  text = trim(text);
  const bool is_good = !text.empty() && text.size() <= limits::kMaxMetricsTokenBytes &&
                       std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
  if (is_good) return std::string(text);
  return fail(ErrorCode::usage, "holds no token", where, "put the token there, on one line and with nothing else");
}

Result<std::string> token_of(const std::string& file) {
  if (!file.empty()) {
    const auto text = read_file(file, limits::kMaxMetricsTokenBytes);
    if (!text) return fail(text.error());
    return checked_token(*text, file);
  }
  const char* variable = std::getenv(kMetricsTokenVariable);
  if (variable == nullptr || *variable == '\0') return std::string();
  return checked_token(variable, kMetricsTokenVariable);
}

/// "--metrics-url X" and "--metrics-url=X" as they may be stored.
void forget_query_values(const MetricsArguments& arguments, CollectOptions& options) {
  for (std::string& argument : options.arguments) {
    for (std::size_t index = 0; index < arguments.urls.size(); ++index) {
      const std::string& url = arguments.urls[index];
      if (!argument.ends_with(url)) continue;
      argument.replace(argument.size() - url.size(), url.size(), options.metrics_urls[index].stored());
      break;
    }
  }
}

}  // namespace

Result<void> take_metrics(const MetricsArguments& arguments, CollectOptions& options) {
  if (arguments.urls.empty()) {
    if (arguments.token_file.empty()) return {};
    return fail(ErrorCode::usage, "a token without a server to send it to", "--metrics-token-file",
                "name the server with --metrics-url");
  }
  auto urls = parse_metrics_urls(arguments.urls);
  if (!urls) return fail(std::move(urls.error()));
  options.metrics_urls = std::move(*urls);
  auto token = token_of(arguments.token_file);
  if (!token) return fail(std::move(token.error()));
  options.metrics_token = std::move(*token);
  forget_query_values(arguments, options);
  return {};
}

}  // namespace ihc
