#include "collectors/numa_memory/memory_threads.h"

#include <filesystem>

#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "base/text.h"

namespace ihc {

namespace {

namespace fs = std::filesystem;

bool is_wanted(std::string_view name) {
  for (const char* start : {"khugepaged", "kcompactd", "kswapd", "ksmd"}) {
    if (name.starts_with(start)) return true;
  }
  return false;
}

// "12 (kswapd0) S 2 …": fields are counted after the name, which may hold anything.
std::optional<std::int64_t> ticks_of(std::string_view stat) {
  constexpr std::size_t kUserTime = 11;  // the 14th field; the third is the first after the name
  constexpr std::size_t kSystemTime = 12;
  const std::size_t end = stat.rfind(')');
  if (end == std::string_view::npos) return std::nullopt;
  const auto words = split_words(trim(stat.substr(end + 1)));
  if (words.size() <= kSystemTime) return std::nullopt;
  const auto user = parse_number<std::uint32_t>(words[kUserTime]);
  const auto system = parse_number<std::uint32_t>(words[kSystemTime]);
  if (!user || !system) return std::nullopt;
  return static_cast<std::int64_t>(*user) + *system;
}

}  // namespace

Result<std::string> probe_memory_threads(int) {
  constexpr std::size_t kStatBytes = 4096;
  Json threads = Json::array();
  std::error_code error;
  for (fs::directory_iterator process("/proc", error), end; !error && process != end; process.increment(error)) {
    if (!parse_number<std::uint32_t>(process->path().filename().string())) continue;
    const auto comm = read_file(process->path() / "comm", kStatBytes);
    if (!comm || !is_wanted(trim(*comm))) continue;
    const auto stat = read_file(process->path() / "stat", kStatBytes);
    const auto ticks = stat ? ticks_of(*stat) : std::nullopt;
    if (ticks) threads.push_back({{"name", to_valid_utf8(trim(*comm))}, {"ticks", *ticks}});
  }
  return to_pretty_text(Json{{"call", "/proc/PID/{comm,stat} of kernel threads"},
                             {"ticks_per_second", sysconf(_SC_CLK_TCK)},
                             {"threads", std::move(threads)}});
}

std::optional<std::map<std::string, std::int64_t>> parse_memory_threads(std::string_view text) {
  constexpr std::int64_t kMsPerSecond = 1000;
  constexpr std::int64_t kMostTicks = INT64_MAX / kMsPerSecond / 1000;
  const auto json = parse_json(text, "probes/memory-threads.json");
  if (!json || !json->is_object()) return std::nullopt;
  const auto rate = json->find("ticks_per_second");
  const auto threads = json->find("threads");
  if (rate == json->end() || !rate->is_number_unsigned() || *rate == 0 || threads == json->end() ||
      !threads->is_array()) {
    return std::nullopt;
  }
  std::map<std::string, std::int64_t> times;
  for (const Json& thread : *threads) {
    if (!thread.is_object()) continue;
    const auto name = thread.find("name");
    const auto ticks = thread.find("ticks");
    if (name == thread.end() || !name->is_string() || ticks == thread.end() || !ticks->is_number_unsigned()) continue;
    const auto count = ticks->get<std::uint64_t>();
    if (count > static_cast<std::uint64_t>(kMostTicks)) continue;
    std::int64_t& total = times[name->get<std::string>()];
    if (total <= kMostTicks) total += static_cast<std::int64_t>(count * kMsPerSecond / rate->get<std::uint64_t>());
  }
  return times;
}

}  // namespace ihc
