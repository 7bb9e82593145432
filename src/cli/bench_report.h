// What a benchmark prints: its numbers with what they can and can't say.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "bench/load/benchmark.h"
#include "bench/load/engine.h"
#include "engine/notes.h"

namespace ihc {

/// rules/bench_notes.yaml. Fails (not_found, malformed) when the installed one is not whole.
Result<NoteSheet> load_note_sheet();

/// {"runs": [{… summary.json …, "metrics": {"ttft_ms": {n, mean, p50, …, p95_interval}}, "tokens": {…}, "notes": []}]}
Json bench_json(const std::vector<bench::RunRecord>& runs, const NoteSheet& sheet);
std::string bench_text(const std::vector<bench::RunRecord>& runs, const NoteSheet& sheet);
/// Of a calibration alone.
Json floor_json(const std::map<std::string, bench::Floor>& floor);
std::string floor_text(const std::map<std::string, bench::Floor>& floor);

/// "run 1/3: 12 s left, sent 120, done 116, failed 2, in flight 4, 12.3/s, p50 201 ms, p95 240 ms"
std::string live_line(const bench::LiveState& state);

/// Redraws a line on a terminal's standard error; draws nothing elsewhere.
class LiveLine {
 public:
  explicit LiveLine(bool quiet);
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;
  ~LiveLine() { clear(); }

  bool is_drawn() const { return is_on_; }
  void draw(const std::string& line);
  void clear();

 private:
  bool is_on_;
  std::size_t drawn_ = 0;
};

}  // namespace ihc
