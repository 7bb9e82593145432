// The few facts of this node that the Feynman section weaves into its text. A fact that is not known is empty, and the
// sentence about it is then left out.
#pragma once

#include "facts/describe.h"
#include "report/input.h"
#include "report/words.h"

namespace ihc::report {

struct Story {
  std::string cpu_count;
  std::string node_count;
  bool is_one_node = false;
  bool is_many_nodes = false;
  std::string gpu_count;
  bool has_gpus = false;
  std::string worker_name;
  std::string remote_memory;
  std::string waited;
  std::string governors;
};

Story make_story(const ReportInput& input, const Words& words);

}  // namespace ihc::report

namespace ihc {

template <>
struct Describe<report::Story> {
  using T = report::Story;
  static constexpr std::string_view kName = "story";
  static constexpr auto kFields = std::tuple{
      field("cpu_count", &T::cpu_count, "online CPUs"),
      field("node_count", &T::node_count, "NUMA nodes with CPUs"),
      field("is_one_node", &T::is_one_node, "exactly one"),
      field("is_many_nodes", &T::is_many_nodes, "two or more"),
      field("gpu_count", &T::gpu_count, "number of GPUs, when there is one or more"),
      field("has_gpus", &T::has_gpus, "there is a GPU"),
      field("worker_name", &T::worker_name, "the worker that the next two speak of"),
      field("remote_memory", &T::remote_memory, "the largest share of a worker's memory off its GPUs' nodes"),
      field("waited", &T::waited, "the largest share of a worker's time spent waiting for a CPU"),
      field("governors", &T::governors, "governors in use")};
};

}  // namespace ihc
