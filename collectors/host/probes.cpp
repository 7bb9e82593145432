#include "collectors/host/probes.h"

#include <cerrno>
#include <memory>

#include <dirent.h>
#include <sys/statvfs.h>

#include "base/files.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "collectors/workers/process_files.h"

namespace ihc {

namespace {

constexpr const char* kSharedMemory = "/dev/shm";
constexpr std::size_t kMaxThreadsRead = 65536;
constexpr std::size_t kMaxStatBytes = 4 * limits::kKiB;
constexpr char kUninterruptible = 'D';

// The numeric names in a directory; empty when it is gone, as that of a process that just ended.
std::vector<std::int64_t> numbers_in(const std::string& path) {
  std::vector<std::int64_t> numbers;
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(opendir(path.c_str()), closedir);
  if (!dir) return numbers;
  while (const dirent* entry = readdir(dir.get())) {
    const auto number = parse_number<std::int64_t>(entry->d_name);
    if (number && *number > 0) numbers.push_back(*number);
  }
  return numbers;
}

std::optional<std::int64_t> integer_member(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  const auto value = found->get<std::int64_t>();
  return value >= 0 ? std::optional(value) : std::nullopt;
}

}  // namespace

Result<std::string> probe_blocked_tasks(int) {
  Json document{{"call", "read(2) of /proc/*/task/*/stat"}, {"cut", false}, {"tasks", Json::array()}};
  std::size_t threads = 0;
  for (const std::int64_t pid : numbers_in("/proc")) {
    const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
    for (const std::int64_t tid : numbers_in(tasks)) {
      if (++threads > kMaxThreadsRead) {
        document["cut"] = true;
        return to_pretty_text(document);
      }
      const auto text = read_file(tasks + "/" + std::to_string(tid) + "/stat", kMaxStatBytes);
      const auto stat = text ? parse_task_stat(*text) : std::nullopt;
      if (!stat || stat->state != kUninterruptible) continue;
      document["tasks"].push_back(
          {{"pid", pid}, {"tid", tid}, {"name", stat->name}, {"start_time_ticks", stat->start_time_ticks}});
    }
  }
  return to_pretty_text(document);
}

Result<std::string> probe_shared_memory(int pid) {
  const std::string path = (pid > 0 ? "/proc/" + std::to_string(pid) + "/root" : std::string()) + kSharedMemory;
  struct statvfs status {};
  if (statvfs(path.c_str(), &status) != 0) return fail(error_from_errno(errno, path));
  Json document{{"call", "statvfs(3)"},
                {"path", kSharedMemory},
                {"size_bytes", status.f_blocks * status.f_frsize},
                {"available_bytes", status.f_bavail * status.f_frsize}};
  if (pid > 0) document["pid"] = pid;
  return to_pretty_text(document);
}

std::optional<std::vector<ProbedTask>> parse_blocked_tasks(std::string_view text) {
  const auto json = parse_json(text, "probes/blocked-tasks.json");
  if (!json || !json->is_object()) return std::nullopt;
  const auto list = json->find("tasks");
  if (list == json->end() || !list->is_array()) return std::nullopt;
  std::vector<ProbedTask> tasks;
  for (const Json& entry : *list) {
    if (!entry.is_object()) continue;
    const auto pid = integer_member(entry, "pid");
    const auto tid = integer_member(entry, "tid");
    const auto start = integer_member(entry, "start_time_ticks");
    const auto name = entry.find("name");
    if (!pid || !tid || !start || name == entry.end() || !name->is_string()) continue;
    tasks.push_back({*pid, *tid, *start, to_valid_utf8(name->get<std::string>())});
  }
  return tasks;
}

std::optional<SharedMemory> parse_shared_memory(std::string_view text) {
  const auto json = parse_json(text, "probes/shared-memory.json");
  if (!json || !json->is_object()) return std::nullopt;
  const auto size = integer_member(*json, "size_bytes");
  const auto available = integer_member(*json, "available_bytes");
  const auto path = json->find("path");
  if (!size || !available || path == json->end() || !path->is_string()) return std::nullopt;
  return SharedMemory{.path = to_valid_utf8(path->get<std::string>()),
                      .pid = integer_member(*json, "pid"),
                      .size_bytes = *size,
                      .available_bytes = *available};
}

}  // namespace ihc
