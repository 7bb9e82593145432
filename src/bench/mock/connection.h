// One connection to the stand-in server.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "bench/mock/loop.h"

namespace ihc::bench {

/// Serves the connection until either side closes it; `tls` is null for plain HTTP. Both outlive the io_context's run.
void serve_connection(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context* tls, MockLoop& loop);

}  // namespace ihc::bench
