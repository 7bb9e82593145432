// What a study of so many runs and requests can find, and how often it cries wolf: simulated studies with a known
// truth, as a table. With 2,000 studies a line or more it judges what it printed, and exits 1 where that does not hold.
//   compare_power [STUDIES]      default 400; a step of scripts/test --full has 2000
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <string>

#include "stats/replicates.h"
#include "support/simulated_study.h"

namespace {

using ihc::test::SimulatedStudy;
using ihc::test::Tally;

constexpr std::size_t kEnoughToJudge = 2000;
constexpr double kWrongAtMost = 0.05;
constexpr double kCoveredAtLeast = 0.94;
constexpr double kHeadlines = 5;  // of the set over which p is corrected
constexpr double kPower = 0.8;

double share(std::size_t part, std::size_t whole) { return static_cast<double>(part) / static_cast<double>(whole); }

class Table {
 public:
  explicit Table(std::size_t studies) : studies_(studies) {}

  Tally line(const std::string& what, const SimulatedStudy& study) {
    // On two processors; each study has its own seed.
    const std::size_t half = studies_ / 2;
    auto others = std::async(std::launch::async, [&] { return ihc::test::tally(study, half, 1 + studies_ - half); });
    const Tally told = ihc::test::tally(study, studies_ - half, 1) + others.get();
    std::printf("%-36s %4zu %8zu %7.0f %% | %6.1f %% %9.1f %% %10.1f %% %10.1f %% %9.1f %%\n", what.c_str(), study.runs,
                study.requests, 100 * (study.change - 1), percent(told.changed), percent(told.improved_p95),
                percent(told.regressed_p95), percent(told.equivalent_p95), percent(told.covered));
    std::fflush(stdout);
    return told;
  }

  void equal_arms(const std::string& what, const SimulatedStudy& study) {
    const Tally told = line(what, study);
    const std::string named = what + ", " + std::to_string(study.runs) + " runs an arm: ";
    wrong_most_ = std::max(wrong_most_, share(told.changed, studies_));
    expect(share(told.changed, studies_) <= kWrongAtMost, named + "called a change too often");
    if (study.runs < 5) return;
    covered_least_ = std::min(covered_least_, share(told.covered, studies_));
    expect(share(told.covered, studies_) >= kCoveredAtLeast, named + "the truth lies outside its interval too often");
  }

  // So many runs as the program itself asks for when it says how many more would decide.
  void power_of_what_is_asked_for(const SimulatedStudy& kind) {
    SimulatedStudy study = kind;
    study.runs = ihc::stats::runs_needed(spread_of(kind), kind.change, kLevel, kPower).value_or(0);
    const Tally told = line("as many runs as it asks for", study);
    const double found = share(study.change < 1 ? told.improved_p95 : told.regressed_p95, studies_);
    found_least_ = std::min(found_least_, found);
    expect(found >= kPower - three_errors(kPower),
           "with " + std::to_string(study.runs) + " runs an arm the change is found too seldom");
    expect(share(study.change < 1 ? told.regressed_p95 : told.improved_p95, studies_) == 0, "the wrong direction");
  }

  int finish() const {
    if (studies_ < kEnoughToJudge) {
      std::printf("\n%zu studies a line are for a look; %zu are judged\n", studies_, kEnoughToJudge);
      return 0;
    }
    if (failed_ > 0) {
      std::printf("\n%d failed\n", failed_);
      return 1;
    }
    std::printf(
        "\nall held: %zu studies a line; equal arms called different in at most %.1f %%, intervals that cover in at "
        "least "
        "%.1f %%, 10 %% found in at least %.1f %% with the runs asked for\n",
        studies_, 100 * wrong_most_, 100 * covered_least_, 100 * found_least_);
    return 0;
  }

 private:
  static constexpr double kLevel = 0.05 / kHeadlines;

  double percent(std::size_t part) const { return 100 * share(part, studies_); }
  double three_errors(double probability) const {
    return 3 * std::sqrt(probability * (1 - probability) / static_cast<double>(studies_));
  }

  // Of the logarithms of the runs' ttft_ms p95: what the program would see, over many studies.
  static double spread_of(const SimulatedStudy& kind) {
    constexpr std::size_t kStudies = 200;
    double squares = 0;
    for (std::size_t at = 0; at < kStudies; ++at) {
      ihc::test::Simulator simulator(kind, 1'000'000 + at);
      const auto metrics = simulator.draw();
      std::vector<double> arms[2];
      for (const auto& run : metrics[1].before) arms[0].push_back(run.value);
      for (const auto& run : metrics[1].after) arms[1].push_back(run.value);
      squares += std::pow(ihc::stats::pooled_log_deviation(arms[0], arms[1]).value_or(0), 2);
    }
    return std::sqrt(squares / kStudies);
  }

  void expect(bool holds, const std::string& what) {
    if (holds || studies_ < kEnoughToJudge) return;
    std::printf("FAIL  %s\n", what.c_str());
    ++failed_;
  }

  std::size_t studies_;
  double wrong_most_ = 0;
  double covered_least_ = 1;
  double found_least_ = 1;
  int failed_ = 0;
};

int print(std::size_t studies) {
  Table table(studies);
  std::printf(
      "%zu studies a line; 'changed': any headline metric called improved or regressed; the rest of ttft_ms p95\n\n",
      studies);
  std::printf("%-36s %4s %8s %9s | %8s %11s %12s %12s %11s\n", "truth", "runs", "requests", "change", "changed",
              "improved", "regressed", "equivalent", "covered");
  for (const std::size_t runs : {3, 4, 5, 6, 7, 8, 9, 10}) table.equal_arms("no change", {.runs = runs});
  table.equal_arms("no change, heavy tail", {.runs = 6, .heavy_share = 0.05});
  table.equal_arms("no change, two modes", {.runs = 6, .second_mode = 0.05});
  table.equal_arms("no change, neighbours alike", {.runs = 6, .correlation = 0.9});
  table.line("no change, one bad run", {.runs = 6, .bad_run = 1.5});
  table.line("no change, drift, in turns", {.runs = 6, .drift = 0.02});
  table.line("no change, drift, one after another", {.runs = 6, .drift = 0.02, .in_turns = false});
  for (const std::size_t runs : {5, 6, 7, 8, 10, 12}) table.line("faster", {.runs = runs, .change = 0.9});
  for (const std::size_t requests : {50, 1000}) {
    table.line("faster, other number of requests", {.runs = 6, .requests = requests, .change = 0.9});
  }
  for (const double between : {0.01, 0.03, 0.06}) {
    for (const double change : {0.9, 1.1}) table.power_of_what_is_asked_for({.change = change, .between = between});
  }
  return table.finish();
}

}  // namespace

int main(int count, char** arguments) {
  const std::size_t studies = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 400;
  if (studies == 0) {
    std::fprintf(stderr, "compare_power: the number of studies is a whole number above 0\n");
    return 2;
  }
  return print(studies);
}
