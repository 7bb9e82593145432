// The metrics endpoints of one window: who they are, when they are asked, and how their answers become samples.
//
// probes/metrics-scrape.json tells which endpoint is behind which samples, and what became of each:
//
//   {"interval_ms": 1000, "deadline_ms": 900,
//    "endpoints": [{"path": "metrics/1", "url": "http://127.0.0.1:8000/metrics", "addresses": ["127.0.0.1"], "every":
//    1,
//                   "answered": 30, "bytes": 1560000, "slowest_ms": 12,
//                   "failures": [{"status": "timed_out", "reason": "timed_out", "count": 1,
//                                 "said": "accepted the connection and did not answer within 0.9 s"}]}]}
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collect/scraper.h"
#include "collect/session.h"

namespace ihc {

inline constexpr const char* kMetricsScrapeMember = "probes/metrics-scrape.json";

class Scrapes {
 public:
  explicit Scrapes(Session& session);

  /// Finds the addresses and starts the scraping process. Nothing, where no URL was named or the family was left out.
  void start();
  enum class Tick { end, middle };  ///< at both ends of the window everyone is asked
  void ask(Tick tick);
  /// Stores what has come, without waiting.
  void take();
  /// Waits for the last answers, ends the process, and puts on record how it went.
  void finish();

 private:
  struct Failure {
    StatusAndReason what;
    std::string said;
    std::int64_t count = 0;
  };
  struct Endpoint {
    MetricsUrl url;
    std::string path;
    std::vector<std::string> addresses;
    std::optional<std::size_t> target;  ///< of the scraper; none: never asked
    std::int64_t every = 1;             ///< asked at every n-th tick
    std::int64_t answered = 0;
    std::int64_t bytes = 0;
    std::int64_t slowest_ms = 0;
    std::vector<Failure> failures{};
  };

  void find_addresses(Endpoint& endpoint, std::size_t number);
  const Endpoint* with_host(const std::string& host) const;  ///< the first of them; there is one
  std::string look_up(Endpoint& endpoint, std::size_t number);
  Endpoint& endpoint_of(std::size_t target);
  void store(Endpoint& endpoint, ScrapeReply&& reply);
  void spread_over_window(Endpoint& endpoint, std::size_t reading_bytes);
  void add_sample(const Endpoint& endpoint, EvidenceStatus status, std::int64_t taken_ns, std::string_view bytes);
  static void note_failure(Endpoint& endpoint, StatusAndReason what, const std::string& said);
  void put_on_record();

  Session& session_;
  std::optional<std::size_t> collector_;
  std::string family_;
  std::vector<Endpoint> endpoints_;
  std::unique_ptr<Scraper> scraper_;
  std::int64_t tick_ = 0;
  bool is_end_ = true;
  std::size_t stored_bytes_ = 0;
};

}  // namespace ihc
