// The rows of kind Counted in the window: opened where what they stand in for came to nothing.
#pragma once

#include <vector>

#include "collect/session.h"
#include "collect/software_counters.h"

namespace ihc {

class WindowCounters {
 public:
  explicit WindowCounters(Session& session);

  /// For rows whose command has ended without result; once.
  void open_where_needed();
  /// At the window's end.
  void store();

 private:
  struct Row {
    std::size_t collector = 0;
    const Counted* row = nullptr;
    bool was_tried = false;
    SoftwareCounters counters;
  };
  void open(Row& row);
  void put_on_record(const Row& row, StatusAndReason what, const char* hint = "");

  Session& session_;
  std::vector<Row> rows_;
};

}  // namespace ihc
