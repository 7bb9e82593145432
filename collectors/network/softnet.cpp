#include "collectors/network/softnet.h"

#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

constexpr std::size_t kFewestColumns = 9;
constexpr std::size_t kRpsColumn = 9;
constexpr std::size_t kFlowLimitColumn = 10;
constexpr std::size_t kCpuColumn = 12;

std::optional<Softnet> read_line(const std::vector<std::string_view>& words) {
  if (words.size() < kFewestColumns) return std::nullopt;
  std::vector<std::int64_t> values;
  for (const std::string_view word : words) {
    // "%08x": a word with fewer digits was cut.
    const auto value = parse_number<std::uint32_t>(word, 16);
    if (!value || word.size() != 8) return std::nullopt;
    values.push_back(*value);
  }
  Softnet row{.processed = values[0], .dropped = values[1], .time_squeeze = values[2]};
  if (values.size() > kRpsColumn) row.received_rps = values[kRpsColumn];
  if (values.size() > kFlowLimitColumn) row.flow_limit_count = values[kFlowLimitColumn];
  if (values.size() > kCpuColumn) row.cpu = values[kCpuColumn];
  return row;
}

}  // namespace

Parsed<std::vector<Softnet>> parse_softnet(std::string_view text) {
  Parsed<std::vector<Softnet>> parsed;
  std::size_t columns = 0;
  for (const std::string& line : pasted_lines(text)) {
    if (is_around_paste(line)) continue;
    const auto words = split_words(line);
    auto row = read_line(words);
    // All lines of one kernel have the same columns.
    if (row && columns == 0) columns = words.size();
    if (row && words.size() == columns) {
      parsed.value.push_back(std::move(*row));
    } else {
      parsed.unparsed.add(line);
    }
  }
  return parsed;
}

}  // namespace ihc
