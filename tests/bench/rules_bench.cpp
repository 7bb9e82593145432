// How long judging takes: the shipped rules on the facts of a recorded two-socket node, and on those of a machine of
// 1,024 CPUs, 16 nodes, 4,000 interrupts and 10,000 threads, which is the recorded one grown.
//   build/release/rules_bench                              one line a machine; the goals are 5 ms and 250 ms
//   build/release/rules_bench --benchmark_filter=rule/     one line for each rule on the large one: which takes the
//   time
#include <benchmark/benchmark.h>

#include "base/files.h"
#include "base/limits.h"
#include "base/resources.h"
#include "engine/evaluate.h"

namespace ihc {
namespace {

const RulePack& shipped_rules() {
  static const RulePack pack = [] {
    const auto resources = load_resources("rules", {});
    return resources ? load_rule_pack(*resources).pack : RulePack{};
  }();
  return pack;
}

Json recorded_node() {
  const auto text = read_file(std::string(IHC_SOURCE_DIR) + "/samples/two-socket/facts.json", limits::kMaxFileBytes);
  return text ? parse_json(*text, "facts").value_or(Json()) : Json();
}

void grow_topology(Json& facts, int cpus, int nodes) {
  Json& topology = facts["topology"];
  for (const char* member : {"cpus_online", "cpus_present", "cpus_possible"})
    topology[member] = "0-" + std::to_string(cpus - 1);
  Json distances = Json::object();
  for (int node = 0; node < nodes; ++node) distances[std::to_string(node)] = 21;
  const Json one = topology["numa_nodes"][0];
  topology["numa_nodes"] = Json::array();
  for (int node = 0; node < nodes; ++node) {
    Json made = one;
    const int first = node * cpus / nodes;
    made["id"] = node;
    made["cpus"] = std::to_string(first) + "-" + std::to_string(first + cpus / nodes - 1);
    made["distances"] = distances;
    made["distances"][std::to_string(node)] = 10;
    topology["numa_nodes"].push_back(std::move(made));
  }
  topology["cpu_node_count"] = nodes;
}

void grow_workers(Json& facts, int workers, int threads) {
  const Json one = facts["workers"][0];
  const Json thread = one["threads"][0];
  facts["workers"] = Json::array();
  for (int worker = 0; worker < workers; ++worker) {
    Json made = one;
    made["key"] = "vllm.service/worker#" + std::to_string(worker);
    made["pid"] = 1000 + worker * threads;
    made["threads"] = Json::array();
    for (int at = 0; at < threads; ++at) {
      made["threads"].push_back(thread);
      made["threads"].back()["tid"] = 1000 + worker * threads + at;
    }
    facts["workers"].push_back(std::move(made));
  }
}

void grow_interrupts(Json& facts, int interrupts, int cpus) {
  facts["irqs"] = Json::array();
  for (int irq = 0; irq < interrupts; ++irq) {
    const std::string cpu = std::to_string(irq % cpus);
    facts["irqs"].push_back({{"irq", std::to_string(irq)},
                             {"key", "nvme" + std::to_string(irq)},
                             {"name", "nvme0q" + std::to_string(irq)},
                             {"kind", "device"},
                             {"affinity", cpu},
                             {"effective_affinity", cpu},
                             {"total", 1000},
                             {"total_delta", 10},
                             {"per_cpu", {{cpu, 1000}}},
                             {"per_cpu_delta", {{cpu, 10}}}});
  }
}

Json large_node() {
  constexpr int kCpus = 1024;
  Json facts = recorded_node();
  grow_topology(facts, kCpus, 16);
  grow_workers(facts, 64, 157);
  grow_interrupts(facts, 4000, kCpus);
  normalise_facts(facts);
  return facts;
}

void judge(benchmark::State& state, const RulePack& pack, const Json& facts) {
  if (pack.rules.empty() || !facts.is_object()) return state.SkipWithError("no rules, or no facts");
  std::size_t findings = 0;
  for (auto _ : state) {
    const auto made = evaluate(pack, facts);
    findings = made.size();
    benchmark::DoNotOptimize(made.data());
  }
  state.counters["rules"] = static_cast<double>(pack.rules.size());
  state.counters["findings"] = static_cast<double>(findings);
}

void two_sockets(benchmark::State& state) { judge(state, shipped_rules(), recorded_node()); }
BENCHMARK(two_sockets)->Unit(benchmark::kMillisecond);

void thousand_cpus(benchmark::State& state) { judge(state, shipped_rules(), large_node()); }
BENCHMARK(thousand_cpus)->Unit(benchmark::kMillisecond);

void one_rule(benchmark::State& state, const std::string& id) {
  static const Json kLarge = large_node();
  RulePack pack = shipped_rules();
  std::erase_if(pack.rules, [&](const Rule& rule) { return rule.id != id; });
  judge(state, pack, kLarge);
}

}  // namespace
}  // namespace ihc

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  for (const ihc::Rule& rule : ihc::shipped_rules().rules) {
    benchmark::RegisterBenchmark(("rule/" + rule.id).c_str(), [id = rule.id](benchmark::State& state) {
      ihc::one_rule(state, id);
    })->Unit(benchmark::kMillisecond);
  }
  benchmark::RunSpecifiedBenchmarks();
}
