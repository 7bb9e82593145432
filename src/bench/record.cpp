#include "bench/record.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "bench/line_fields.h"
#include "bench/record_range.h"
#include "bench/words.h"

namespace ihc::bench {

namespace {

using Time = std::optional<std::int64_t> RequestRecord::*;

/// The order of "t".
constexpr std::array<Time, 10> kTimes{&RequestRecord::taken_up_ns,    &RequestRecord::connected_ns,
                                      &RequestRecord::sent_ns,        &RequestRecord::head_ns,
                                      &RequestRecord::first_byte_ns,  &RequestRecord::first_chunk_ns,
                                      &RequestRecord::first_token_ns, &RequestRecord::first_output_ns,
                                      &RequestRecord::last_token_ns,  &RequestRecord::end_ns};

constexpr std::array<std::string_view, kChunkKinds> kKindWords{
    "role_only", "content", "reasoning", "tool_call", "refusal", "empty", "usage", "comment", "error", "done"};
constexpr std::array<std::string_view, kOutcomes> kOutcomeWords{
    "ok",           "connect_failed",      "tls_failed",      "http_error",
    "stream_error", "reset_before_answer", "reset_in_answer", "not_finished",
    "no_token",     "malformed",           "timed_out",       "dropped",
    "cancelled"};
constexpr std::array<std::string_view, 4> kSourceWords{"none", "usage", "deltas", "chunks"};

constexpr std::size_t kProblemsKept = 5;

// ---- a record's line ----------------------------------------------------------------------------------------------

Json times_of(const RequestRecord& record) {
  Json times = Json::array();
  for (const Time time : kTimes) {
    const auto& value = record.*time;
    times.push_back(value ? Json(*value - record.intended_ns) : Json());
  }
  while (!times.empty() && times.back().is_null()) times.erase(times.size() - 1);
  return times;
}

Json counts_of(const RequestRecord& record) {
  Json counts = Json::array();
  for (const std::int64_t count : record.chunks) counts.push_back(count);
  while (!counts.empty() && counts.back() == 0) counts.erase(counts.size() - 1);
  return counts;
}

template <class Value>
void put(Json& line, const char* key, const std::optional<Value>& value) {
  if (value) line[key] = *value;
}

void put_source(Json& line, const char* key, TokenSource source) {
  if (source != TokenSource::none && source != TokenSource::usage) line[key] = to_word(source);
}

/// The first `bytes` of a text, not cutting a UTF-8 sequence.
std::string_view cut_text(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  return text.substr(0, bytes);
}

Json line_without_words(const RequestRecord& record) {
  Json line{{"run", record.run}, {"i", record.index}, {"at", record.intended_ns}, {"outcome", to_word(record.outcome)}};
  if (record.is_warmup) line["warm"] = true;
  if (Json times = times_of(record); !times.empty()) line["t"] = std::move(times);
  if (Json counts = counts_of(record); !counts.empty()) line["chunks"] = std::move(counts);
  put(line, "http", record.http_status);
  put(line, "in", record.prompt_tokens);
  put_source(line, "in_from", record.prompt_source);
  put(line, "out", record.completion_tokens);
  put_source(line, "out_from", record.completion_source);
  put(line, "cached", record.cached_tokens);
  put(line, "max", record.max_tokens);
  put(line, "bytes", record.output_bytes);
  put(line, "seed", record.seed);
  return line;
}

/// Adds as much of a text as the line still holds; none if it holds none.
void add_text(Json& line, std::string& written, const char* key, const std::string& value) {
  const std::string valid = to_valid_utf8(value);
  std::size_t bytes = std::min(valid.size(), kMaxRecordLineBytes);
  // What quoting adds is only known once it is written: shorten until it fits.
  while (bytes > 0) {
    line[key] = std::string(cut_text(valid, bytes));
    std::string with_text = to_compact_text(line) + "\n";
    if (with_text.size() <= kMaxRecordLineBytes) {
      written = std::move(with_text);
      return;
    }
    const std::size_t over = with_text.size() - kMaxRecordLineBytes;
    bytes -= std::min(bytes, std::max<std::size_t>(over / 2, 1));
  }
  line.erase(key);
}

// ---- reading a line -----------------------------------------------------------------------------------------------

/// Notes the first thing in an object that is not as it should be.
class Reader {
 public:
  explicit Reader(const LineFields& object) : object_(object) {}

