#include "report/model/conditions.h"

#include <algorithm>
#include <utility>

#include "base/json_read.h"
#include "report/escape.h"
#include "report/format.h"

namespace ihc::report {

namespace {

std::string label(const Words& words, std::string_view row) { return words.text("rows." + std::string(row)); }

std::string seconds_or_unknown(const Json& object, std::string_view key, const Words& words) {
  const auto seconds = number_at(object, key);
  return seconds ? duration_text(*seconds, words) : words.text("states.not_known");
}

std::string joined(const Json& list, const Words& words) {
  std::string text;
  for (const Json& element : list) {
    if (element.is_string()) text += (text.empty() ? "" : " ") + element.get<std::string>();
  }
  return text.empty() ? words.text("states.none") : text;
}

std::string labels_text(const Json& manifest, const Words& words) {
  std::string text;
  const Json& labels = at(manifest, "labels");
  if (labels.is_object()) {
    for (const auto& [name, value] : labels.items())
      text += (text.empty() ? "" : ", ") + name + "=" + fact_text(value, 200, words);
  }
  return text.empty() ? words.text("states.none") : text;
}

std::string scrubbed_text(const Json& manifest, const Words& words) {
  const Json& scrubbed = at(manifest, "scrubbed");
  std::int64_t total = 0;
  std::string kinds;
  if (scrubbed.is_object()) {
    for (const auto& [kind, count] : scrubbed.items()) {
      const std::int64_t number = integer_at(scrubbed, kind).value_or(0);
      total += number;
      kinds += (kinds.empty() ? "" : ", ") + words.text("secrets", kind, "label") + ": " + std::to_string(number);
    }
  }
  return kinds.empty() ? std::to_string(total) : std::to_string(total) + " (" + kinds + ")";
}

std::string privileges_text(const Json& manifest, const Words& words) {
  const auto uid = integer_at(manifest, "effective_uid");
  if (!uid) return words.text("states.not_known");
  if (*uid == 0) return words.text("states.as_root");
  std::string text = words.text("states.as_user") + " (uid " + std::to_string(*uid) + ")";
  const std::string capabilities = joined(list_at(manifest, "capabilities"), words);
  return text + "; " + words.text("states.capabilities") + ": " + capabilities;
}

// What was imported has no collection of ours behind it: no window, no privileges, no cost.
std::vector<Row> make_imported_rows(const Json& manifest, const Words& words) {
  constexpr std::size_t kShownOrigins = 20;
  const std::string gathered = string_at(manifest, "started_utc");
  std::vector<Row> rows{{label(words, "gathered"), gathered.empty() ? words.text("states.not_known") : gathered}};
  std::vector<Row> origins;
  for (const Json& record : list_at(manifest, "imported")) {
    const std::string kind = string_at(record, "kind");
    if (kind == "value") continue;  // of a text that is listed
    origins.push_back({label(words, "imported_from"), string_at(record, "origin") + " (" + kind + ")"});
  }
  const std::size_t shown = std::min(origins.size(), kShownOrigins);
  rows.insert(rows.end(), origins.begin(), origins.begin() + static_cast<std::ptrdiff_t>(shown));
  if (origins.size() > shown) {
    rows.push_back({label(words, "imported_more"), grouped_text(static_cast<std::int64_t>(origins.size() - shown))});
  }
  for (const Json& record : list_at(manifest, "left_out")) {
    const std::string count = grouped_text(integer_at(record, "count").value_or(0));
    rows.push_back({label(words, "left_out"),
                    count + ": " + string_at(record, "what") + " (" + string_at(record, "origin") + ")"});
  }
  const bool redacted = flag_at(manifest, "redacted").value_or(false);
  rows.push_back({label(words, "labels"), labels_text(manifest, words)});
  rows.push_back({label(words, "arguments"), joined(list_at(manifest, "arguments"), words)});
  rows.push_back({label(words, "scrubbed"), scrubbed_text(manifest, words)});
  rows.push_back({label(words, "redacted"), words.text(redacted ? "states.yes" : "states.no")});
  return rows;
}

bool is_imported(const Json& manifest) { return !list_at(manifest, "imported").empty(); }

std::vector<Row> make_rows(const Json& manifest, const Words& words) {
  if (is_imported(manifest)) return make_imported_rows(manifest, words);
  const std::string window = seconds_or_unknown(manifest, "window_observed_s", words) + " (" +
                             words.text("states.asked_for") + " " + seconds_or_unknown(manifest, "window_s", words) +
                             ")";
  const std::string root = string_at(manifest, "root_dir");
  const bool interrupted = flag_at(manifest, "interrupted").value_or(false);
  const bool redacted = flag_at(manifest, "redacted").value_or(false);
  return {
      {label(words, "started"), string_at(manifest, "started_utc")},
      {label(words, "ended"), string_at(manifest, "ended_utc")},
      {label(words, "window"), window},
      {label(words, "interrupted"), words.text(interrupted ? "states.yes" : "states.no")},
      {label(words, "privileges"), privileges_text(manifest, words)},
      {label(words, "labels"), labels_text(manifest, words)},
      {label(words, "arguments"), joined(list_at(manifest, "arguments"), words)},
      {label(words, "root_dir"), root.empty() ? words.text("states.the_node_itself") : root},
      {label(words, "boot_id"), text_at(manifest, "boot_id").value_or(words.text("states.not_known"))},
      {label(words, "scrubbed"), scrubbed_text(manifest, words)},
      {label(words, "redacted"), words.text(redacted ? "states.yes" : "states.no")},
  };
}

void add_collectors(Conditions& model, const Json& manifest, const Words& words) {
  for (const Json& record : list_at(manifest, "collectors")) {
    const std::string state = string_at(record, "status");
    const std::string reason = string_at(record, "reason");
    CollectorRow row{.name = string_at(record, "name"),
                     .state = words.text("collector_states", state, "label"),
                     .reason = reason.empty() ? "" : words.text("reasons", reason, "label"),
                     .hint = one_line(string_at(record, "hint"))};
    if (state != "collected") model.incomplete.push_back(row);
    model.collectors.push_back(std::move(row));
  }
}

std::string bytes_or_unknown(const Json& cost, std::string_view key, const Words& words) {
  const auto bytes = integer_at(cost, key);
  return bytes ? bytes_text(*bytes, words) : words.text("states.not_known");
}

std::vector<Row> make_cost(const ReportInput& input, const Words& words) {
  if (is_imported(input.manifest)) return {};
  const Json& cost = at(input.manifest, "cost");
  const Json& collection = at(input.facts, "collection");
  const auto share = number_at(collection, "cpu_share_pct");
  const auto reads = integer_at(cost, "reads");
  return {
      {label(words, "cost_wall"), seconds_or_unknown(collection, "wall_seconds", words)},
      {label(words, "cost_cpu"), seconds_or_unknown(cost, "cpu_seconds", words)},
      {label(words, "cost_commands"), seconds_or_unknown(cost, "commands_cpu_seconds", words)},
      {label(words, "cost_share"), share ? percent_text(*share, words) : words.text("states.not_known")},
      {label(words, "cost_memory"), bytes_or_unknown(cost, "peak_memory_bytes", words)},
      {label(words, "cost_bytes"), bytes_or_unknown(cost, "bytes_read", words)},
      {label(words, "cost_reads"), reads ? grouped_text(*reads) : words.text("states.not_known")},
  };
}

}  // namespace

Conditions make_conditions(const ReportInput& input, const Words& words) {
  Conditions model;
  model.rows = make_rows(input.manifest, words);
  add_collectors(model, input.manifest, words);
  model.cost = make_cost(input, words);
  for (const Json& read : list_at(at(input.manifest, "cost"), "slowest")) {
    const auto duration_ms = integer_at(read, "duration_ms");
    if (!duration_ms) continue;
    model.slowest.push_back(
        {string_at(read, "path"), grouped_text(*duration_ms) + " " + words.text("units.milliseconds")});
  }
  for (const Json& conflict : list_at(input.facts, "conflicts")) {
    model.conflicts.push_back({.fact = string_at(conflict, "pointer"),
                               .used = string_at(conflict, "used"),
                               .other = string_at(conflict, "other")});
  }
  model.is_interrupted = flag_at(input.manifest, "interrupted").value_or(false);
  model.is_unprivileged = integer_at(input.manifest, "effective_uid").value_or(0) != 0;
  model.is_redacted = flag_at(input.manifest, "redacted").value_or(false);
  return model;
}

}  // namespace ihc::report
