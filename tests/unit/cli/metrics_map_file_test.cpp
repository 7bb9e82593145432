// A person's metrics map: YAML in, the bundle's JSON out, and where it is wrong.

#include "cli/metrics_map_file.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "collectors/runtime_metrics/metrics_map.h"
#include "support/temporary_tree.h"

namespace ihc::test {
namespace {

Result<std::string> read_text(const std::string& yaml) {
  const TemporaryTree tree;
  tree.write("map.yaml", yaml);
  return read_metrics_map_file(tree.path() / "map.yaml");
}

TEST(MetricsMapFile, YamlBecomesTheBundlesJson) {
  const auto json = read_text(
      "roles:\n  polls: my_polls_total\n  ttft:\n    metrics:\n      - name: my_ttft\n        labels: {pool: a, shard: "
      "1}\n"
      "    unit: ms\n    scale: 1000\nsteal_definition: stolen_tasks_per_poll\n");
  ASSERT_TRUE(json) << to_string(json.error());
  const auto map = parse_metrics_map(*json, "map");
  ASSERT_TRUE(map);
  EXPECT_EQ(map->roles.at("polls").metrics.front().name, "my_polls_total");
  EXPECT_EQ(map->roles.at("ttft").metrics.front().labels, (MetricLabels{{"pool", "a"}, {"shard", "1"}}));
  EXPECT_EQ(map->roles.at("ttft").scale, 1000);
  EXPECT_EQ(map->steal_definition, "stolen_tasks_per_poll");
}

TEST(MetricsMapFile, WhatIsWrongIsNamed) {
  for (const char* yaml :
       {"", "roles: [a\n", "roles: {a: {metrics: []}}\n", "other: 1\n", "roles: {a: {metrics: m, scale: 0}}\n"}) {
    const auto json = read_text(yaml);
    ASSERT_FALSE(json) << yaml;
    EXPECT_EQ(json.error().code, ErrorCode::malformed) << yaml;
    EXPECT_NE(json.error().where.find("map.yaml"), std::string::npos) << yaml;
  }
  EXPECT_EQ(read_metrics_map_file("/nonexistent/map.yaml").error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace ihc::test
