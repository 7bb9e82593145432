#include "bench/metrics.h"

#include <algorithm>
#include <utility>

namespace ihc::bench {

namespace {

constexpr double kNsPerMs = 1e6;
constexpr double kNsPerSecond = 1e9;

using Time = std::optional<std::int64_t>;
using Values = std::map<std::string, double>;

double ms_between(std::int64_t from_ns, std::int64_t to_ns) { return static_cast<double>(to_ns - from_ns) / kNsPerMs; }

void put(Values& values, const char* name, const Time& from, const Time& to) {
  if (from && to) values[name] = ms_between(*from, *to);
}

std::int64_t token_chunks(const RequestRecord& record) {
  std::int64_t count = 0;
  for (std::size_t kind = 0; kind < kChunkKinds; ++kind) {
    if (has_token(static_cast<ChunkKind>(kind))) count += record.chunks[kind];
  }
  return count;
}

Values values_of(const RequestRecord& record, bool is_open_loop) {
  Values values;
  const Time intended = record.intended_ns;
  put(values, "ttfb_ms", record.taken_up_ns, record.first_byte_ns);
  put(values, "ttfc_ms", record.taken_up_ns, record.first_chunk_ns);
  put(values, "ttft_ms", record.taken_up_ns, record.first_token_ns);
  put(values, "ttft_response_ms", intended, record.first_token_ns);
  put(values, "ttfot_ms", record.taken_up_ns, record.first_output_ns);
  put(values, "e2e_service_ms", record.taken_up_ns, record.end_ns);
  put(values, "e2e_response_ms", intended, record.end_ns);
  if (is_open_loop) put(values, "sched_lag_ms", intended, record.taken_up_ns);
  if (record.completion_tokens.value_or(0) > 1 && record.first_token_ns && record.last_token_ns) {
    values["tpot_ms"] =
        ms_between(*record.first_token_ns, *record.last_token_ns) / static_cast<double>(*record.completion_tokens - 1);
  }
  return values;
}

/// A request that was cut off by a limit: what it had not come to took longer than it was given.
void note_cut_off(const RequestRecord& record, RunMetrics& metrics) {
  if (!record.end_ns) return;
  const auto note = [&](const char* name, const Time& from) {
    if (from) metrics.samples_ms[name].at_least.push_back(ms_between(*from, *record.end_ns));
  };
  if (!record.first_token_ns) {
    note("ttft_ms", record.taken_up_ns);
    note("ttft_response_ms", record.intended_ns);
  }
  note("e2e_service_ms", record.taken_up_ns);
  note("e2e_response_ms", record.intended_ns);
}

bool meets(const RequestRecord& record, const Values& values, const std::map<std::string, double>& slo_ms) {
  if (record.outcome != Outcome::ok) return false;
  return std::ranges::all_of(slo_ms, [&](const auto& limit) {
    const auto found = values.find(limit.first);
    if (found != values.end()) return found->second <= limit.second;
    return limit.first == "tpot_ms" && record.completion_tokens == 1;
  });
}

void count_tokens(const RequestRecord& record, TokenCount& tokens) {
  if (!record.completion_tokens) {
    ++tokens.unknown;
    return;
  }
  tokens.total += *record.completion_tokens;
  ++(record.completion_source == TokenSource::chunks ? tokens.from_chunks : tokens.from_usage);
  const std::int64_t chunks = token_chunks(record);
  if (chunks > 0 && *record.completion_tokens > chunks) ++tokens.coalesced;
}

void add_gaps(const RequestChunks& request, std::vector<double>& gaps) {
  Time previous;
  for (const ChunkEvent& chunk : request.chunks) {
    if (!has_token(chunk.kind)) continue;
    if (previous) gaps.push_back(ms_between(*previous, chunk.at_ns));
    previous = chunk.at_ns;
  }
}

/// chunks.bin has no word of the outcome: a request's chunks belong to the record of the same intended time and index.
class OkRequests {
 public:
  explicit OkRequests(const std::vector<RequestRecord>& records) {
    for (const RequestRecord& record : records) {
      if (!record.is_warmup && record.outcome == Outcome::ok) ids_.emplace_back(record.index, record.intended_ns);
    }
    std::sort(ids_.begin(), ids_.end());
  }
  bool has(const RequestChunks& request) const {
    return std::binary_search(ids_.begin(), ids_.end(), std::pair(request.index, request.intended_ns));
  }

