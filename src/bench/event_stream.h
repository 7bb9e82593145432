// Server-sent events as the WHATWG HTML standard has them ("Server-sent events", 9.2.5 and 9.2.6), read as the bytes
// come: a piece may end anywhere, inside a line end or a UTF-8 sequence too.
//
//   : ping                                                     a comment
//   data: {"choices":[{"delta":{"content":"Hi"}}]}             an event of one line, ended by an empty line
//   event: error                                               its type; "id" and "retry" are for browsers
//   data:[DONE]                                                without the blank
//
// Lines end with LF, CR LF or CR. One blank after the colon is not part of the value.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace ihc::bench {

/// Both views hold until the callback returns.
struct StreamEvent {
  std::string_view type;  ///< empty: "message"
  std::string_view data;  ///< the data lines, joined by LF; of a comment its text
  bool is_comment = false;
};

class EventStream {
 public:
  /// `on_event` is called for each event that has data, and for each comment, in order.
  explicit EventStream(std::function<void(const StreamEvent&)> on_event) : on_event_(std::move(on_event)) {}

  /// False once an event is longer than limits::kMaxSseEventBytes; then and after, nothing more is read.
  bool feed(std::string_view bytes);

  /// The stream is over. The standard throws an event away that no empty line ended; a server that ends without one has
  /// still said it, so it is given out. True when there was such an event.
  bool finish();

 private:
  void take_line(std::string_view line);
  void dispatch();
  bool fits(std::size_t more) const;

  std::function<void(const StreamEvent&)> on_event_;
  std::string line_;  ///< begun and not ended
  std::string type_;
  std::string data_;
  bool has_data_ = false;
  bool skips_lf_ = false;  ///< the last line ended with CR: an LF that follows belongs to it
  bool began_ = false;     ///< a byte order mark can come no more
  bool is_over_ = false;
};

}  // namespace ihc::bench
