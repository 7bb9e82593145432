#include "bundle/manifest.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "bundle/member_path.h"

namespace ihc {

namespace {

template <class Enum>
struct Word {
  Enum value;
  std::string_view word;
};

constexpr std::array<Word<EvidenceStatus>, 6> kEvidenceWords{{
    {EvidenceStatus::ok, "ok"},
    {EvidenceStatus::absent, "absent"},
    {EvidenceStatus::permission, "permission"},
    {EvidenceStatus::timed_out, "timed_out"},
    {EvidenceStatus::failed, "failed"},
    {EvidenceStatus::skipped, "skipped"},
}};

constexpr std::array<Word<CollectorState>, 5> kCollectorWords{{
    {CollectorState::collected, "collected"},
    {CollectorState::partial, "partial"},
    {CollectorState::skipped, "skipped"},
    {CollectorState::failed, "failed"},
    {CollectorState::timed_out, "timed_out"},
}};

template <class Enum, std::size_t count>
std::string_view word_of(const std::array<Word<Enum>, count>& words, Enum value) {
  for (const auto& row : words) {
    if (row.value == value) return row.word;
  }
  return {};
}

template <class Enum, std::size_t count>
std::optional<Enum> value_of(const std::array<Word<Enum>, count>& words, std::string_view word) {
  for (const auto& row : words) {
    if (row.word == word) return row.value;
  }
  return std::nullopt;
}

// What is empty is left out, so that a reader never has to tell "" from "not known".
void put_unless_empty(Json& json, const char* key, const std::string& text) {
  if (!text.empty()) json[key] = text;
}

Json to_json(const CollectorRecord& record) {
  return {{"name", record.name},
          {"status", std::string(to_word(record.state))},
          {"reason", record.reason},
          {"hint", record.hint}};
}

Json to_json(const MemberRecord& record) {
  Json json{{"path", record.path}, {"size_bytes", record.size_bytes}, {"sha256", record.sha256}};
  if (record.cut) json["cut"] = true;
  return json;
}

Json to_json(const CommandRecord& record) {
  Json json{{"slug", record.slug},
            {"argv", record.argv},
            {"status", std::string(to_word(record.status))},
            {"duration_ms", record.duration_ms},
            {"started_ns", record.started_ns},
            {"cpu_seconds", record.cpu_seconds}};
  put_unless_empty(json, "reason", record.reason);
  if (record.exit_code) json["exit_code"] = *record.exit_code;
  if (record.cut) json["cut"] = true;
  return json;
}

Json to_json(const NotReadRecord& record) {
  Json json{{"path", record.path}, {"collector", record.collector}, {"status", std::string(to_word(record.status))}};
  put_unless_empty(json, "reason", record.reason);
  return json;
}

Json to_json(const ImportRecord& record) {
  return {{"member", record.member}, {"origin", record.origin}, {"kind", record.kind}};
}

Json to_json(const LeftOutRecord& record) {
  return {{"origin", record.origin}, {"what", record.what}, {"count", record.count}};
}

Json to_json(const SlowRead& read) { return {{"path", read.path}, {"duration_ms", read.duration_ms}}; }

template <class Record>
Json to_json(const std::vector<Record>& records) {
  Json list = Json::array();
  for (const Record& record : records) list.push_back(to_json(record));
  return list;
}

Json to_json(const CollectionCost& cost) {
  return {{"cpu_seconds", cost.cpu_seconds},
          {"commands_cpu_seconds", cost.commands_cpu_seconds},
          {"peak_memory_bytes", cost.peak_memory_bytes},
          {"bytes_read", cost.bytes_read},
          {"reads", cost.reads},
          {"slowest", to_json(cost.slowest)}};
}

// Reads the members of one JSON object. The first key that is missing or of the wrong type is kept as the problem, and
// what follows is read on without effect: callers check once, at the end.
class ObjectReader {
 public:
  ObjectReader(const Json& json, std::string where, std::string& problem)
      : json_(json), where_(std::move(where)), problem_(problem) {
    if (!json_.is_object()) note(where_.empty() ? "the document is not an object" : where_ + " is not an object");
  }

