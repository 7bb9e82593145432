// What bpftrace printed, and what read() makes of it: the texts are of real runs, on kernel 6.18 with bpftrace 0.17.

#include <gtest/gtest.h>

#include "cli/read_facts.h"
#include "collectors/traces/bpf_maps.h"
#include "support/timed_bundle.h"

namespace ihc::test {
namespace {

constexpr const char* kTaskMoves =
    "{\"type\": \"attached_probes\", \"data\": {\"probes\": 3}}\n\n\n"
    "{\"type\": \"map\", \"data\": {\"@all\": 9}}\n"
    "{\"type\": \"map\", \"data\": {\"@begin\": 36808653404155}}\n"
    "{\"type\": \"map\", \"data\": {\"@end\": 36811164600870}}\n"
    "{\"type\": \"map\", \"data\": {\"@moves\": {\"4300,1,0\": 1, \"4300,0,3\": 2, \"77,2,3\": 4}}}\n";

constexpr const char* kPageMoves =
    "{\"type\": \"map\", \"data\": {\"@all\": 2078}}\n"
    "{\"type\": \"map\", \"data\": {\"@begin\": 36813835643729}}\n"
    "{\"type\": \"map\", \"data\": {\"@end\": 36833524419798}}\n"
    "{\"type\": \"map\", \"data\": {\"@failed\": {\"26251,python3,0\": 61}}}\n"
    "{\"type\": \"map\", \"data\": {\"@moved\": {\"26251,python3,0\": 330049, \"4242,vllm, again,5\": 7}}}\n";

Files two_nodes() {
  return {{"probes/discovery.json",
           "{\"method\": \"pid\", \"workers\": [{\"pid\": 4242, \"comm\": \"vllm\", \"found_by\": \"pid\"}]}"},
          {"root/proc/4242/task/4242/stat", "4242 (vllm) S 1"},
          {"root/proc/4242/task/4300/stat", "4300 (vllm) S 1"},
          {"root/sys/devices/system/node/node0/cpulist", "0-1\n"},
          {"root/sys/devices/system/node/node1/cpulist", "2-3\n"}};
}

TEST(BpfMaps, NumbersAndKeys) {
  const auto parsed = parse_bpf_maps(kTaskMoves);
  EXPECT_FALSE(parsed.unparsed.any());
  EXPECT_EQ(parsed.value.number("@all"), 9);
  EXPECT_EQ(parsed.value.map("@moves").size(), 3u);
  EXPECT_TRUE(parsed.value.map("@none").empty());
  EXPECT_NEAR(parsed.value.seconds().value_or(0), 2.511, 0.001);
}

TEST(BpfMaps, WhatIsNoCountIsNotTaken) {
  const auto parsed =
      parse_bpf_maps("{\"type\": \"map\", \"data\": {\"@a\": -1, \"@b\": \"x\", \"@c\": {\"1\": -2}}}\nlost\n");
  EXPECT_EQ(parsed.unparsed.lines, 2u);
  EXPECT_EQ(parsed.value.number("@a"), std::nullopt);
  EXPECT_TRUE(parsed.value.map("@c").empty());
}

TEST(BpfMaps, ANameMayHoldCommas) {
  const auto key = parse_process_key("4242,vllm, again,5");
  ASSERT_TRUE(key);
  EXPECT_EQ(key->pid, 4242);
  EXPECT_EQ(key->process, "vllm, again");
  EXPECT_EQ(key->last, "5");
  EXPECT_FALSE(parse_process_key("4242,5"));
  EXPECT_FALSE(parse_process_key("x,y,5"));
}

TEST(Traces, MovesOfAWorkersThreadsAndAcrossNodes) {
  Files files = two_nodes();
  files["commands/bpf-task-migrations/stdout"] = kTaskMoves;
  const auto facts = read_facts(*bundle_of(files)).facts;
  ASSERT_TRUE(facts.traces && facts.traces->task_moves);
  const TaskMoveTrace& trace = *facts.traces->task_moves;
  EXPECT_EQ(trace.moves, 9);
  EXPECT_EQ(trace.moves_not_told, 2);
  EXPECT_EQ(trace.cross_node, 2);
  ASSERT_EQ(trace.by_worker.size(), 2u);
  EXPECT_EQ(trace.by_worker[0].worker_pid, 4242);
  EXPECT_EQ(trace.by_worker[0].moves, 3);
  EXPECT_EQ(trace.by_worker[0].cross_node, 2);
  EXPECT_EQ(trace.by_worker[1].worker_pid, std::nullopt);
  EXPECT_EQ(trace.by_worker[1].moves, 4);
}

TEST(Traces, WithoutNodesNothingIsSaidOfCrossing) {
  Files files = two_nodes();
  files.erase("root/sys/devices/system/node/node1/cpulist");
  files["commands/bpf-task-migrations/stdout"] = kTaskMoves;
  const auto builder = read_facts(*bundle_of(files));
  ASSERT_TRUE(builder.facts.traces && builder.facts.traces->task_moves);
  EXPECT_EQ(builder.facts.traces->task_moves->cross_node, std::nullopt);
}

TEST(Traces, PagesByProcessAndReason) {
  Files files = two_nodes();
  files["commands/bpf-page-migrations/stdout"] = kPageMoves;
  const auto facts = read_facts(*bundle_of(files)).facts;
  ASSERT_TRUE(facts.traces && facts.traces->page_moves);
  const auto& moves = facts.traces->page_moves->moves;
  ASSERT_EQ(moves.size(), 2u);
  EXPECT_EQ(moves[0].reason, "compaction");
  EXPECT_EQ(moves[0].pages_failed, 61);
  EXPECT_EQ(moves[1].reason, "numa_misplaced");
  EXPECT_EQ(moves[1].worker_pid, 4242);
}

TEST(Traces, ATextWithoutItsEndIsNoCount) {
  Files files = two_nodes();
  files["commands/bpf-task-migrations/stdout"] = "{\"type\": \"attached_probes\", \"data\": {\"probes\": 3}}\n";
  const auto builder = read_facts(*bundle_of(files));
  EXPECT_FALSE(builder.facts.traces);
  EXPECT_EQ(builder.missing().at("/traces/task_moves").reason, "failed");
}

TEST(Traces, NotAskedIsSaid) {
  const auto builder = read_facts(*bundle_of(two_nodes()));
  EXPECT_FALSE(builder.facts.traces);
  EXPECT_EQ(builder.missing().at("/traces/policy_calls").reason, "not_asked");
}

}  // namespace
}  // namespace ihc::test
