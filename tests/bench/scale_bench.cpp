// How capturing and reading grow with the machine: the generated trees of tests/scale (nodes: one for 64 CPUs;
// interrupts: 4 a CPU; worker threads: 10 a CPU) of 64 to 1,024 CPUs.
//     cmake --build build/release --target scale_bench && build/release/scale_bench
// The peak is this program's so far, so that of each machine only because they are in the order of their size.
// Prints a line a machine with bytes of the bundle and what there was to read, and the order that fits best: N is
// linear in what there was to read.
#include <atomic>
#include <cstdlib>
#include <filesystem>

#include <benchmark/benchmark.h>
#include <unistd.h>

#include "cli/read_facts.h"
#include "collect/collector.h"
#include "collect/runner.h"

namespace ihc {
namespace {

namespace fs = std::filesystem;

// Interrupts by CPU grow with the square of the machine: what there is to read is its bytes, and for each file its path
// and its opening, which weigh as much as so many bytes.
constexpr std::int64_t kFileBytes = 200;

/// The trees of one run of this program, made when first wanted and gone at its end.
class Trees {
 public:
  Trees() : folder_(fs::temp_directory_path() / ("ihc-scale-" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
  }
  Trees(const Trees&) = delete;
  Trees& operator=(const Trees&) = delete;
  ~Trees() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  fs::path tree(std::int64_t cpus) {
    const fs::path tree = folder_ / std::to_string(cpus);
    if (fs::exists(tree)) return tree;
    const std::string command = "python3 " + std::string(IHC_SOURCE_DIR) + "/tests/scale/make_tree.py " +
                                tree.string() + " " + std::to_string(cpus);
    return std::system(command.c_str()) == 0 ? tree : fs::path();
  }
  fs::path bundle(std::int64_t cpus) const { return folder_ / (std::to_string(cpus) + ".ihc.tar.zst"); }

 private:
  fs::path folder_;
};

Trees& trees() {
  static Trees all;
  return all;
}

Result<CollectOutcome> capture_tree(std::int64_t cpus) {
  const std::atomic<int> interrupts{0};
  CollectOptions options;
  options.output = trees().bundle(cpus);
  options.window = std::chrono::milliseconds(100);
  options.root_dir = trees().tree(cpus);
  // Without a tree this would be the machine itself.
  if (options.root_dir.empty()) return fail(ErrorCode::not_found, "tests/scale/make_tree.py made no tree", "python3");
  return collect(options, all_collectors(), interrupts, [](const CollectProgress&) {});
}

void capture(benchmark::State& state) {
  trees().tree(state.range(0));
  CollectionCost cost;
  for (auto _ : state) {
    auto outcome = capture_tree(state.range(0));
    if (!outcome) return state.SkipWithError("the tree can't be captured");
    cost = outcome->manifest.cost;
  }
  state.counters["files"] = static_cast<double>(cost.reads);
  state.counters["read_MiB"] = static_cast<double>(cost.bytes_read) / (1 << 20);
  state.counters["peak_MiB"] = static_cast<double>(cost.peak_memory_bytes) / (1 << 20);
  state.counters["bundle_MiB"] = static_cast<double>(fs::file_size(trees().bundle(state.range(0)))) / (1 << 20);
  state.SetComplexityN(cost.bytes_read + kFileBytes * cost.reads);
}
BENCHMARK(capture)
    ->RangeMultiplier(2)
    ->Range(64, 1024)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->Iterations(1)
    ->Complexity();

void read(benchmark::State& state) {
  if (!fs::exists(trees().bundle(state.range(0))) && !capture_tree(state.range(0)))
    return state.SkipWithError("the tree can't be captured");
  std::int64_t size = 0;
  for (auto _ : state) {
    const auto bundle = open_bundle(trees().bundle(state.range(0)));
    if (!bundle) return state.SkipWithError("the bundle can't be read");
    const FactsBuilder facts = read_facts(**bundle);
    benchmark::DoNotOptimize(facts.facts.workers->data());
    const CollectionCost& cost = (*bundle)->manifest().cost;
    size = cost.bytes_read + kFileBytes * cost.reads;
  }
  state.SetComplexityN(size);
}
BENCHMARK(read)->RangeMultiplier(2)->Range(64, 1024)->Unit(benchmark::kMillisecond)->Complexity();

}  // namespace
}  // namespace ihc

BENCHMARK_MAIN();
