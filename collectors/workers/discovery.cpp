#include "collectors/workers/discovery.h"

#include <algorithm>

#include "base/json.h"
#include "base/limits.h"

namespace ihc {

namespace {

constexpr const char* kWhere = "probes/discovery.json";

std::optional<std::int64_t> integer_member(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  const auto value = found->get<std::int64_t>();
  return value >= 0 ? std::optional(value) : std::nullopt;
}

std::optional<std::string> text_member(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  std::string text = found->get<std::string>();
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

std::optional<DiscoveredWorker> read_worker(const Json& json) {
  if (!json.is_object()) return std::nullopt;
  const auto pid = integer_member(json, "pid");
  if (!pid || *pid <= 0) return std::nullopt;
  return DiscoveredWorker{.pid = *pid,
                          .parent_pid = integer_member(json, "ppid"),
                          .start_time_ticks = integer_member(json, "start_time_ticks"),
                          .comm = text_member(json, "comm").value_or(std::string()),
                          .framework = text_member(json, "framework"),
                          .role = text_member(json, "role"),
                          .found_by = text_member(json, "found_by").value_or(std::string())};
}

}  // namespace

Result<std::vector<DiscoveredWorker>> parse_discovery(std::string_view text) {
  const auto json = parse_json(text, kWhere);
  if (!json) return fail(json.error());
  const auto list = json->is_object() ? json->find("workers") : json->end();
  if (list == json->end() || !list->is_array()) {
    return fail(ErrorCode::malformed, "has no list \"workers\"", kWhere, "collect again");
  }
  std::vector<DiscoveredWorker> workers;
  for (const Json& entry : *list) {
    auto worker = read_worker(entry);
    if (worker && workers.size() < limits::kMaxWorkers) workers.push_back(std::move(*worker));
  }
  std::ranges::sort(workers, {}, &DiscoveredWorker::pid);
  const auto same_pid = [](const DiscoveredWorker& left, const DiscoveredWorker& right) {
    return left.pid == right.pid;
  };
  workers.erase(std::unique(workers.begin(), workers.end(), same_pid), workers.end());
  return workers;
}

}  // namespace ihc
