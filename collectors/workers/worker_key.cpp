#include "collectors/workers/worker_key.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "base/sha256.h"
#include "base/text.h"

namespace ihc {

namespace {

// A title that the process gave itself, such as "VLLM::Worker_TP0", tells twins of one role apart.
std::optional<std::string> title_of(const WorkerIdentity& worker) {
  if (worker.arguments.empty() || worker.arguments.front().find("::") == std::string::npos) return worker.role;
  return std::string(trim(worker.arguments.front()));
}

bool has_lasting_unit(const WorkerIdentity& worker) {
  return worker.unit && worker.unit_kind == "service" && !worker.in_container;
}

// "vllm serve MODEL" and "sglang serve MODEL" take the model without an option.
std::optional<std::string> served_model(const std::vector<std::string>& arguments) {
  const auto serve = std::find(arguments.begin(), arguments.end(), "serve");
  if (serve == arguments.end() || serve + 1 == arguments.end() || (serve + 1)->starts_with('-')) return std::nullopt;
  return *(serve + 1);
}

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

std::string framework_key(const WorkerIdentity& worker) {
  std::string key = *worker.framework;
  auto model = option_value(worker.arguments, {"--model", "--model-path", "--model-id", "--model-repository", "-m"});
  if (!model) model = served_model(worker.arguments);
  const auto port = option_value(worker.arguments, {"--port", "--http-port"});
  if (model) key += " model=" + *model;
  if (port) key += " port=" + *port;
  if (const auto title = title_of(worker)) key += " process=" + *title;
  if (!worker.gpus.empty()) key += " gpus=" + joined(worker.gpus, ",");
  return key;
}

std::string command_key(const WorkerIdentity& worker) {
  constexpr std::size_t kHashDigits = 8;
  return worker.comm + "-" + sha256_hex(joined(worker.arguments, " ")).substr(0, kHashDigits);
}

// How many workers share each unit: alone, a worker is its unit.
std::map<std::string, int> unit_sizes(const std::vector<WorkerIdentity>& workers) {
  std::map<std::string, int> sizes;
  for (const WorkerIdentity& worker : workers) {
    if (has_lasting_unit(worker)) ++sizes[*worker.unit];
  }
  return sizes;
}

}  // namespace

std::optional<std::string> option_value(const std::vector<std::string>& arguments,
                                        const std::vector<std::string_view>& names) {
  for (std::size_t index = 0; index < arguments.size(); ++index) {
    const std::string_view argument = arguments[index];
    for (const std::string_view name : names) {
      if (argument == name && index + 1 < arguments.size()) return arguments[index + 1];
      if (argument.size() > name.size() && argument.starts_with(name) && argument[name.size()] == '=') {
        return std::string(argument.substr(name.size() + 1));
      }
    }
  }
  return std::nullopt;
}

std::vector<std::string> worker_keys(const std::vector<WorkerIdentity>& workers) {
  const std::map<std::string, int> sizes = unit_sizes(workers);
  std::vector<std::size_t> by_start(workers.size());
  std::iota(by_start.begin(), by_start.end(), std::size_t{0});
  std::sort(by_start.begin(), by_start.end(), [&workers](std::size_t left, std::size_t right) {
    const WorkerIdentity& a = workers[left];
    const WorkerIdentity& b = workers[right];
    return std::pair(a.start_time_ticks, a.pid) < std::pair(b.start_time_ticks, b.pid);
  });
  std::vector<std::string> keys(workers.size());
  std::map<std::string, int> used;
  for (const std::size_t index : by_start) {
    const WorkerIdentity& worker = workers[index];
    std::string key;
    if (has_lasting_unit(worker)) {
      key = *worker.unit;
      if (sizes.at(key) > 1) key += "/" + title_of(worker).value_or(worker.comm);
    } else {
      key = worker.framework ? framework_key(worker) : command_key(worker);
    }
    const int count = ++used[key];
    keys[index] = count == 1 ? key : key + "#" + std::to_string(count);
  }
  return keys;
}

}  // namespace ihc
