// Where series are put: each with its source, and no more of a subject than the report and the rules can bear.
#pragma once

#include <map>
#include <string>

#include "collectors/reading/evidence_reader.h"
#include "collectors/series/axis.h"

namespace ihc {

class SeriesShelf {
 public:
  explicit SeriesShelf(const EvidenceReader& reader) : reader_(reader) {}

  /// Keeps a series that has values; past the limit of its subject it is only counted. `path` is the evidence it was
  /// read from: a plain-tree path.
  void put(TimeSeries series, const std::string& path);
  /// Fills it from steps first.
  void put(TimeSeries series, const Steps& steps, const std::string& path, double scale = 1);

  Series& series() { return series_; }

 private:
  const EvidenceReader& reader_;
  Series series_;
  std::map<std::string, std::size_t> counts_;  // by subject
};

}  // namespace ihc
