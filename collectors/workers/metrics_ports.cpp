#include "collectors/workers/metrics_ports.h"

#include <algorithm>

#include "base/text.h"
#include "collect/metrics_url.h"

namespace ihc {

namespace {

bool is_loopback(const MetricsUrl& url) {
  return url.host == "localhost" || url.host == "::1" || (url.is_address && url.host.starts_with("127."));
}

bool is_behind(const ListeningWorker& worker, const MetricsUrl& url) {
  return worker.port == url.port && (is_loopback(url) || to_lower(worker.host) == url.host);
}

/// The process that was started with the port; its children have the same command line until they change it.
std::vector<ListeningWorker> topmost(std::vector<ListeningWorker> workers) {
  const std::vector<ListeningWorker> all = workers;
  std::erase_if(workers, [&](const ListeningWorker& worker) {
    return std::ranges::find(all, worker.parent_pid, &ListeningWorker::pid) != all.end();
  });
  return workers;
}

}  // namespace

std::vector<ListeningWorker> listening_workers(const std::vector<WorkerDraft>& drafts) {
  std::vector<ListeningWorker> listening;
  for (const WorkerDraft& draft : drafts) {
    const auto text = option_value(draft.identity.arguments, {"--port", "--http-port"});
    const auto port = text ? parse_number<std::uint16_t>(*text) : std::nullopt;
    if (!port || !draft.worker.pid) continue;
    listening.push_back({.pid = *draft.worker.pid,
                         .parent_pid = draft.worker.parent_pid.value_or(0),
                         .port = *port,
                         .host = option_value(draft.identity.arguments, {"--host"}).value_or("")});
  }
  return listening;
}

void link_metrics_servers(FactsBuilder& builder, const std::vector<ListeningWorker>& listening) {
  if (!builder.facts.runtime_metrics || !builder.facts.workers) return;
  std::vector<MetricsServer>& servers = builder.facts.runtime_metrics->servers;
  for (std::size_t index = 0; index < servers.size(); ++index) {
    if (!servers[index].url) continue;
    const std::string pointer = "/runtime_metrics/servers/" + std::to_string(index) + "/worker_key";
    const auto url = parse_metrics_url(*servers[index].url);
    if (!url) {
      builder.missing(pointer, {"parse_error", "workers", *servers[index].url + " is no URL"});
      continue;
    }
    std::vector<ListeningWorker> found = listening;
    std::erase_if(found, [&](const ListeningWorker& worker) { return !is_behind(worker, *url); });
    found = topmost(std::move(found));
    if (found.size() != 1) {
      builder.missing(pointer,
                      {found.empty() ? "structural" : "conflicting_evidence", "workers",
                       std::to_string(found.size()) + " workers name " + url->authority() + " on their command line"});
      continue;
    }
    const auto worker = std::ranges::find(*builder.facts.workers, std::optional(found.front().pid), &Worker::pid);
    if (worker != builder.facts.workers->end()) servers[index].worker_key = worker->key;
  }
}

}  // namespace ihc
