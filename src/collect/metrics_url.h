// Where a server tells its metrics (base/http_url.h). Without a path it is /metrics.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/http_url.h"

namespace ihc {

using MetricsUrl = HttpUrl;

/// Fails (usage) as parse_http_url().
Result<MetricsUrl> parse_metrics_url(std::string_view text);

/// The URLs of a command line, in order. Fails (usage) as above, on more than limits::kMaxMetricsUrls, and on one that
/// is named twice.
Result<std::vector<MetricsUrl>> parse_metrics_urls(const std::vector<std::string>& texts);

}  // namespace ihc
