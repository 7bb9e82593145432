// The servers whose metrics a bundle has: scraped through the window, or as texts that someone saved.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bundle/bundle.h"
#include "collectors/runtime_metrics/exposition.h"

namespace ihc {

/// A first and a last reading of one server, or one alone.
struct ServerReadings {
  std::vector<std::string> paths;  ///< plain-tree paths of its evidence, in the order of time
  std::optional<std::string> url;  ///< scraped; a text that was imported has none
  std::optional<Exposition> first;
  Exposition last;  ///< without series: it never answered
  std::optional<double> seconds;
  std::int64_t reading_count = 0;
  std::optional<std::int64_t> failed_count;
  Unparsed unparsed;  ///< of the last reading
  /// Why there is no growth, or no reading: a reason code, and what to do.
  std::string reason;
  std::string hint;
};

/// The endpoints that were scraped, in the order in which they were named.
std::vector<ServerReadings> scraped_servers(const Bundle& bundle);

/// The imported texts. Two that carry the start times of one process are its first and its last reading (in the order
/// in which its counters grew); any other is taken for a server of its own.
std::vector<ServerReadings> imported_servers(const Bundle& bundle);

/// The servers as one text, each series with the label `instance` (its URL) when there are several.
Exposition together(const std::vector<const ServerReadings*>& servers,
                    const Exposition& (*reading)(const ServerReadings&));

}  // namespace ihc
