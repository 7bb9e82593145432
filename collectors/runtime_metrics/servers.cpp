#include "collectors/runtime_metrics/servers.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "collect/scrapes.h"
#include "collectors/runtime_metrics/growth.h"

namespace ihc {

namespace {

constexpr double kNsPerSecond = 1e9;

// ---- scraped -------------------------------------------------------------------------------------------------------

std::string text_of(const Json& json, const char* key) {
  const auto found = json.is_object() ? json.find(key) : json.end();
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t count_of(const Json& json, const char* key) {
  const auto found = json.is_object() ? json.find(key) : json.end();
  return found != json.end() && found->is_number_integer() ? std::max<std::int64_t>(0, found->get<std::int64_t>()) : 0;
}

/// The record of the endpoints; an empty list when there is none, or none that can be read.
Json endpoints_of(const Bundle& bundle) {
  const auto text = bundle.text(kMetricsScrapeMember);
  if (!text) return Json::array();
  const auto json = parse_json(*text, kMetricsScrapeMember);
  if (!json || !json->is_object() || !json->contains("endpoints")) return Json::array();
  const Json& endpoints = (*json)["endpoints"];
  return endpoints.is_array() ? endpoints : Json::array();
}

void take_failures(const Json& endpoint, ServerReadings& server) {
  const auto failures = endpoint.find("failures");
  std::int64_t count = 0;
  if (failures != endpoint.end() && failures->is_array()) {
    for (const Json& failure : *failures) {
      count += count_of(failure, "count");
      if (!server.reason.empty()) continue;
      server.reason = text_of(failure, "reason");
      server.hint = server.url.value_or("the server") + " " + text_of(failure, "said");
    }
  }
  server.failed_count = count;
}

/// The first and the last reading that have series at all; those between are for time series.
void take_readings(const std::vector<Reading>& readings, ServerReadings& server) {
  std::vector<const Reading*> whole;
  for (const Reading& reading : readings) {
    if (reading.status == EvidenceStatus::ok) whole.push_back(&reading);
  }
  server.reading_count = static_cast<std::int64_t>(whole.size());
  while (!whole.empty()) {
    auto last = parse_exposition(whole.back()->bytes);
    server.unparsed = last.unparsed;
    server.last = std::move(last.value);
    if (server.last.series_count > 0) break;
    whole.pop_back();
  }
  for (const Reading* reading : whole) {
    if (reading == whole.back()) return;
    auto first = parse_exposition(reading->bytes);
    if (first.value.series_count == 0) continue;
    server.seconds = static_cast<double>(whole.back()->taken_ns - reading->taken_ns) / kNsPerSecond;
    server.first = std::move(first.value);
    return;
  }
}

void explain(ServerReadings& server) {
  if (server.last.series_count == 0) {
    if (server.reason.empty() && server.reading_count > 0) {
      server.reason = "parse_error";
      server.hint = server.url.value_or("the server") + " answers with a text that has no series";
    }
    if (server.reason.empty()) server.reason = "file_absent";
    return;
  }
  if (!server.first) {
    server.reason = "interval_too_short";
    server.hint = "a growth needs two readings; collect with a window of more than a second";
  } else if (same_process(*server.first, server.last) == SameProcess::no) {
    server.first.reset();
    server.reason = "conflicting_evidence";
    server.hint = "the server was started anew within the window";
  }
}

// ---- imported ------------------------------------------------------------------------------------------------------

bool add_to(ServerReadings& server, Exposition& text, const std::string& path) {
  if (same_process(server.last, text) != SameProcess::yes) return false;
  if (grows_into(server.last, text)) {
    if (!server.first) server.first = std::move(server.last);
    server.last = std::move(text);
    server.paths.push_back(path);
  } else if (grows_into(text, server.first ? *server.first : server.last)) {
    server.first = std::move(text);
    server.paths.insert(server.paths.begin(), path);
  } else if (server.first && grows_into(*server.first, text) && grows_into(text, server.last)) {
    server.paths.insert(std::prev(server.paths.end()), path);
  } else {
    return false;
  }
  ++server.reading_count;
  return true;
}

}  // namespace

std::vector<ServerReadings> scraped_servers(const Bundle& bundle) {
  std::vector<ServerReadings> servers;
  for (const Json& endpoint : endpoints_of(bundle)) {
    if (!endpoint.is_object()) continue;
    ServerReadings server{.paths = {text_of(endpoint, "path")}, .last = {}};
    if (const std::string url = text_of(endpoint, "url"); !url.empty()) server.url = to_valid_utf8(url);
    take_failures(endpoint, server);
    take_readings(bundle.samples(server.paths.front()), server);
    explain(server);
    servers.push_back(std::move(server));
  }
  return servers;
}

std::vector<ServerReadings> imported_servers(const Bundle& bundle) {
  std::vector<std::string> paths = bundle.glob("commands/vllm-metrics*/stdout");
  for (std::string& path : bundle.glob("commands/runtime-metrics*/stdout")) paths.push_back(std::move(path));
  std::stable_sort(paths.begin(), paths.end(),
                   [](const std::string& left, const std::string& right) { return left.size() < right.size(); });
  std::vector<ServerReadings> servers;
  for (const std::string& path : paths) {
    auto text = parse_exposition(*bundle.text(path));
    const bool is_known =
        std::ranges::any_of(servers, [&](ServerReadings& server) { return add_to(server, text.value, path); });
    if (is_known) continue;
    servers.push_back({.paths = {path},
                       .last = std::move(text.value),
                       .reading_count = 1,
                       .unparsed = std::move(text.unparsed),
                       .reason = "interval_too_short",
                       .hint = "save the server's metrics a second time under load, and import both texts"});
  }
  return servers;
}

Exposition together(const std::vector<const ServerReadings*>& servers,
                    const Exposition& (*reading)(const ServerReadings&)) {
  Exposition all;
  for (const ServerReadings* server : servers) {
    const Exposition& one = reading(*server);
    all.types.insert(one.types.begin(), one.types.end());
    all.series_count += one.series_count;
    all.duplicate_count += one.duplicate_count;
    for (const auto& [name, samples] : one.samples) {
      for (MetricSample sample : samples) {
        if (servers.size() > 1) sample.labels["instance"] = server->url.value_or(server->paths.front());
        all.samples[name].push_back(std::move(sample));
      }
    }
  }
  return all;
}

}  // namespace ihc
