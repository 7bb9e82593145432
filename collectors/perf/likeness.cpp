#include "collectors/perf/likeness.h"

#include "collectors/perf/perf_stat_csv.h"
#include "collectors/perf/perf_stat_text.h"
#include "collectors/perf/sched_latency.h"

namespace ihc {

namespace {

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::size_t rows_of(const std::vector<PerfStatReport>& reports) {
  std::size_t rows = 0;
  for (const PerfStatReport& report : reports) rows += report.rows.size();
  return rows;
}

}  // namespace

Likeness like_perf_stat_text(std::string_view text) {
  if (has(text, "Performance counter stats for")) return Likeness::sure;
  if (!has(text, " # ") && !has(text, "counts unit events")) return Likeness::no;
  const auto parsed = parse_perf_stat_text(text);
  const std::size_t rows = rows_of(parsed.value);
  if (rows == 0) return Likeness::no;
  return has(text, "seconds time elapsed") || has(text, "counts unit events") ? Likeness::sure : Likeness::maybe;
}

Likeness like_perf_stat_csv(std::string_view text) {
  const auto parsed = parse_perf_stat_csv(text);
  const std::size_t rows = rows_of(parsed.value);
  if (rows == 0) return Likeness::no;
  // A run time in nanoseconds and its share with two decimals behind a name: no other table has that in most lines.
  return rows > parsed.unparsed.lines ? Likeness::sure : Likeness::maybe;
}

Likeness like_perf_stat_json(std::string_view text) {
  return has(text, "\"counter-value\"") && has(text, "\"event\"") ? Likeness::sure : Likeness::no;
}

Likeness like_sched_latency(std::string_view text) {
  if (has(text, "Runtime ms") && (has(text, "Average delay ms") || has(text, "Avg delay ms"))) return Likeness::sure;
  return parse_sched_latency(text).value.tasks.empty() ? Likeness::no : Likeness::sure;
}

Likeness like_c2c_report(std::string_view text) {
  if (has(text, "Trace Event Information") || has(text, "Shared Data Cache Line Table")) return Likeness::sure;
  return has(text, "Load Local HITM") && has(text, "Load Remote HITM") ? Likeness::sure : Likeness::no;
}

Likeness like_mem_report(std::string_view text) {
  return has(text, "# Overhead") && has(text, "Memory access") ? Likeness::sure : Likeness::no;
}

}  // namespace ihc
