// The child side of collect/scraper.h.
#pragma once

#include <string>
#include <vector>

#include "collect/scrape_message.h"

namespace ihc {

/// Answers requests from `socket_fd` until it is closed; never returns. `token` empty: no Authorization header.
[[noreturn]] void run_scrape_server(int socket_fd, const std::vector<ScrapeTarget>& targets, const std::string& token,
                                    int parent_pid);

}  // namespace ihc
