// A packed member of a stranger: every record lies inside it, and what was read is written and read the same again.
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "bundle/bundle.h"
#include "bundle/packed.h"

namespace {

std::vector<ihc::PackedRecord> read_all(const std::string& bytes, bool& is_whole) {
  std::vector<ihc::PackedRecord> records;
  is_whole = ihc::read_packed(bytes, "packed/fuzz/000", [&](ihc::PackedRecord record) -> ihc::Result<void> {
               if (record.bytes.data() < bytes.data()) std::abort();
               if (record.bytes.data() + record.bytes.size() > bytes.data() + bytes.size()) std::abort();
               records.push_back(std::move(record));
               return {};
             }).has_value();
  return records;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);
  bool is_whole = false;
  const auto records = read_all(bytes, is_whole);
  std::string written = ihc::packed_preamble();
  for (const auto& record : records) written += ihc::packed_text(record);
  bool is_whole_again = false;
  const auto again = read_all(written, is_whole_again);
  if (!is_whole_again || again.size() != records.size()) std::abort();
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (again[i].path != records[i].path || again[i].bytes != records[i].bytes ||
        again[i].reason != records[i].reason || again[i].taken_ns != records[i].taken_ns ||
        again[i].status != records[i].status || again[i].cut != records[i].cut) {
      std::abort();
    }
  }
  const auto packed = ihc::MemoryBundle::of_files({{"packed/fuzz/000", bytes}});
  if (packed != nullptr && !is_whole) std::abort();
  const auto sampled = ihc::MemoryBundle::of_files({{"samples/fuzz", bytes}});
  if ((sampled != nullptr) != is_whole) std::abort();
  for (const auto& record : records) {
    if (sampled != nullptr && sampled->samples(record.path).empty()) std::abort();
    if (packed != nullptr && packed->find(record.path)->bytes != record.bytes) std::abort();
  }
  return 0;
}
