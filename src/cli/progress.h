// What a person sees while a collection runs: one redrawn line on a terminal, one line per collector elsewhere, nothing
// with --quiet. All of it goes to standard error.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "collect/runner.h"

namespace ihc {

enum class ProgressStyle { silent, lines, bar };

/// The style for standard error as it is now.
ProgressStyle progress_style(bool quiet);

/// "[#########...........] window, 12 s left" in at most `columns` columns.
std::string progress_line(const CollectProgress& progress, std::chrono::milliseconds window, std::size_t columns);

/// "ihc: perf: partial (permission); run as root, …"
std::string collector_line(const CollectorRecord& record);

class ProgressDrawer {
 public:
  ProgressDrawer(ProgressStyle style, std::chrono::milliseconds window) : style_(style), window_(window) {}
  ProgressDrawer(const ProgressDrawer&) = delete;
  ProgressDrawer& operator=(const ProgressDrawer&) = delete;
  /// Clears the line.
  ~ProgressDrawer();

  void draw(const CollectProgress& progress);

 private:
  ProgressStyle style_;
  std::chrono::milliseconds window_;
  std::string drawn_;
  std::chrono::steady_clock::time_point drawn_at_;
};

}  // namespace ihc
