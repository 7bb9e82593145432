// The files of a benchmark in a bundle of a stranger: read, counted, and what was read can be written and read again.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "bench/metrics.h"
#include "bench/record.h"
#include "bench/run.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ihc::bench;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);  // NOLINT: libFuzzer's bytes are our text
  const ReadRecords records = read_records(bytes);
  std::string lines;
  for (const RequestRecord& record : records.records) lines += to_line(record);
  if (records.records.size() + static_cast<std::size_t>(records.not_understood) > size) std::abort();
  if (read_records(lines).records.size() != records.records.size()) std::abort();

  const ReadChunks chunks = read_chunks(bytes);
  const ReadChunks again = read_chunks(to_chunk_bytes(chunks.requests));
  if (!again.problem.empty() || again.requests != chunks.requests) std::abort();
  const RunMetrics metrics = metrics_of(records.records, chunks.requests, {{"ttft_ms", 200}}, true);
  if (metrics.ok > metrics.offered) std::abort();

  if (const auto json = ihc::parse_json(bytes, "")) {
    const ReadSummary summary = read_summary(*json);
    if (!read_summary(to_json(summary.summary)).problems.empty()) std::abort();
  }
  return 0;
}
