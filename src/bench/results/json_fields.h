// Members of a stranger's JSON: each is there with the right type, or absent.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "bench/results/result.h"

namespace ihc::bench {

/// How many metadata entries and reasons of failure are kept, and how much of each text.
inline constexpr std::size_t kMaxLabels = 64;
inline constexpr std::size_t kMaxReasons = 16;
inline constexpr std::size_t kMaxLabelBytes = 160;

/// The member, or null when `json` is no object or has none of that name. A JSON null is absent too.
const Json* member(const Json& json, std::string_view name);
/// The member at a path of names: member_at(json, {"input_config", "endpoint", "type"}).
const Json* member_at(const Json& json, std::initializer_list<std::string_view> path);

std::optional<double> number_of(const Json* json);
std::optional<double> number_of(const Json& json, std::string_view name);
/// A whole number within 2⁵³; 8.0 is one.
std::optional<std::int64_t> integer_of(const Json* json);
std::optional<std::int64_t> integer_of(const Json& json, std::string_view name);
/// Cut to kMaxLabelBytes; empty is absent.
std::optional<std::string> text_of(const Json* json);
std::optional<std::string> text_of(const Json& json, std::string_view name);
std::optional<bool> flag_of(const Json& json, std::string_view name);

/// Puts the members {from: to} that are numbers into `stated`, times `scale`.
struct StatedName {
  std::string_view from;
  std::string_view to;
};
void take_stated(const Json& json, std::span<const StatedName> names, double scale,
                 std::map<std::string, double>& stated);

/// Whether the text has each of these, as a JSON key: "tokenizer_id" as "\"tokenizer_id\"".
bool has_keys(std::string_view text, std::initializer_list<std::string_view> keys);

/// Counts a failure under its reason, cut short; past kMaxReasons as "other".
void count_reason(std::map<std::string, std::int64_t>& reasons, std::string_view reason, std::int64_t count = 1);

/// A metric of one number over the whole run.
ResultMetric rate_metric(std::string definition, double value);

/// "p95" → 0.95, "p99.9" → 0.999; nothing for anything else.
std::optional<double> probability_of(std::string_view percentile);

/// Notes percentiles_not_ascending where a run's stated percentiles run backwards.
void note_contradictions(ResultRun& run);

}  // namespace ihc::bench
