#include "cli/progress.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

#include "bundle/member_path.h"

namespace ihc {

namespace {

constexpr std::chrono::milliseconds kRedrawInterval{100};
constexpr std::size_t kBarWidth = 24;
constexpr std::size_t kUsualColumns = 80;

std::size_t terminal_columns() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : kUsualColumns;
}

bool wants_colour() {
  // no-color.org: set and not empty.
  const char* no_color = std::getenv("NO_COLOR");
  return no_color == nullptr || *no_color == '\0';
}

std::string_view word(CollectProgress::Stage stage) {
  switch (stage) {
    case CollectProgress::Stage::discovery:
      return "finding";
    case CollectProgress::Stage::before:
      return "reading";
    case CollectProgress::Stage::window:
      return "window";
    case CollectProgress::Stage::after:
      return "reading";
    case CollectProgress::Stage::writing:
      return "writing";
    case CollectProgress::Stage::collector_done:
      return "done";
  }
  return "";
}

/// Share of the whole that is behind us: the window is nearly all of it.
double share_done(const CollectProgress& progress, std::chrono::milliseconds window) {
  constexpr double kWindowBegins = 0.05;
  constexpr double kWindowEnds = 0.95;
  switch (progress.stage) {
    case CollectProgress::Stage::discovery:
    case CollectProgress::Stage::before:
      return 0;
    case CollectProgress::Stage::window: {
      const double left =
          window.count() > 0 ? static_cast<double>(progress.left.count()) / static_cast<double>(window.count()) : 0;
      return kWindowEnds - (kWindowEnds - kWindowBegins) * std::clamp(left, 0.0, 1.0);
    }
    case CollectProgress::Stage::after:
    case CollectProgress::Stage::writing:
      return kWindowEnds;
    case CollectProgress::Stage::collector_done:
      return 1;
  }
  return 0;
}

}  // namespace

ProgressStyle progress_style(bool quiet) {
  if (quiet) return ProgressStyle::silent;
  return ::isatty(STDERR_FILENO) == 1 ? ProgressStyle::bar : ProgressStyle::lines;
}

std::string progress_line(const CollectProgress& progress, std::chrono::milliseconds window, std::size_t columns) {
  std::string line;
  // On a narrow terminal the words are worth more than the bar.
  if (columns >= 2 * kBarWidth) {
    const auto filled = static_cast<std::size_t>(share_done(progress, window) * static_cast<double>(kBarWidth));
    line = "[" + std::string(filled, '#') + std::string(kBarWidth - filled, '.') + "] ";
  }
  line += word(progress.stage);
  if (progress.text != word(progress.stage)) line += " " + printable_path(progress.text);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(progress.left).count();
  if (seconds > 0) line += ", " + std::to_string(seconds) + " s left";
  if (line.size() > columns) line.resize(columns);
  return line;
}

std::string collector_line(const CollectorRecord& record) {
  std::string line = "ihc: " + record.name + ": " + std::string(to_word(record.state));
  if (!record.reason.empty()) line += " (" + record.reason + ")";
  if (!record.hint.empty()) line += "; " + printable_path(record.hint);
  return line;
}

void ProgressDrawer::draw(const CollectProgress& progress) {
  if (style_ == ProgressStyle::lines && progress.collector != nullptr) {
    std::cerr << collector_line(*progress.collector) << "\n";
  }
  if (style_ != ProgressStyle::bar || progress.stage == CollectProgress::Stage::collector_done) return;
  const auto now = std::chrono::steady_clock::now();
  if (!drawn_.empty() && now - drawn_at_ < kRedrawInterval) return;
  // The last column stays free: some terminals wrap when it is written.
  const std::string line = progress_line(progress, window_, terminal_columns() - 1);
  if (line == drawn_) return;
  const std::string padding(drawn_.size() > line.size() ? drawn_.size() - line.size() : 0, ' ');
  const bool colour = wants_colour();
  std::cerr << "\r" << (colour ? "\033[36m" : "") << line << (colour ? "\033[0m" : "") << padding << std::flush;
  drawn_ = line;
  drawn_at_ = now;
}

ProgressDrawer::~ProgressDrawer() {
  if (!drawn_.empty()) std::cerr << "\r" << std::string(drawn_.size(), ' ') << "\r" << std::flush;
}

}  // namespace ihc
