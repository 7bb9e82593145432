#include "collect/scrapes.h"

#include <algorithm>

#include "base/clock.h"
#include "base/host_addresses.h"
#include "base/text.h"

namespace ihc {

namespace {

StatusAndReason status_of(ScrapeOutcome outcome) {
  switch (outcome) {
    case ScrapeOutcome::answered:
      return {};
    case ScrapeOutcome::late:
      return {EvidenceStatus::timed_out, reason::kTimedOut};
    case ScrapeOutcome::forbidden:
      return {EvidenceStatus::permission, reason::kPermission};
    case ScrapeOutcome::too_large:
      return {EvidenceStatus::skipped, reason::kOverBudget};
    case ScrapeOutcome::failed:
      break;
  }
  return {EvidenceStatus::failed, reason::kFailed};
}

/// The collector that takes part and has a row for metrics; its family.
std::optional<std::pair<std::size_t, std::string>> scraping_collector(const Session& session) {
  for (std::size_t index = 0; index < session.collectors.size(); ++index) {
    if (!session.chosen[index]) continue;
    for (const Capture& row : session.collectors[index]->captures) {
      if (const auto* scraped = std::get_if<Scraped>(&row)) return std::pair(index, std::string(scraped->family));
    }
  }
  return std::nullopt;
}

}  // namespace

Scrapes::Scrapes(Session& session) : session_(session) {}

void Scrapes::start() {
  const auto found = scraping_collector(session_);
  if (!found) return;
  collector_ = found->first;
  family_ = found->second;
  if (session_.options.metrics_urls.empty()) {
    return session_.account.note(
        *collector_, {.status = EvidenceStatus::skipped, .reason = reason::kNotAsked, .hint = kNoMetricsUrlHint});
  }
  std::vector<ScrapeTarget> targets;
  for (const MetricsUrl& url : session_.options.metrics_urls) {
    const std::size_t number = endpoints_.size() + 1;
    Endpoint& endpoint = endpoints_.emplace_back(
        Endpoint{.url = url, .path = family_ + "/" + std::to_string(number), .addresses = {}, .target = {}});
    find_addresses(endpoint, number);
    if (endpoint.addresses.empty()) continue;
    endpoint.target = targets.size();
    targets.push_back({.url = url, .addresses = endpoint.addresses});
  }
  if (targets.empty()) return;
  auto scraper = Scraper::start(std::move(targets), session_.options.metrics_token);
  if (scraper) {
    scraper_ = std::move(*scraper);
    return;
  }
  for (Endpoint& endpoint : endpoints_) {
    if (!endpoint.target) continue;
    endpoint.target.reset();
    note_failure(endpoint, {EvidenceStatus::failed, reason::kFailed}, "was not asked: " + to_string(scraper.error()));
  }
}

void Scrapes::find_addresses(Endpoint& endpoint, std::size_t number) {
  if (endpoint.url.is_address) {
    endpoint.addresses = {endpoint.url.host};
  } else if (!needs_lookup(endpoint.url)) {
    endpoint.addresses = {"127.0.0.1", "::1"};
  } else if (const Endpoint* same = with_host(endpoint.url.host); same != &endpoint) {
    endpoint.addresses = same->addresses;
    endpoint.failures = same->failures;
  } else if (session_.interrupted()) {
    note_failure(endpoint, {EvidenceStatus::skipped, reason::kIntervalTooShort}, "was not asked: interrupted");
  } else {
    endpoint.addresses = parse_ahosts(look_up(endpoint, number));
    if (endpoint.addresses.empty() && endpoint.failures.empty()) {
      note_failure(endpoint, {EvidenceStatus::failed, reason::kFailed},
                   "has a host name without an address: name the address, or mend the name");
    }
  }
}

const Scrapes::Endpoint* Scrapes::with_host(const std::string& host) const {
  return &*std::ranges::find_if(endpoints_, [&](const Endpoint& endpoint) { return endpoint.url.host == host; });
}

/// By getent(1) and not by getaddrinfo(3): that one blocks as long as it likes, and in a static program it loads the
/// machine's libraries of another libc. Without --root's chroot: it is from here that the server will be reached.
std::string Scrapes::look_up(Endpoint& endpoint, std::size_t number) {
  CommandRecord record{.slug = "getent-" + std::to_string(number), .argv = {"getent", "ahosts", endpoint.url.host}};
  session_.report("getent ahosts " + endpoint.url.host);
  record.started_ns = monotonic_now_ns();
  SubprocessOptions options;
  options.argv = record.argv;
  options.timeout = limits::kResolveDeadline;
  options.low_priority = true;
  SubprocessOutcome outcome = run_subprocess(std::move(options));
  const bool is_done = outcome.status == SubprocessStatus::exited && outcome.exit_code == 0;
  if (outcome.status == SubprocessStatus::timed_out) {
    record.status = EvidenceStatus::timed_out;
    record.reason = reason::kTimedOut;
    note_failure(endpoint, {record.status, reason::kTimedOut},
                 "has a host name that nobody resolved within 3 s: name the address");
  } else if (outcome.status == SubprocessStatus::tool_missing) {
    record.status = EvidenceStatus::absent;
    record.reason = reason::kToolMissing;
    note_failure(endpoint, {record.status, reason::kToolMissing},
                 "has a host name, and there is no getent to resolve it: name the address");
  } else if (!is_done) {
    record.status = EvidenceStatus::failed;
    record.reason = reason::kFailed;
  }
  if (outcome.status == SubprocessStatus::exited) record.exit_code = outcome.exit_code;
  record.duration_ms = outcome.duration.count();
  record.cpu_seconds = outcome.cpu_seconds;
  session_.manifest.cost.commands_cpu_seconds += outcome.cpu_seconds;
  for (const auto& [stream, bytes] :
       {std::pair("/stdout", &outcome.stdout_bytes), std::pair("/stderr", &outcome.stderr_bytes)}) {
    // Only a path used twice is refused, and slugs are numbered.
    (void)session_.writer->add_member("commands/" + record.slug + stream, *bytes);
  }
  session_.manifest.commands.push_back(std::move(record));
  return is_done ? outcome.stdout_bytes : std::string();
}

void Scrapes::ask(Tick tick) {
  if (!scraper_) return;
  take();
  is_end_ = tick == Tick::end;
  for (const Endpoint& endpoint : endpoints_) {
    if (endpoint.target && (is_end_ || tick_ % endpoint.every == 0)) scraper_->ask(*endpoint.target);
  }
  ++tick_;
}

void Scrapes::take() {
  if (!scraper_) return;
  scraper_->take([this](ScrapeReply&& reply) { store(endpoint_of(reply.target), std::move(reply)); });
}

void Scrapes::finish() {
  if (scraper_) {
    if (!session_.aborted()) {
      scraper_->take_all([this](ScrapeReply&& reply) { store(endpoint_of(reply.target), std::move(reply)); });
    }
    scraper_->stop();
  }
  if (!endpoints_.empty()) put_on_record();
}

Scrapes::Endpoint& Scrapes::endpoint_of(std::size_t target) {
  return *std::ranges::find(endpoints_, std::optional(target), &Endpoint::target);
}

void Scrapes::store(Endpoint& endpoint, ScrapeReply&& reply) {
  StatusAndReason what = status_of(reply.outcome);
  session_.scrape_cost.note(endpoint.url.stored(), static_cast<std::int64_t>(reply.body.size()), reply.duration_ns);
  endpoint.slowest_ms = std::max(endpoint.slowest_ms, reply.duration_ns / 1'000'000);
  if (what.status == EvidenceStatus::ok) {
    // The last reading is what every growth is told by: it may go past what all may have.
    const bool is_over = !is_end_ && stored_bytes_ + reply.body.size() > limits::kMaxScrapedBytes;
    if (is_over || session_.is_full(reply.body.size())) {
      what = {EvidenceStatus::skipped, reason::kOverBudget};
      reply.said = "answered with more than a collection keeps: name fewer servers, or take a shorter window";
    }
  }
  if (what.status != EvidenceStatus::ok) {
    note_failure(endpoint, what, reply.said);
    return add_sample(endpoint, what.status, reply.taken_ns, {});
  }
  if (endpoint.answered == 0) spread_over_window(endpoint, reply.body.size());
  ++endpoint.answered;
  endpoint.bytes += static_cast<std::int64_t>(reply.body.size());
  const std::string text = scrubbed(session_, std::move(reply.body), ScrubKind::text);
  stored_bytes_ += text.size();
  add_sample(endpoint, EvidenceStatus::ok, reply.taken_ns, text);
}

/// A long window of a large text is read less often, so that its readings lie over all of it and not over its
/// beginning.
void Scrapes::spread_over_window(Endpoint& endpoint, std::size_t reading_bytes) {
  const auto ticks = static_cast<std::size_t>(session_.options.window / limits::kSampleInterval) + 1;
  const std::size_t share = limits::kMaxScrapedBytes / endpoints_.size();
  endpoint.every = static_cast<std::int64_t>((ticks * reading_bytes + share - 1) / share);
  endpoint.every = std::max<std::int64_t>(endpoint.every, 1);
}

void Scrapes::add_sample(const Endpoint& endpoint, EvidenceStatus status, std::int64_t taken_ns,
                         std::string_view bytes) {
  if (!session_.writer->add_sample(family_, endpoint.path, status, taken_ns, bytes)) {
    session_.account.note(*collector_,
                          {.status = EvidenceStatus::failed, .reason = reason::kFailed, .what = endpoint.path});
  }
}

void Scrapes::note_failure(Endpoint& endpoint, StatusAndReason what, const std::string& said) {
  for (Failure& failure : endpoint.failures) {
    if (failure.what.status != what.status || failure.said != said) continue;
    ++failure.count;
    return;
  }
  constexpr std::size_t kMaxKinds = 16;
  if (endpoint.failures.size() < kMaxKinds) endpoint.failures.push_back({.what = what, .said = said, .count = 1});
}

void Scrapes::put_on_record() {
  Json endpoints = Json::array();
  for (const Endpoint& endpoint : endpoints_) {
    if (endpoint.answered > 0) session_.account.note(*collector_, {});
    Json failures = Json::array();
    for (const Failure& failure : endpoint.failures) {
      const std::string url = endpoint.url.stored();
      session_.account.note(*collector_, {.status = failure.what.status,
                                          .reason = failure.what.reason,
                                          .what = url,
                                          .hint = url + " " + failure.said});
      failures.push_back({{"status", std::string(to_word(failure.what.status))},
                          {"reason", failure.what.reason},
                          {"count", failure.count},
                          {"said", failure.said}});
    }
    endpoints.push_back({{"path", endpoint.path},
                         {"url", endpoint.url.stored()},
                         {"addresses", endpoint.addresses},
                         {"every", endpoint.every},
                         {"answered", endpoint.answered},
                         {"bytes", endpoint.bytes},
                         {"slowest_ms", endpoint.slowest_ms},
                         {"failures", std::move(failures)}});
  }
  const Json record{{"interval_ms", limits::kSampleInterval.count()},
                    {"deadline_ms", limits::kScrapeDeadline.count()},
                    {"endpoints", std::move(endpoints)}};
  if (!session_.writer->add_member(kMetricsScrapeMember, to_pretty_text(record))) {
    session_.account.note(*collector_,
                          {.status = EvidenceStatus::failed, .reason = reason::kFailed, .what = kMetricsScrapeMember});
  }
}

}  // namespace ihc
