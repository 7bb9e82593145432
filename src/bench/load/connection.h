// One connection of the load generator, plain or TLS, that carries one request after the other.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "base/http_url.h"
#include "bench/load/answer_reader.h"
#include "bench/record.h"

namespace ihc::bench {

/// Where all connections go; outlives them.
struct Target {
  boost::asio::io_context* io = nullptr;
  boost::asio::ssl::context* tls = nullptr;  ///< null: plain HTTP
  HttpUrl url;
  std::vector<boost::asio::ip::tcp::endpoint> endpoints;
  std::int64_t retransmits = 0;  ///< segments, of the connections that are closed (tcp(7), TCP_INFO)
};

/// One request and what becomes of it. Outlives the exchange.
struct Exchange {
  std::string request;  ///< as it is sent
  bool expects_stream = true;
  bool keeps_chunks = true;
  std::int64_t deadline_ns = 0;
  RequestRecord record;
  std::vector<ChunkEvent> chunks;
  AnswerDetails* details = nullptr;  ///< as AnswerReader has it
};

class Connection {
 public:
  static std::shared_ptr<Connection> create(Target& target);
  virtual ~Connection() = default;

  /// Connects ahead of need; `ready` is told whether it worked.
  virtual void open(std::function<void(bool)> ready) = 0;
  /// Sends and reads; `done` once the record has its outcome. Connects first where that is needed.
  virtual void exchange(Exchange& exchange, std::function<void()> done) = 0;
  /// Ends what is under way with this outcome, as of now; `done` is called.
  virtual void cancel(Outcome outcome, std::string_view why) = 0;
  /// Whether another request can be sent.
  virtual bool is_open() const = 0;
  /// Where it is or was connected to, and from; unspecified when never.
  virtual boost::asio::ip::tcp::endpoint peer() const = 0;
  virtual boost::asio::ip::tcp::endpoint local() const = 0;
  virtual void close() = 0;
};

}  // namespace ihc::bench
