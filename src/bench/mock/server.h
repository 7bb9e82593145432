// The built-in stand-in: an OpenAI-compatible server with scripted truth, in one thread and one event loop.
//
//   POST /v1/chat/completions, /v1/completions     what the script says
//   GET  /v1/models, /health, /metrics             its model; {"status":"ok","synthetic_remote_penalty":1.7}; counters
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/cpu_set.h"
#include "base/result.h"
#include "bench/mock/script.h"

namespace ihc::bench {

struct MockListen {
  std::string address = "127.0.0.1";  ///< IPv4 or IPv6
  std::uint16_t port = 0;             ///< 0: the kernel chooses one
  std::optional<CpuSet> cpus;         ///< where it runs
  std::string tls_certificate;        ///< PEM files; empty: plain HTTP
  std::string tls_key;
  std::optional<std::int64_t> for_ns;  ///< stops by itself after so long
};

class MockServer {
 public:
  /// Listens. Fails (usage) on an address that is none and on CPUs that can't be had, (permission, io) when the port
  /// can't, (malformed, …) on the certificate.
  static Result<std::unique_ptr<MockServer>> create(const MockScript& script, const MockListen& listen);
  virtual ~MockServer() = default;

  virtual std::uint16_t port() const = 0;
  /// Serves until SIGINT, SIGTERM or `for_ns`. The CPUs and the work of a token are set up here, in the thread and the
  /// process that serve.
  virtual Result<void> run() = 0;
};

}  // namespace ihc::bench