  std::optional<std::int64_t> integer(const char* key, std::int64_t most = kMostCount) {
    const LineValue* value = object_.find(key);
    if (value == nullptr) return std::nullopt;
    const auto number = integer_of(value->kind, value->integer, 0, most);
    if (!number) wrong(key, "is no count");
    return number;
  }
  std::int64_t needed_integer(const char* key, std::int64_t most = kMostCount) {
    const auto value = integer(key, most);
    if (!value && problem_.empty()) wrong(key, "is missing");
    return value.value_or(0);
  }
  std::string text(const char* key) {
    const LineValue* value = object_.find(key);
    if (value == nullptr) return {};
    if (value->kind == Kind::text) return value->text;
    wrong(key, "is no text");
    return {};
  }
  /// The numbers of an array of at most `size`, each in [-most, most]; null is nothing.
  std::vector<std::optional<std::int64_t>> array(const char* key, std::size_t size, std::int64_t most) {
    std::vector<std::optional<std::int64_t>> values;
    const LineValue* found = object_.find(key);
    if (found == nullptr) return values;
    if (found->kind != Kind::list || found->items.size() > size) {
      wrong(key, "is no array of at most " + std::to_string(size));
      return values;
    }
    values.reserve(found->items.size());
    for (const LineValue::Item& item : found->items) {
      values.push_back(integer_of(item.kind, item.integer, -most, most));
      if (!values.back() && item.kind != Kind::null) wrong(key, "holds something else than integers");
    }
    return values;
  }
  bool flag(const char* key) {
    const LineValue* value = object_.find(key);
    if (value == nullptr) return false;
    if (value->kind != Kind::boolean) wrong(key, "is neither true nor false");
    return value->kind == Kind::boolean && value->flag;
  }
  void wrong(std::string_view key, std::string_view what) {
    if (problem_.empty()) problem_ = "\"" + std::string(key) + "\" " + std::string(what);
  }
  const std::string& problem() const { return problem_; }

 private:
  using Kind = LineValue::Kind;

  static std::optional<std::int64_t> integer_of(Kind kind, std::int64_t number, std::int64_t least, std::int64_t most) {
    if (kind != Kind::integer || number < least || number > most) return std::nullopt;
    return number;
  }

  const LineFields& object_;
  std::string problem_;
};

void read_times(Reader& reader, RequestRecord& record) {
  const auto times = reader.array("t", kTimes.size(), kMostNs / 2);
  for (std::size_t at = 0; at < times.size(); ++at) {
    if (!times[at]) continue;
    record.*kTimes[at] = sum(record.intended_ns, *times[at]);
    if (!(record.*kTimes[at])) reader.wrong("t", "holds a time out of range");
  }
}

void read_tokens(Reader& reader, RequestRecord& record) {
  record.prompt_tokens = reader.integer("in");
  record.completion_tokens = reader.integer("out");
  record.cached_tokens = reader.integer("cached");
  const auto source = [&](const char* key, bool has_count) {
    const std::string word = reader.text(key);
    if (word.empty()) return has_count ? TokenSource::usage : TokenSource::none;
    const auto known = token_source_from_word(word);
    if (!known) reader.wrong(key, "is no source of tokens that we know");
    return known.value_or(TokenSource::none);
  };
  record.prompt_source = source("in_from", record.prompt_tokens.has_value());
  record.completion_source = source("out_from", record.completion_tokens.has_value());
}

RequestRecord record_of(Reader& reader) {
  RequestRecord record;
  record.run = reader.needed_integer("run");
  record.index = reader.needed_integer("i");
  record.is_warmup = reader.flag("warm");
  record.intended_ns = reader.needed_integer("at", kMostNs / 2);
  read_times(reader, record);
  if (const auto status = reader.integer("http"))
    record.http_status = static_cast<int>(std::clamp<std::int64_t>(*status, 0, 999));
  if (const auto outcome = outcome_from_word(reader.text("outcome"))) {
    record.outcome = *outcome;
  } else {
    reader.wrong("outcome", "is no outcome that we know");
  }
  const auto counts = reader.array("chunks", kChunkKinds, kMostCount);
  for (std::size_t at = 0; at < counts.size(); ++at) record.chunks[at] = counts[at].value_or(0);
  read_tokens(reader, record);
  record.max_tokens = reader.integer("max");
  record.output_bytes = reader.integer("bytes");
  record.seed = reader.integer("seed", kMostNs);
  record.finish_reason = reader.text("finish");
  record.error = reader.text("said");
  return record;
}

}  // namespace

std::string_view to_word(ChunkKind kind) { return kKindWords[static_cast<std::size_t>(kind)]; }
std::string_view to_word(Outcome outcome) { return kOutcomeWords[static_cast<std::size_t>(outcome)]; }
std::string_view to_word(TokenSource source) { return kSourceWords[static_cast<std::size_t>(source)]; }
std::optional<Outcome> outcome_from_word(std::string_view word) { return value_of<Outcome>(kOutcomeWords, word); }
std::optional<TokenSource> token_source_from_word(std::string_view word) {
  return value_of<TokenSource>(kSourceWords, word);
}

std::string to_line(const RequestRecord& record) {
  Json line = line_without_words(record);
  std::string text = to_compact_text(line) + "\n";
  add_text(line, text, "finish", record.finish_reason);
  add_text(line, text, "said", record.error);
  return text;
}

ReadRecords read_records(std::string_view text) {
  ReadRecords result;
  LineFields fields;
  std::size_t number = 0;
  const auto refuse = [&](const std::string& problem) {
    ++result.not_understood;
    if (result.problems.size() < kProblemsKept)
      result.problems.push_back("line " + std::to_string(number) + ": " + problem);
  };
  for (const std::string_view line : split_lines(text)) {
    ++number;
    if (trim(line).empty()) continue;
    if (const std::string problem = fields.read(line); !problem.empty()) {
      refuse(problem);
      continue;
    }
    Reader reader(fields);
    RequestRecord record = record_of(reader);
    if (reader.problem().empty()) {
      result.records.push_back(std::move(record));
    } else {
      refuse(reader.problem());
    }
  }
  return result;
}

}  // namespace ihc::bench
