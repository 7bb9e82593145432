// What `collect` is told about metrics endpoints: which, and the token that some of them want.
#pragma once

#include <string>
#include <vector>

#include "collect/runner.h"

namespace ihc {

/// As typed. A token itself is never an argument: everyone on the machine can read those.
struct MetricsArguments {
  std::vector<std::string> urls;
  std::string token_file;
};

inline constexpr const char* kMetricsTokenVariable = "IHC_METRICS_TOKEN";

/// Puts the endpoints into `options`, with the token of the file, else of the environment; and takes the values of
/// queries out of the arguments that the bundle will keep. Fails (usage) as parse_metrics_urls, and on a token that is
/// none; (not_found, permission, …) when the file can't be read.
Result<void> take_metrics(const MetricsArguments& arguments, CollectOptions& options);

}  // namespace ihc
