// How many runs an arm needs, and what that is reckoned from, against data/planning.json: the same by another road
// (data/planning.py).
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/json.h"
#include "stats/replicates.h"

namespace ihc::stats {
namespace {

Json reference() {
  const auto text = read_file(std::string{IHC_SOURCE_DIR} + "/tests/unit/stats/data/planning.json", 1 << 20);
  return parse_json(text.value(), "planning").value();
}

TEST(Planning, RunsAreThoseThatASearchFinds) {
  const Json plans = reference().at("plans");
  ASSERT_EQ(plans.size(), 96U);
  for (const Json& point : plans) {
    EXPECT_EQ(runs_needed(point.at("deviation"), point.at("ratio"), point.at("level"), point.at("power")),
              point.at("runs").get<std::size_t>())
        << point.dump();
  }
}

TEST(Planning, SpreadIsThePooledOneOfLogarithms) {
  const Json spreads = reference().at("spreads");
  ASSERT_EQ(spreads.size(), 3U);
  for (const Json& point : spreads) {
    const auto before = point.at("before").get<std::vector<double>>();
    const auto after = point.at("after").get<std::vector<double>>();
    EXPECT_NEAR(pooled_log_deviation(before, after).value(), point.at("deviation").get<double>(), 1e-12);
  }
}

}  // namespace
}  // namespace ihc::stats
