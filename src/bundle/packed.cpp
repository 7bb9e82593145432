#include "bundle/packed.h"

#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "bundle/member_path.h"

namespace ihc {

namespace {

constexpr std::string_view kPreamble = "ihc-packed 1\n";
constexpr std::string_view kFormatName = "ihc-packed ";
constexpr std::string_view kNoReason = "-";

// The part up to the next `end` character, which is taken away with it; nothing when there is none.
std::optional<std::string_view> take_field(std::string_view& text, char end) {
  const std::size_t at = text.find(end);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view field = text.substr(0, at);
  text.remove_prefix(at + 1);
  return field;
}

// Digits only: parse_number would let blanks around them pass, and then printing back would not give the same text.
template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  return parse_number<Number>(text);
}

struct Header {
  PackedRecord record;
  std::size_t length = 0;
};

tl::unexpected<Error> wrong(std::string what) { return fail(ErrorCode::malformed, std::move(what)); }

Result<Header> parse_header(std::string_view line) {
  constexpr std::size_t kFieldsBeforePath = 5;
  std::array<std::string_view, kFieldsBeforePath> fields;
  for (std::string_view& field : fields) {
    const auto next = take_field(line, ' ');
    if (!next) return wrong("a record's header has less than six fields");
    field = *next;
  }
  const auto status = evidence_status_from_word(fields[0]);
  if (!status) return wrong("a record has the unknown status \"" + printable_path(fields[0]) + "\"");
  auto reason = fields[1] == kNoReason ? std::optional<std::string>(std::string()) : percent_decode(fields[1]);
  if (!reason || fields[1].empty()) return wrong("a record's reason is not readable");
  const auto taken_ns = whole_number<std::int64_t>(fields[2]);
  if (!taken_ns) return wrong("a record's time is not a number");
  const auto length = whole_number<std::size_t>(fields[3]);
  if (!length) return wrong("a record's length is not a number");
  if (fields[4] != "whole" && fields[4] != "cut") return wrong("a record says neither \"whole\" nor \"cut\"");
  auto path = percent_decode(line);
  if (!path) return wrong("a record's path has a '%' without two hexadecimal digits behind it");
  if (auto allowed = check_bundle_path(*path, PathKind::packed_record); !allowed) {
    return wrong(allowed.error().what + " (" + allowed.error().where + ")");
  }
  return Header{{.path = std::move(*path),
                 .status = *status,
                 .reason = std::move(*reason),
                 .taken_ns = *taken_ns,
                 .bytes = {},
                 .cut = fields[4] == "cut"},
                *length};
}

// Takes one record from the front of `rest`.
Result<PackedRecord> take_record(std::string_view& rest) {
  const auto line = take_field(rest, '\n');
  if (!line) return wrong("a record's header has no end");
  auto header = parse_header(*line);
  if (!header) return fail(std::move(header.error()));
  if (header->length >= rest.size()) return wrong("a record is longer than what is left of the member");
  if (rest[header->length] != '\n') return wrong("a record's bytes are not followed by a line feed");
  header->record.bytes = rest.substr(0, header->length);
  rest.remove_prefix(header->length + 1);
  return std::move(header->record);
}

}  // namespace

std::string packed_preamble() { return std::string(kPreamble); }

std::string packed_text(const PackedRecord& record) {
  std::string text = packed_head(record);
  text.reserve(text.size() + record.bytes.size() + 1);
  text += record.bytes;
  text += '\n';
  return text;
}

std::string packed_head(const PackedRecord& record) {
  std::string reason = record.reason.empty() ? std::string(kNoReason) : percent_encode_controls(record.reason, " ");
  if (record.reason == kNoReason) reason = percent_encode_controls(record.reason, kNoReason);
  std::string text;
  text += to_word(record.status);
  text += ' ';
  text += reason;
  text += ' ';
  text += std::to_string(record.taken_ns);
  text += ' ';
  text += std::to_string(record.bytes.size());
  text += record.cut ? " cut " : " whole ";
  text += percent_encode_controls(record.path);
  text += '\n';
  return text;
}

Result<void> read_packed(std::string_view bytes, std::string_view member,
                         const std::function<Result<void>(PackedRecord)>& take) {
  const auto place = [&](std::size_t offset) { return printable_path(member) + ", byte " + std::to_string(offset); };
  constexpr const char* kHint = "collect the bundle again";
  if (!bytes.starts_with(kPreamble)) {
    const bool other_version = bytes.starts_with(kFormatName);
    return other_version ? fail(ErrorCode::unsupported, "this version of packed members is not known", place(0),
                                "use a newer ihc")
                         : fail(ErrorCode::malformed, "not a packed member", place(0), kHint);
  }
  std::string_view rest = bytes.substr(kPreamble.size());
  while (!rest.empty()) {
    const std::size_t offset = bytes.size() - rest.size();
    auto record = take_record(rest);
    if (!record) return fail(ErrorCode::malformed, record.error().what, place(offset), kHint);
    if (auto taken = take(std::move(*record)); !taken) {
      return fail(taken.error().code, taken.error().what, place(offset), taken.error().hint);
    }
  }
  return {};
}

}  // namespace ihc
