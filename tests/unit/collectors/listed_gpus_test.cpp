// Processes that a GPU's tool lists, as a worker's GPUs.

#include "collectors/workers/listed_gpus.h"

#include <gtest/gtest.h>

#include "facts/document.h"
#include "support/timed_bundle.h"

namespace ihc::test {
namespace {

Gpu gpu_at(const char* address, std::optional<std::int64_t> node, std::vector<std::int64_t> pids) {
  Gpu gpu;
  gpu.address = address;
  gpu.numa_node = node;
  gpu.processes.emplace();
  for (const std::int64_t pid : pids) gpu.processes->push_back({.pid = pid, .type = "C", .name = "python3"});
  return gpu;
}

Worker worker_with(std::int64_t pid) {
  Worker worker;
  worker.pid = pid;
  return worker;
}

TEST(ListedGpus, FillInWhatOpenFilesDidNotTell) {
  const auto bundle = bundle_of({{"commands/nvidia-smi-q-xml/stdout", "<nvidia_smi_log/>"}});
  FactsBuilder builder;
  builder.missing("/workers/0/gpus", {.reason = "permission", .collector = "workers", .hint = ""});
  const EvidenceReader reader(*bundle, builder, "workers");
  std::vector workers{worker_with(42), worker_with(43), worker_with(44)};
  workers[1].gpus = std::vector<std::string>{"0000:c1:00.0"};
  match_listed_gpus(reader, std::vector{gpu_at("0000:41:00.0", 0, {42, 43}), gpu_at("0000:c1:00.0", 1, {42})}, workers);
  EXPECT_EQ(workers[0].gpus, (std::vector<std::string>{"0000:41:00.0", "0000:c1:00.0"}));
  EXPECT_EQ(workers[0].gpu_nodes->to_list(), "0-1");
  EXPECT_EQ(builder.missing().count("/workers/0/gpus"), 0U);
  EXPECT_EQ(workers[1].gpus->front(), "0000:c1:00.0") << "what the process itself had open comes first";
  EXPECT_FALSE(workers[2].gpus) << "not listed is not known: in a container the tool lists nobody";
}

TEST(ListedGpus, ANodeThatIsNotKnownLeavesTheNodesOpen) {
  const auto bundle = bundle_of({});
  FactsBuilder builder;
  const EvidenceReader reader(*bundle, builder, "workers");
  std::vector workers{worker_with(42)};
  match_listed_gpus(reader, std::vector{gpu_at("0000:41:00.0", 0, {42}), gpu_at("0000:c1:00.0", {}, {42})}, workers);
  EXPECT_EQ(workers[0].gpus->size(), 2U);
  EXPECT_FALSE(workers[0].gpu_nodes);
}

}  // namespace
}  // namespace ihc::test
