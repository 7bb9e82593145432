// A server's stream: whatever it sends and however it is cut into reads, the same events are read, each is classified,
// and none is longer than what was sent.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "bench/answer.h"
#include "bench/event_stream.h"

namespace {

struct Read {
  std::vector<std::string> events;
  bool was_open = false;
};

Read read_in_pieces(std::string_view bytes, std::size_t piece) {
  Read read;
  ihc::bench::EventStream stream([&](const ihc::bench::StreamEvent& event) {
    if (event.data.size() > bytes.size() || event.type.size() > bytes.size()) std::abort();
    if (const auto part = ihc::bench::read_event(event)) {
      if (part->text_bytes < 0 || (part->text_bytes > 0) != ihc::bench::has_token(part->kind)) {
        if (part->kind != ihc::bench::ChunkKind::error) std::abort();
      }
    }
    read.events.push_back(std::string(event.is_comment ? ":" : event.type) + "\n" + std::string(event.data));
  });
  for (std::size_t at = 0; at < bytes.size(); at += piece) stream.feed(bytes.substr(at, piece));
  read.was_open = stream.finish();
  return read;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = 1 + data[0] % 16U;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1),
                               size - 1);  // NOLINT: libFuzzer's bytes are our text
  const Read whole = read_in_pieces(bytes, bytes.size() + 1);
  const Read pieces = read_in_pieces(bytes, piece);
  if (whole.events != pieces.events || whole.was_open != pieces.was_open) std::abort();
  return 0;
}
