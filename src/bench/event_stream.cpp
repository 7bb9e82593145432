#include "bench/event_stream.h"

#include <utility>

#include "base/limits.h"

namespace ihc::bench {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// find_first_of looks at each byte twice; two passes of memchr are several times faster, and streams have no CR.
std::size_t line_end(std::string_view bytes) {
  const std::size_t lf = bytes.find('\n');
  const std::size_t cr = bytes.substr(0, lf).find('\r');
  return cr == std::string_view::npos ? lf : cr;
}

}  // namespace

bool EventStream::fits(std::size_t more) const {
  return line_.size() + data_.size() + more <= limits::kMaxSseEventBytes;
}

bool EventStream::feed(std::string_view bytes) {
  while (!bytes.empty() && !is_over_) {
    if (skips_lf_) {
      skips_lf_ = false;
      if (bytes.front() == '\n') bytes.remove_prefix(1);
      continue;
    }
    const std::size_t end = line_end(bytes);
    const std::string_view piece = bytes.substr(0, end);
    if (!fits(piece.size())) {
      is_over_ = true;
      break;
    }
    if (end == std::string_view::npos) {
      line_ += piece;
      return true;
    }
    skips_lf_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    if (line_.empty()) {
      take_line(piece);
    } else {
      line_ += piece;
      const std::string line = std::move(line_);
      line_.clear();
      take_line(line);
    }
  }
  return !is_over_;
}

void EventStream::take_line(std::string_view line) {
  if (!std::exchange(began_, true) && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  if (line.empty()) return dispatch();
  const std::size_t colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (colon == 0) return on_event_({.type = {}, .data = value, .is_comment = true});
  if (field == "event") type_ = value;
  if (field != "data") return;
  if (has_data_) data_ += '\n';
  data_ += value;
  has_data_ = true;
}

void EventStream::dispatch() {
  const bool has_data = std::exchange(has_data_, false);
  if (has_data) on_event_({.type = type_, .data = data_, .is_comment = false});
  data_.clear();
  type_.clear();
}

bool EventStream::finish() {
  if (is_over_) return false;
  if (!line_.empty()) {
    const std::string line = std::move(line_);
    line_.clear();
    take_line(line);
  }
  const bool was_open = has_data_;
  dispatch();
  is_over_ = true;
  return was_open;
}

}  // namespace ihc::bench
