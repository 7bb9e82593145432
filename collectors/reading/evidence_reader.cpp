#include "collectors/reading/evidence_reader.h"

#include <algorithm>
#include <unordered_set>

namespace ihc {

namespace {

std::string reason_of(const Evidence& evidence) {
  if (!evidence.reason.empty()) return evidence.reason;
  switch (evidence.status) {
    case EvidenceStatus::ok:
      return "parse_error";
    case EvidenceStatus::permission:
      return "permission";
    case EvidenceStatus::timed_out:
      return "timed_out";
    case EvidenceStatus::absent:
    case EvidenceStatus::failed:
    case EvidenceStatus::skipped:
      return "file_absent";
  }
  return "file_absent";
}

// Advice for the reasons where the same thing always helps; what the collector's own record says goes first.
std::string_view usual_hint(std::string_view reason) {
  if (reason == "permission") return "collect as root";
  if (reason == "timed_out") return "collect again when the node is less busy";
  return {};
}

}  // namespace

EvidenceReader::EvidenceReader(const Bundle& bundle, FactsBuilder& facts, std::string_view collector)
    : bundle_(bundle), facts_(facts), collector_(collector) {}

std::optional<std::string_view> EvidenceReader::text(const std::string& path, const std::string& pointer) const {
  const auto bytes = text_if_any(path, pointer);
  if (!bytes) explain(path, pointer);
  return bytes;
}

std::optional<std::string_view> EvidenceReader::first_text(std::initializer_list<std::string> paths,
                                                           const std::string& pointer) const {
  for (const std::string& path : paths) {
    if (const auto bytes = text_if_any(path, pointer)) return bytes;
  }
  if (paths.size() != 0) explain(*paths.begin(), pointer);
  return std::nullopt;
}

std::optional<std::string_view> EvidenceReader::text_if_any(const std::string& path, const std::string& pointer) const {
  const auto bytes = bundle_.text(path);
  if (bytes) facts_.source(pointer, path);
  return bytes;
}

std::optional<std::string> EvidenceReader::word(const std::string& path, const std::string& pointer) const {
  const auto bytes = text(path, pointer);
  if (!bytes) return std::nullopt;
  const std::string_view value = trim(*bytes);
  if (!value.empty()) return to_valid_utf8(value);
  missing(pointer, "file_absent", path + " is empty");
  return std::nullopt;
}

std::optional<std::int64_t> EvidenceReader::integer(const std::string& path, const std::string& pointer) const {
  const auto bytes = text(path, pointer);
  if (!bytes) return std::nullopt;
  const auto value = parse_number<std::int64_t>(*bytes);
  if (!value) missing(pointer, "parse_error", path + " holds no whole number");
  return value;
}

std::optional<double> EvidenceReader::decimal(const std::string& path, const std::string& pointer) const {
  const auto bytes = text(path, pointer);
  if (!bytes) return std::nullopt;
  const auto value = parse_decimal(trim(*bytes));
  if (!value) missing(pointer, "parse_error", path + " holds no number");
  return value;
}

std::optional<CpuSet> EvidenceReader::cpu_list(const std::string& path, const std::string& pointer) const {
  const auto bytes = text(path, pointer);
  if (!bytes) return std::nullopt;
  auto value = parse_sysfs_cpu_list(*bytes);
  if (!value) missing(pointer, "parse_error", path + " holds no CPU list");
  return value;
}

bool EvidenceReader::saw_none(const std::string& path) const {
  const auto evidence = bundle_.find(path);
  if (evidence) return evidence->status == EvidenceStatus::absent;
  const auto readings = bundle_.samples(path);
  return !readings.empty() && std::all_of(readings.begin(), readings.end(), [](const Reading& reading) {
    return reading.status == EvidenceStatus::absent;
  });
}

void EvidenceReader::explain_lack(const std::string& path, const std::string& pointer, std::string_view hint) const {
  if (saw_none(path)) return missing(pointer, "structural", hint);
  explain(path, pointer);
}

void EvidenceReader::explain(const std::string& path, const std::string& pointer) const {
  const auto evidence = bundle_.find(path);
  const CollectorRecord* record = bundle_.manifest().collector(collector_);
  std::string reason = "file_absent";
  if (evidence) {
    reason = reason_of(*evidence);
  } else if (record != nullptr && record->state != CollectorState::collected &&
             record->state != CollectorState::partial && !record->reason.empty()) {
    // Of a family that was read in part, what was not had is recorded by its path: one missing tool does not explain a
    // file that is not there.
    reason = record->reason;
  }
  std::string hint(usual_hint(reason));
  if (record != nullptr && !record->hint.empty() && record->reason == reason) hint = record->hint;
  facts_.missing(pointer, {reason, collector_, hint});
}

void EvidenceReader::missing(const std::string& pointer, std::string_view reason, std::string_view hint) const {
  facts_.missing(pointer, {std::string(reason), collector_, std::string(hint)});
}

void EvidenceReader::unparsed(const std::string& pointer, const std::string& path, const Unparsed& what) const {
  missing(pointer, "parse_error",
          path + ": " + std::to_string(what.lines) + " line(s) not understood, the first is \"" + what.first + "\"");
}

std::optional<std::int64_t> integer_at(const Bundle& bundle, const std::string& path) {
  const auto bytes = bundle.text(path);
  return bytes ? parse_number<std::int64_t>(*bytes) : std::nullopt;
}

std::optional<std::string> word_at(const Bundle& bundle, const std::string& path) {
  const auto bytes = bundle.text(path);
  if (!bytes || trim(*bytes).empty()) return std::nullopt;
  return to_valid_utf8(trim(*bytes));
}

std::optional<CpuSet> parse_sysfs_cpu_list(std::string_view text) {
  const std::string_view list = trim(text);
  if (list == "(null)") return CpuSet{};
  return CpuSet::parse_list(list);
}

std::optional<CpuSet> cpu_set_at(const Bundle& bundle, const std::string& path, const std::string& mask_path) {
  if (const auto list = bundle.text(path)) {
    if (auto set = parse_sysfs_cpu_list(*list)) return set;
  }
  const auto mask = mask_path.empty() ? std::nullopt : bundle.text(mask_path);
  return mask ? CpuSet::parse_mask(trim(*mask)) : std::nullopt;
}

std::vector<std::string> components_after(const std::vector<std::string>& paths, std::string_view prefix) {
  std::vector<std::string> components;
  std::unordered_set<std::string> seen;
  for (const std::string_view path : paths) {
    if (!path.starts_with(prefix)) continue;
    const std::string_view rest = path.substr(prefix.size());
    std::string component(rest.substr(0, rest.find('/')));
    if (seen.insert(component).second) components.push_back(std::move(component));
  }
  return components;
}

std::optional<std::int64_t> number_after(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return std::nullopt;
  const auto number = parse_number<std::uint32_t>(name.substr(prefix.size()));
  return number ? std::optional<std::int64_t>(*number) : std::nullopt;
}

}  // namespace ihc
