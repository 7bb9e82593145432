#include "collectors/workers/listed_gpus.h"

#include <algorithm>
#include <set>
#include <string>

namespace ihc {

namespace {

const std::string kReport = "commands/nvidia-smi-q-xml/stdout";

bool lists(const Gpu& gpu, std::int64_t pid) {
  return gpu.address && gpu.processes &&
         std::any_of(gpu.processes->begin(), gpu.processes->end(),
                     [pid](const GpuProcess& process) { return process.pid == pid; });
}

/// The nodes of all of them; nothing when one of them is not known, since the rest would not be all.
std::optional<CpuSet> nodes_of(const std::vector<const Gpu*>& gpus) {
  CpuSet nodes;
  for (const Gpu* gpu : gpus) {
    if (!gpu->numa_node || *gpu->numa_node < 0) return std::nullopt;
    nodes.insert(static_cast<std::uint32_t>(*gpu->numa_node));
  }
  return nodes;
}

}  // namespace

void match_listed_gpus(const EvidenceReader& reader, const std::optional<std::vector<Gpu>>& gpus,
                       std::vector<Worker>& workers) {
  if (!gpus) return;
  for (std::size_t index = 0; index < workers.size(); ++index) {
    Worker& worker = workers[index];
    if (worker.gpus || !worker.pid) continue;
    std::vector<const Gpu*> held;
    std::set<std::string> addresses;
    for (const Gpu& gpu : *gpus) {
      if (!lists(gpu, *worker.pid)) continue;
      held.push_back(&gpu);
      addresses.insert(*gpu.address);
    }
    if (held.empty()) continue;
    const std::string pointer = "/workers/" + std::to_string(index);
    worker.gpus = std::vector<std::string>(addresses.begin(), addresses.end());
    reader.facts().found(pointer + "/gpus");
    if (reader.bundle().find(kReport)) reader.facts().source(pointer + "/gpus", kReport);
    if (worker.gpu_nodes) continue;
    worker.gpu_nodes = nodes_of(held);
    if (worker.gpu_nodes) reader.facts().found(pointer + "/gpu_nodes");
  }
}

}  // namespace ihc
