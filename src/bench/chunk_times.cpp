// chunks.bin, written and read.
#include <algorithm>

#include "bench/record.h"
#include "bench/record_range.h"

namespace ihc::bench {

namespace {

constexpr std::string_view kMagic = "ihcchunk";
constexpr std::uint32_t kChunksVersion = 1;
/// A request's own fields and a chunk's are at least so many bytes: what a count may claim at most.
constexpr std::size_t kLeastChunkBytes = 4;

void put_varint(std::string& bytes, std::uint64_t value) {
  while (value >= 0x80U) {
    bytes += static_cast<char>((value & 0x7FU) | 0x80U);
    value >>= 7U;
  }
  bytes += static_cast<char>(value);
}

template <class Number>
void put_fixed(std::string& bytes, Number value) {
  for (std::size_t at = 0; at < sizeof value; ++at) bytes += static_cast<char>((value >> (8U * at)) & 0xFFU);
}

std::uint64_t unsigned_of(std::int64_t value) { return static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0)); }

/// Reads forward; once something is missing or impossible, all that follows is too.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64U; shift += 7U) {
      const std::uint64_t byte = fixed<std::uint8_t>();
      if (shift == 63U && byte > 1U) return bad();
      value |= (byte & 0x7FU) << shift;
      if ((byte & 0x80U) == 0) return value;
    }
    return bad();
  }
  std::int64_t count(std::int64_t most = kMostCount) {
    const std::uint64_t value = varint();
    return static_cast<std::int64_t>(value > unsigned_of(most) ? bad() : value);
  }
  template <class Number>
  Number fixed() {
    if (bytes_.size() - at_ < sizeof(Number)) return static_cast<Number>(bad());
    std::uint64_t value = 0;
    for (std::size_t byte = 0; byte < sizeof(Number); ++byte)
      value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes_[at_ + byte])) << (8U * byte);
    at_ += sizeof(Number);
    return static_cast<Number>(value);
  }
  std::uint64_t bad() {
    good_ = false;
    return 0;
  }
  bool good() const { return good_; }
  std::size_t at() const { return at_; }
  std::size_t left() const { return bytes_.size() - at_; }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  bool good_ = true;
};

ChunkEvent read_chunk(ByteReader& reader, std::int64_t previous_ns) {
  ChunkEvent chunk;
  const auto at_ns = sum(previous_ns, reader.count(kMostNs / 2));
  if (!at_ns) reader.bad();
  chunk.at_ns = at_ns.value_or(0);
  const auto kind = reader.fixed<std::uint8_t>();
  if (kind >= kChunkKinds) reader.bad();
  chunk.kind = static_cast<ChunkKind>(kind < kChunkKinds ? kind : 0);
  chunk.bytes = reader.count();
  if (const std::int64_t tokens = reader.count(); tokens > 0) chunk.completion_tokens = tokens - 1;
  return chunk;
}

RequestChunks read_request(ByteReader& reader) {
  RequestChunks request;
  request.index = reader.count();
  const auto intended_ns = reader.fixed<std::uint64_t>();
  if (intended_ns > unsigned_of(kMostNs / 2)) reader.bad();
  request.intended_ns = static_cast<std::int64_t>(intended_ns);
  const std::uint64_t count = reader.varint();
  if (count > reader.left() / kLeastChunkBytes) reader.bad();
  if (reader.good()) request.chunks.reserve(count);
  std::int64_t at_ns = request.intended_ns;
  for (std::uint64_t at = 0; at < count && reader.good(); ++at) {
    request.chunks.push_back(read_chunk(reader, at_ns));
    at_ns = request.chunks.back().at_ns;
  }
  return request;
}

}  // namespace

std::string to_chunk_bytes(const std::vector<RequestChunks>& requests) {
  std::string bytes(kMagic);
  put_fixed(bytes, kChunksVersion);
  put_fixed(bytes, std::uint32_t{0});
  for (const RequestChunks& request : requests) {
    put_varint(bytes, unsigned_of(request.index));
    put_fixed(bytes, static_cast<std::uint64_t>(request.intended_ns));
    put_varint(bytes, request.chunks.size());
    std::int64_t previous_ns = request.intended_ns;
    for (const ChunkEvent& chunk : request.chunks) {
      put_varint(bytes, unsigned_of(chunk.at_ns - previous_ns));
      previous_ns = std::max(previous_ns, chunk.at_ns);
      bytes += static_cast<char>(chunk.kind);
      put_varint(bytes, unsigned_of(chunk.bytes));
      put_varint(bytes, chunk.completion_tokens ? 1 + unsigned_of(*chunk.completion_tokens) : 0);
    }
  }
  return bytes;
}

ReadChunks read_chunks(std::string_view bytes) {
  ReadChunks result;
  if (!bytes.starts_with(kMagic)) return {.requests = {}, .problem = "not a file of chunk times"};
  ByteReader reader(bytes.substr(kMagic.size()));
  const auto version = reader.fixed<std::uint32_t>();
  reader.fixed<std::uint32_t>();
  if (reader.good() && version != kChunksVersion)
    return {.requests = {}, .problem = "version " + std::to_string(version) + ", which this ihc does not read"};
  while (reader.good() && reader.left() > 0) {
    const std::size_t begins = kMagic.size() + reader.at();
    RequestChunks request = read_request(reader);
    if (!reader.good()) {
      result.problem = "cut or broken in the request at byte " + std::to_string(begins);
      break;
    }
    result.requests.push_back(std::move(request));
  }
  if (!reader.good() && result.problem.empty()) result.problem = "cut in its header";
  return result;
}

}  // namespace ihc::bench
