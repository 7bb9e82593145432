// Reads one HTTP response as its bytes come and fills in the request's record. No socket: a test feeds it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/record.h"

namespace ihc::bench {

/// What is looked at beside the record, of requests that are no part of the load.
struct AnswerDetails {
  std::string body;
  std::string server;   ///< the header of that name
  std::string penalty;  ///< x-ihc-synthetic-remote-penalty
};

class AnswerReader {
 public:
  enum class State : std::uint8_t { more, done };

  /// `chunks` null: their times are not kept; `details` null: nobody asks. All outlive the reader.
  AnswerReader(bool expects_stream, RequestRecord& record, std::vector<ChunkEvent>* chunks,
               AnswerDetails* details = nullptr);
  AnswerReader(AnswerReader&&) noexcept;
  AnswerReader& operator=(AnswerReader&&) noexcept;
  ~AnswerReader();

  /// Bytes that were read at `now_ns`. `done`: the response is over, well or not, and the record has its outcome.
  State feed(std::string_view bytes, std::int64_t now_ns);
  /// The connection ended: by its end, or by an error with these words.
  void end_of_connection(std::int64_t now_ns, std::string_view why);
  /// Time is up. A stream that had said [DONE] is whole even so.
  void time_is_up(std::int64_t now_ns);

  /// Whether the connection can take another request.
  bool keeps_connection() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace ihc::bench
