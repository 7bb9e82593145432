// One GET of one metrics endpoint, from connect to the last byte, within one deadline. Only the two files that include
// this see Asio and Beast.
//
// A connection for each GET: 1 Hz costs a server little, and one that is kept may be closed under our hands at any
// moment, which would have to be told from a server that fails.
#pragma once

#include <functional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "collect/scrape_message.h"

namespace ihc {

/// Everything one exchange needs; what is pointed to outlives it.
struct ScrapeOrder {
  boost::asio::io_context* io = nullptr;
  boost::asio::ssl::context* tls = nullptr;  ///< null when no target wants it
  const ScrapeTarget* target = nullptr;
  const std::string* token = nullptr;
  std::vector<boost::asio::ip::tcp::endpoint> endpoints;
};

/// Starts the exchange and calls `done` once, from the io_context.
void start_exchange(const ScrapeOrder& order, std::function<void(ScrapeReply)> done);

}  // namespace ihc