  void required(const char* key, auto& target) {
    if (const Json* value = member(key)) {
      take(key, *value, target);
    } else {
      note("the key \"" + name(key) + "\" is missing");
    }
  }

  void optional(const char* key, auto& target) {
    if (const Json* value = member(key)) take(key, *value, target);
  }

  template <class Enum>
  void word(const char* key, std::optional<Enum> (*from_word)(std::string_view), Enum& target) {
    std::string text;
    required(key, text);
    if (!problem_.empty()) return;
    const auto value = from_word(text);
    if (!value) return note("\"" + name(key) + "\" has the unknown word \"" + printable_path(text) + "\"");
    target = *value;
  }

  // `read` gets an ObjectReader for each element and the record to fill.
  template <class Record>
  void records(const char* key, std::vector<Record>& target, void (*read)(ObjectReader&, Record&)) {
    const Json* list = member(key);
    if (list == nullptr) return note("the key \"" + name(key) + "\" is missing");
    read_list(key, *list, target, read);
  }

  template <class Record>
  void optional_records(const char* key, std::vector<Record>& target, void (*read)(ObjectReader&, Record&)) {
    if (const Json* list = member(key)) read_list(key, *list, target, read);
  }

  template <class Record>
  void read_list(const char* key, const Json& list, std::vector<Record>& target, void (*read)(ObjectReader&, Record&)) {
    if (!list.is_array()) return note("\"" + name(key) + "\" is not an array");
    for (std::size_t i = 0; i < list.size() && problem_.empty(); ++i) {
      ObjectReader reader(list[i], name(key) + "[" + std::to_string(i) + "]", problem_);
      read(reader, target.emplace_back());
    }
  }

  ObjectReader object(const char* key) {
    static const Json kNothing = Json::object();
    const Json* value = member(key);
    if (value == nullptr) note("the key \"" + name(key) + "\" is missing");
    return {value == nullptr ? kNothing : *value, name(key), problem_};
  }

 private:
  std::string name(const char* key) const { return where_.empty() ? key : where_ + "." + key; }
  void note(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
  }
  void wrong(const char* key, const char* expected) { note("\"" + name(key) + "\" is not " + expected); }

  const Json* member(const char* key) const {
    if (!json_.is_object()) return nullptr;
    const auto found = json_.find(key);
    return found == json_.end() ? nullptr : &*found;
  }

  void take(const char* key, const Json& value, std::string& target) {
    if (!value.is_string()) return wrong(key, "a string");
    target = value.get_ref<const std::string&>();
  }
  void take(const char* key, const Json& value, bool& target) {
    if (!value.is_boolean()) return wrong(key, "true or false");
    target = value.get<bool>();
  }
  void take(const char* key, const Json& value, double& target) {
    if (!value.is_number()) return wrong(key, "a number");
    target = value.get<double>();
  }
  void take(const char* key, const Json& value, std::int64_t& target) {
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (!value.is_number_integer()) return wrong(key, "a whole number");
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > kMax) return wrong(key, "a number of 64 bits");
    target = value.get<std::int64_t>();
  }
  void take(const char* key, const Json& value, int& target) {
    std::int64_t wide = 0;
    take(key, value, wide);
    if (wide < std::numeric_limits<int>::min() || wide > std::numeric_limits<int>::max()) {
      return wrong(key, "a number of 32 bits");
    }
    target = static_cast<int>(wide);
  }
  template <class T>
  void take(const char* key, const Json& value, std::optional<T>& target) {
    take(key, value, target.emplace());
  }
  void take(const char* key, const Json& value, std::vector<std::string>& target) {
    if (!value.is_array()) return wrong(key, "an array of strings");
    for (const Json& element : value) take(key, element, target.emplace_back());
  }
  template <class Value>
  void take(const char* key, const Json& value, std::map<std::string, Value>& target) {
    if (!value.is_object()) return wrong(key, "an object");
    for (const auto& [entry, element] : value.items()) take(key, element, target[entry]);
  }

