#include "bench/load/client.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/cpu_set.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/text.h"
#include "bench/affinity.h"

namespace ihc::bench {

namespace {

namespace fs = std::filesystem;

constexpr double kNsPerSecond = 1e9;
constexpr int kHexadecimal = 16;
/// Column "st" of /proc/net/tcp: TCP_LISTEN of the kernel's net/tcp_states.h.
constexpr std::string_view kListening = "0A";

std::string small_file(const std::string& path) {
  const auto text = read_file(path, limits::kMaxFileBytes);
  return text ? std::string(trim(*text)) : std::string();
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

std::optional<std::string> nodes_of(const CpuSet& cpus) {
  CpuSet nodes;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/sys/devices/system/node", error)) {
    const std::string name = entry.path().filename();
    const auto number = name.starts_with("node") ? parse_number<std::uint32_t>(name.substr(4)) : std::nullopt;
    if (!number) continue;
    const auto theirs = CpuSet::parse_list(small_file(entry.path() / "cpulist"));
    if (theirs && theirs->intersects(cpus)) nodes.insert(*number);
  }
  if (nodes.empty()) return std::nullopt;
  return nodes.to_list();
}

std::vector<std::string> governors_of(const CpuSet& cpus) {
  std::set<std::string> governors;
  for (const std::uint32_t cpu : cpus.numbers()) {
    std::string governor =
        small_file("/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/cpufreq/scaling_governor");
    if (!governor.empty()) governors.insert(std::move(governor));
  }
  return {governors.begin(), governors.end()};
}

std::optional<std::string> status_value(std::string_view status, std::string_view key) {
  for (const std::string_view line : split_lines(status)) {
    const auto pair = split_key_value(line, ':');
    if (pair && pair->first == key) return std::string(pair->second);
  }
  return std::nullopt;
}

bool holds_socket(const fs::path& process, const std::set<std::string>& links) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(process / "fd", error)) {
    std::error_code unreadable;
    if (links.contains(fs::read_symlink(entry.path(), unreadable).string())) return true;
  }
  return false;
}

/// The lowest PID that holds one of these sockets: of a server and its forked children the parent.
std::optional<int> holder_of(const std::set<std::string>& links) {
  std::optional<int> holder;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    const auto pid = parse_number<int>(entry.path().filename().string());
    if (!pid || (holder && *holder < *pid)) continue;
    if (holds_socket(entry.path(), links)) holder = pid;
  }
  return holder;
}

}  // namespace

ClientUse client_use() {
  ClientUse use{.at_ns = monotonic_now_ns()};
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0) {
    use.cpu_s = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
    use.involuntary_switches = usage.ru_nivcsw;
    use.voluntary_switches = usage.ru_nvcsw;
  }
  // "running-ns waiting-ns timeslices" (Documentation/scheduler/sched-stats.rst).
  const std::string schedstat = small_file("/proc/self/schedstat");
  const auto words = split_words(schedstat);
  const auto waited_ns = words.size() >= 2 ? parse_number<std::int64_t>(words[1]) : std::nullopt;
  if (waited_ns) use.run_delay_s = static_cast<double>(*waited_ns) / kNsPerSecond;
  return use;
}

ClientHealth client_health(const ClientUse& before, const ClientUse& after) {
  ClientHealth health;
  const CpuSet cpus = affinity_of(0);
  health.pid = ::getpid();
  if (!cpus.empty()) health.cpus_allowed = cpus.to_list();
  health.nodes = nodes_of(cpus);
  health.governors = governors_of(cpus);
  health.wall_s = static_cast<double>(after.at_ns - before.at_ns) / kNsPerSecond;
  health.cpu_s = after.cpu_s - before.cpu_s;
  if (before.run_delay_s && after.run_delay_s) health.run_delay_s = *after.run_delay_s - *before.run_delay_s;
  health.involuntary_switches = after.involuntary_switches - before.involuntary_switches;
  health.voluntary_switches = after.voluntary_switches - before.voluntary_switches;
  return health;
}

std::vector<std::uint64_t> listening_inodes(std::string_view text, std::uint16_t port) {
  //   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
  //    0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12345 1 …
  constexpr std::size_t kLocal = 1;
  constexpr std::size_t kState = 3;
  constexpr std::size_t kInode = 9;
  std::vector<std::uint64_t> inodes;
  for (const std::string_view line : split_lines(text)) {
    const auto words = split_words(line);
    if (words.size() <= kInode || words[kState] != kListening) continue;
    const std::size_t colon = words[kLocal].rfind(':');
    if (colon == std::string_view::npos) continue;
    const auto local = parse_number<std::uint16_t>(words[kLocal].substr(colon + 1), kHexadecimal);
    const auto inode = parse_number<std::uint64_t>(words[kInode]);
    if (local == port && inode.value_or(0) != 0) inodes.push_back(*inode);
  }
  return inodes;
}

void look_for_local_server(std::uint16_t port, ServerSeen& server) {
  std::set<std::string> links;
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    for (const std::uint64_t inode : listening_inodes(small_file(table), port))
      links.insert("socket:[" + std::to_string(inode) + "]");
  }
  if (links.empty()) return;
  server.pid = holder_of(links);
  if (!server.pid) return;
  const std::string status = small_file("/proc/" + std::to_string(*server.pid) + "/status");
  server.cpus_allowed = status_value(status, "Cpus_allowed_list");
  server.mems_allowed = status_value(status, "Mems_allowed_list");
}

}  // namespace ihc::bench
