// Quantiles of several runs against those of one list of all their samples.
#include "stats/pooled.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "stats/quantiles.h"

namespace ihc::stats {
namespace {

TEST(PooledQuantile, IsThatOfAllSamplesTogether) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::vector<double>> runs(1 + random() % 6);
    std::vector<double> all;
    for (auto& run : runs) {
      run.resize(random() % 40);
      for (double& value : run) value = static_cast<double>(random() % 25);  // many are equal
      std::sort(run.begin(), run.end());
      all.insert(all.end(), run.begin(), run.end());
    }
    std::sort(all.begin(), all.end());
    const Pool pool(runs.begin(), runs.end());
    EXPECT_EQ(pooled_count(pool), all.size());
    for (const double p : {0.0, 0.01, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0})
      EXPECT_EQ(pooled_quantile(pool, p), quantile_of_sorted(all, p, QuantileRule::nearest_rank))
          << round << " at " << p;
  }
}

TEST(PooledQuantile, OfNothingIsNothing) {
  EXPECT_FALSE(pooled_quantile({}, 0.5));
  EXPECT_FALSE(pooled_quantile({{}, {}}, 0.5));
  const std::vector<double> one{3};
  EXPECT_EQ(pooled_quantile({{}, one}, 0.5), 3);
  EXPECT_FALSE(pooled_quantile({one}, 1.5));
  EXPECT_FALSE(pooled_quantile({one}, std::nan("")));
}

}  // namespace
}  // namespace ihc::stats
