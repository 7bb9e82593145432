// The server before the load: where it is, what it says of itself.
#pragma once

#include <memory>

#include "base/result.h"
#include "bench/load/connection.h"
#include "bench/load/settings.h"
#include "bench/run.h"

namespace ihc::bench {

/// A target with what it points to.
struct OwnedTarget {
  boost::asio::io_context io{1};
  std::unique_ptr<boost::asio::ssl::context> tls;
  Target target;
};

/// Finds the addresses and sets TLS up. Fails as addresses_of().
Result<std::unique_ptr<OwnedTarget>> open_target(const HttpUrl& url);

/// Asks /v1/models and /health by one GET each. Takes the model's name where none was given, and whether the server is
/// known to take ignore_eos. Fails (io) when no connection can be had, (permission) on 401 and 403.
Result<ServerSeen> look_at_server(LoadSettings& settings, Target& target);

}  // namespace ihc::bench
