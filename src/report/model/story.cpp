#include "report/model/story.h"

#include <optional>

#include "base/cpu_set.h"
#include "base/json_read.h"
#include "report/format.h"

namespace ihc::report {

namespace {

// Bytes on nodes other than those of the worker's GPUs, as a percentage; nothing when either side is not known.
std::optional<double> remote_pct(const Json& worker) {
  const auto nodes = CpuSet::parse_list(string_at(worker, "gpu_nodes"));
  const Json& bytes = at(worker, "bytes_by_node");
  if (!nodes || nodes->empty() || !bytes.is_object()) return std::nullopt;
  double remote = 0;
  double total = 0;
  for (const auto& [node, value] : bytes.items()) {
    const auto number = CpuSet::parse_list(node);
    if (!number || !value.is_number()) return std::nullopt;
    total += value.get<double>();
    if (!number->is_subset_of(*nodes)) remote += value.get<double>();
  }
  if (total <= 0) return std::nullopt;
  return 100 * remote / total;
}

void tell_workers(Story& story, const Json& facts, const Words& words) {
  double worst_remote = 0;
  double worst_wait = 0;
  for (const Json& worker : list_at(facts, "workers")) {
    if (const auto remote = remote_pct(worker); remote && *remote > worst_remote) {
      worst_remote = *remote;
      story.remote_memory = percent_text(*remote, words);
      story.worker_name = string_at(worker, "name");
    }
    if (const auto wait = number_at(worker, "run_delay_share"); wait && *wait > worst_wait) {
      worst_wait = *wait;
      story.waited = percent_text(100 * *wait, words);
    }
  }
}

std::string join_texts(const Json& list) {
  std::string text;
  for (const Json& element : list) {
    if (element.is_string()) text += (text.empty() ? "" : ", ") + element.get<std::string>();
  }
  return text;
}

}  // namespace

Story make_story(const ReportInput& input, const Words& words) {
  const Json& topology = at(input.facts, "topology");
  Story story;
  if (const auto cpus = CpuSet::parse_list(string_at(topology, "cpus_online")); cpus && !cpus->empty())
    story.cpu_count = std::to_string(cpus->size());
  if (const auto nodes = integer_at(topology, "cpu_node_count")) {
    story.node_count = std::to_string(*nodes);
    story.is_one_node = *nodes == 1;
    story.is_many_nodes = *nodes > 1;
  }
  const std::size_t gpus = list_at(input.facts, "gpus").size();
  story.has_gpus = gpus > 0;
  if (story.has_gpus) story.gpu_count = std::to_string(gpus);
  tell_workers(story, input.facts, words);
  story.governors = join_texts(list_at(at(input.facts, "frequency"), "governors"));
  return story;
}

}  // namespace ihc::report