 private:
  std::vector<std::pair<std::int64_t, std::int64_t>> ids_;  ///< index, intended
};

struct Span {
  Time first;
  Time last;
  void add(const Time& time) {
    if (!time) return;
    first = std::min(first.value_or(*time), *time);
    last = std::max(last.value_or(*time), *time);
  }
  std::optional<double> seconds() const {
    if (!first || *last <= *first) return std::nullopt;
    return static_cast<double>(*last - *first) / kNsPerSecond;
  }
};

std::optional<double> per_second(double amount, const std::optional<double>& seconds) {
  if (!seconds) return std::nullopt;
  return amount / *seconds;
}

}  // namespace

RunMetrics metrics_of(const std::vector<RequestRecord>& records, const std::vector<RequestChunks>& chunks,
                      const std::map<std::string, double>& slo_ms, bool is_open_loop) {
  RunMetrics metrics;
  Span run;
  Span due;
  std::int64_t good = 0;
  std::int64_t prompt_tokens = 0;
  std::int64_t cached_tokens = 0;
  for (const RequestRecord& record : records) {
    if (record.is_warmup) continue;
    ++metrics.offered;
    ++metrics.outcomes[std::string(to_word(record.outcome))];
    run.add(record.intended_ns);
    run.add(record.end_ns);
    due.add(record.intended_ns);
    if (record.outcome == Outcome::timed_out || record.outcome == Outcome::cancelled) note_cut_off(record, metrics);
    if (record.outcome != Outcome::ok) continue;
    ++metrics.ok;
    const Values values = values_of(record, is_open_loop);
    for (const auto& [name, value] : values) metrics.samples_ms[name].values.push_back(value);
    if (meets(record, values, slo_ms)) ++good;
    count_tokens(record, metrics.tokens);
    if (record.cached_tokens && record.prompt_tokens) {
      prompt_tokens += *record.prompt_tokens;
      cached_tokens += *record.cached_tokens;
    }
  }
  const OkRequests ok(records);
  std::vector<double> gaps;
  for (const RequestChunks& request : chunks) {
    if (ok.has(request)) add_gaps(request, gaps);
  }
  if (!gaps.empty()) metrics.samples_ms["icl_ms"].values = std::move(gaps);
  if (prompt_tokens > 0) metrics.cached_share = static_cast<double>(cached_tokens) / static_cast<double>(prompt_tokens);

  metrics.wall_s = run.seconds();
  // n requests due span n - 1 gaps.
  if (metrics.offered > 1)
    metrics.offered_rate_rps = per_second(static_cast<double>(metrics.offered - 1), due.seconds());
  metrics.request_throughput_rps = per_second(static_cast<double>(metrics.ok), metrics.wall_s);
  if (metrics.tokens.total > 0)
    metrics.output_throughput_tps = per_second(static_cast<double>(metrics.tokens.total), metrics.wall_s);
  if (!slo_ms.empty()) {
    metrics.goodput_rps = per_second(static_cast<double>(good), metrics.wall_s);
    if (metrics.offered > 0) metrics.goodput_share = static_cast<double>(good) / static_cast<double>(metrics.offered);
  }
  return metrics;
}

const std::vector<std::string>& metric_names() {
  static const std::vector<std::string> kNames{"ttfb_ms",         "ttfc_ms",     "ttft_ms", "ttft_response_ms",
                                               "ttfot_ms",        "icl_ms",      "tpot_ms", "e2e_service_ms",
                                               "e2e_response_ms", "sched_lag_ms"};
  return kNames;
}

}  // namespace ihc::bench
