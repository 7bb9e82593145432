// Which worker is behind a metrics endpoint that was asked: the one whose command line names its port.
#pragma once

#include <vector>

#include "collectors/workers/worker_reader.h"

namespace ihc {

/// What a worker's command line says of where it listens.
struct ListeningWorker {
  std::int64_t pid = 0;
  std::int64_t parent_pid = 0;
  std::int64_t port = 0;
  std::string host;  ///< --host; empty when it does not say
};

/// Those of the drafts that name a port ("--port 8000", "--http-port=8000").
std::vector<ListeningWorker> listening_workers(const std::vector<WorkerDraft>& drafts);

/// Gives each scraped server of facts.runtime_metrics the key of its worker, or says why it has none. Only a server on
/// this machine can be a worker's: on a loopback address, or on the address or name that the worker itself was given.
void link_metrics_servers(FactsBuilder& builder, const std::vector<ListeningWorker>& listening);

}  // namespace ihc