  const Json& json_;
  std::string where_;
  std::string& problem_;
};

void read_collector(ObjectReader& reader, CollectorRecord& record) {
  reader.required("name", record.name);
  reader.word("status", collector_state_from_word, record.state);
  reader.required("reason", record.reason);
  reader.required("hint", record.hint);
}

void read_member(ObjectReader& reader, MemberRecord& record) {
  reader.required("path", record.path);
  reader.required("size_bytes", record.size_bytes);
  reader.required("sha256", record.sha256);
  reader.optional("cut", record.cut);
}

void read_command(ObjectReader& reader, CommandRecord& record) {
  reader.required("slug", record.slug);
  reader.required("argv", record.argv);
  reader.word("status", evidence_status_from_word, record.status);
  reader.optional("reason", record.reason);
  reader.optional("exit_code", record.exit_code);
  reader.required("duration_ms", record.duration_ms);
  reader.required("started_ns", record.started_ns);
  reader.required("cpu_seconds", record.cpu_seconds);
  reader.optional("cut", record.cut);
}

void read_not_read(ObjectReader& reader, NotReadRecord& record) {
  reader.required("path", record.path);
  reader.required("collector", record.collector);
  reader.word("status", evidence_status_from_word, record.status);
  reader.optional("reason", record.reason);
}

void read_slow_read(ObjectReader& reader, SlowRead& read) {
  reader.required("path", read.path);
  reader.required("duration_ms", read.duration_ms);
}

void read_imported(ObjectReader& reader, ImportRecord& record) {
  reader.required("member", record.member);
  reader.required("origin", record.origin);
  reader.required("kind", record.kind);
}

void read_left_out(ObjectReader& reader, LeftOutRecord& record) {
  reader.required("origin", record.origin);
  reader.required("what", record.what);
  reader.required("count", record.count);
}

void read_cost(ObjectReader reader, CollectionCost& cost) {
  reader.required("cpu_seconds", cost.cpu_seconds);
  reader.required("commands_cpu_seconds", cost.commands_cpu_seconds);
  reader.required("peak_memory_bytes", cost.peak_memory_bytes);
  reader.required("bytes_read", cost.bytes_read);
  reader.required("reads", cost.reads);
  reader.records("slowest", cost.slowest, read_slow_read);
}

void read_manifest(ObjectReader& reader, Manifest& manifest) {
  reader.required("tool_version", manifest.tool_version);
  reader.required("node", manifest.node);
  reader.required("started_utc", manifest.started_utc);
  reader.required("ended_utc", manifest.ended_utc);
  reader.required("started_ns", manifest.started_ns);
  reader.required("ended_ns", manifest.ended_ns);
  reader.optional("boot_id", manifest.boot_id);
  reader.required("arguments", manifest.arguments);
  reader.required("labels", manifest.labels);
  reader.optional("effective_uid", manifest.effective_uid);
  reader.required("capabilities", manifest.capabilities);
  reader.optional("root_dir", manifest.root_dir);
  reader.required("window_s", manifest.window_s);
  reader.required("window_observed_s", manifest.window_observed_s);
  reader.optional("sampling_cpu_seconds", manifest.sampling_cpu_seconds);
  reader.optional("window_started_ns", manifest.window_started_ns);
  reader.optional("window_started_utc_ms", manifest.window_started_utc_ms);
  reader.required("interrupted", manifest.interrupted);
  reader.required("scrubbed", manifest.scrubbed);
  reader.required("redacted", manifest.redacted);
  reader.records("collectors", manifest.collectors, read_collector);
  reader.records("members", manifest.members, read_member);
  reader.records("commands", manifest.commands, read_command);
  reader.records("not_read", manifest.not_read, read_not_read);
  read_cost(reader.object("cost"), manifest.cost);
  reader.optional_records("imported", manifest.imported, read_imported);
  reader.optional_records("left_out", manifest.left_out, read_left_out);
}

}  // namespace

