#include "collectors/series/shelf.h"

namespace ihc {

namespace {

// Eight workers, eight GPUs and the groups of the workers have room; a node with more has its first ones.
std::size_t limit_of(const std::string& subject) {
  if (subject == "gpu") return 64;
  if (subject == "worker") return 48;
  return 32;
}

}  // namespace

void SeriesShelf::put(TimeSeries series, const std::string& path) {
  if (series.values.empty()) return;
  if (++counts_[series.subject] > limit_of(series.subject)) {
    ++series_.left_out_count;
    return;
  }
  reader_.facts().source("/series/rows/" + std::to_string(series_.rows.size()), path);
  series_.rows.push_back(std::move(series));
}

void SeriesShelf::put(TimeSeries series, const Steps& steps, const std::string& path, double scale) {
  steps.fill(series, scale);
  put(std::move(series), path);
}

}  // namespace ihc
