// Every parser of foreign text: the first byte chooses it, the rest is its input.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "support/parser_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::vector<ihc::test::Parser>& parsers = ihc::test::all_parsers();
  const ihc::test::Parser& parser = parsers[data[0] % parsers.size()];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);  // NOLINT: bytes are bytes
  const ihc::Json understood = parser.run(text);
  if (ihc::test::has_negative(understood) || ihc::to_compact_text(understood).empty()) __builtin_trap();
  return 0;
}
