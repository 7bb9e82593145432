// What a study of so many runs and requests can find, and how often it cries wolf: simulated studies with a known
// truth.
//   compare_power [STUDIES]      default 400 a line; 2000 for the table in rules/README.md
#include <cstdio>
#include <cstdlib>

#include "support/simulated_study.h"

namespace {

double share(std::size_t part, std::size_t whole) {
  return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

void line(const char* what, const ihc::test::SimulatedStudy& study, std::size_t studies) {
  const auto told = ihc::test::tally(study, studies, 1);
  std::printf("%-34s %4zu %8zu %7.0f %% | %6.1f %% %9.1f %% %10.1f %% %10.1f %% %9.1f %%\n", what, study.runs,
              study.requests, 100 * (study.change - 1), share(told.changed, studies), share(told.improved_p95, studies),
              share(told.regressed_p95, studies), share(told.equivalent_p95, studies), share(told.covered, studies));
}

}  // namespace

int main(int count, char** arguments) {
  const std::size_t studies = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 400;
  if (studies == 0) {
    std::fprintf(stderr, "compare_power: the number of studies is a whole number above 0\n");
    return 2;
  }
  std::printf(
      "%zu studies a line; 'changed': any headline metric called improved or regressed; the rest of ttft_ms p95\n\n",
      studies);
  std::printf("%-34s %4s %8s %9s | %8s %11s %12s %12s %11s\n", "truth", "runs", "requests", "change", "changed",
              "improved", "regressed", "equivalent", "covered");
  for (const std::size_t runs : {3, 4, 5, 6, 8, 10}) line("no change", {.runs = runs}, studies);
  for (const std::size_t runs : {5, 6, 8, 10}) line("faster", {.runs = runs, .change = 0.9}, studies);
  for (const std::size_t requests : {50, 200, 1000})
    line("faster", {.runs = 6, .requests = requests, .change = 0.9}, studies);
  for (const double between : {0.01, 0.05, 0.1})
    line("faster, other spread of runs", {.runs = 6, .change = 0.9, .between = between}, studies);
  line("no change, heavy tail", {.runs = 6, .heavy_share = 0.05}, studies);
  line("no change, two modes", {.runs = 6, .second_mode = 0.05}, studies);
  line("no change, neighbours alike", {.runs = 6, .correlation = 0.9}, studies);
  line("no change, one bad run", {.runs = 6, .bad_run = 1.5}, studies);
  line("no change, drift, in turns", {.runs = 6, .drift = 0.02}, studies);
  line("no change, drift, one after another", {.runs = 6, .drift = 0.02, .in_turns = false}, studies);
}