std::string_view to_word(EvidenceStatus status) { return word_of(kEvidenceWords, status); }

std::optional<EvidenceStatus> evidence_status_from_word(std::string_view word) {
  return value_of(kEvidenceWords, word);
}

std::string_view to_word(CollectorState state) { return word_of(kCollectorWords, state); }

std::optional<CollectorState> collector_state_from_word(std::string_view word) {
  return value_of(kCollectorWords, word);
}

std::vector<const ImportRecord*> given_records(const std::vector<ImportRecord>& records) {
  std::vector<const ImportRecord*> given;
  for (const ImportRecord& record : records) {
    if (record.kind != "value") given.push_back(&record);
  }
  return given;
}

const CollectorRecord* Manifest::collector(std::string_view name) const {
  const auto found = std::ranges::find(collectors, name, &CollectorRecord::name);
  return found == collectors.end() ? nullptr : &*found;
}

const MemberRecord* Manifest::member(std::string_view path) const {
  const auto found = std::ranges::lower_bound(members, path, {}, &MemberRecord::path);
  return found == members.end() || found->path != path ? nullptr : &*found;
}

const CommandRecord* Manifest::command(std::string_view slug) const {
  const auto found = std::ranges::find(commands, slug, &CommandRecord::slug);
  return found == commands.end() ? nullptr : &*found;
}

Json to_json(const Manifest& manifest) {
  Json json{{"format", manifest.format},
            {"tool_version", manifest.tool_version},
            {"node", manifest.node},
            {"started_utc", manifest.started_utc},
            {"ended_utc", manifest.ended_utc},
            {"started_ns", manifest.started_ns},
            {"ended_ns", manifest.ended_ns},
            {"arguments", manifest.arguments},
            {"labels", manifest.labels},
            {"capabilities", manifest.capabilities},
            {"window_s", manifest.window_s},
            {"window_observed_s", manifest.window_observed_s},
            {"interrupted", manifest.interrupted},
            {"scrubbed", manifest.scrubbed},
            {"redacted", manifest.redacted},
            {"collectors", to_json(manifest.collectors)},
            {"members", to_json(manifest.members)},
            {"commands", to_json(manifest.commands)},
            {"not_read", to_json(manifest.not_read)},
            {"cost", to_json(manifest.cost)}};
  put_unless_empty(json, "boot_id", manifest.boot_id);
  put_unless_empty(json, "root_dir", manifest.root_dir);
  if (manifest.sampling_cpu_seconds) json["sampling_cpu_seconds"] = *manifest.sampling_cpu_seconds;
  if (manifest.window_started_ns) json["window_started_ns"] = *manifest.window_started_ns;
  if (manifest.window_started_utc_ms) json["window_started_utc_ms"] = *manifest.window_started_utc_ms;
  if (manifest.effective_uid) json["effective_uid"] = *manifest.effective_uid;
  if (!manifest.imported.empty()) json["imported"] = to_json(manifest.imported);
  if (!manifest.left_out.empty()) json["left_out"] = to_json(manifest.left_out);
  return json;
}

Result<Manifest> manifest_from_json(const Json& json) {
  constexpr const char* kWhere = "manifest.json";
  Manifest manifest;
  std::string problem;
  ObjectReader reader(json, "", problem);
  reader.required("format", manifest.format);
  if (problem.empty() && manifest.format > kBundleFormat) {
    return fail(ErrorCode::unsupported,
                "bundle format " + std::to_string(manifest.format) + " is newer than this ihc, which reads up to " +
                    std::to_string(kBundleFormat),
                kWhere, "use a newer ihc");
  }
  if (problem.empty() && manifest.format < 1) problem = "\"format\" is less than 1";
  if (problem.empty()) read_manifest(reader, manifest);
  if (!problem.empty()) return fail(ErrorCode::malformed, problem, kWhere, "collect the bundle again");
  std::ranges::stable_sort(manifest.members, {}, &MemberRecord::path);
  return manifest;
}

}  // namespace ihc
