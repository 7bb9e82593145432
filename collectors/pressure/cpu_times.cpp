#include "collectors/pressure/cpu_times.h"

#include <algorithm>
#include <array>

#include "base/limits.h"
#include "base/text.h"

namespace ihc {

namespace {

constexpr std::array<const char*, 10> kKinds{"user", "nice",    "system", "idle",  "iowait",
                                             "irq",  "softirq", "steal",  "guest", "guest_nice"};
constexpr std::size_t kFewestKinds = 4;  // Linux 2.4 had user, nice, system and idle

std::optional<std::string> cpu_name(std::string_view word) {
  if (!word.starts_with("cpu")) return std::nullopt;
  if (word.size() == 3) return "all";
  const auto number = parse_number<std::uint32_t>(word.substr(3));
  return number && *number <= limits::kMaxCpuId ? std::optional(std::to_string(*number)) : std::nullopt;
}

std::optional<Ticks> read_ticks(const std::vector<std::string_view>& words) {
  Ticks ticks;
  for (std::size_t at = 1; at < words.size() && at <= kKinds.size(); ++at) {
    const auto value = parse_number<std::int64_t>(words[at]);
    if (!value || *value < 0) return std::nullopt;
    ticks[kKinds[at - 1]] = *value;
  }
  return ticks.size() >= kFewestKinds ? std::optional(std::move(ticks)) : std::nullopt;
}

bool is_counter_name(std::string_view name) {
  constexpr std::array<std::string_view, 9> kNames{"intr",          "ctxt",    "btime", "processes", "procs_running",
                                                   "procs_blocked", "softirq", "page",  "swap"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

std::optional<std::int64_t> growth(const Ticks& last, const Ticks& first, const char* kind) {
  const auto after = last.find(kind);
  const auto before = first.find(kind);
  if (after == last.end() || before == first.end()) return std::nullopt;
  return after->second - before->second;
}

}  // namespace

Parsed<ProcStat> parse_proc_stat(std::string_view text) {
  Parsed<ProcStat> parsed;
  std::size_t columns = 0;
  for (const std::string_view line : split_lines(text)) {
    const auto words = split_words(line);
    if (words.empty()) continue;
    const auto cpu = cpu_name(words.front());
    auto ticks = cpu ? read_ticks(words) : std::nullopt;
    // All CPUs have the same columns: a line with fewer was cut.
    if (cpu && columns == 0) columns = words.size();
    if (ticks && words.size() != columns) ticks.reset();
    const std::int64_t count = words.size() > 1 ? parse_number<std::int64_t>(words[1]).value_or(-1) : -1;
    if (ticks) {
      parsed.value.cpus[*cpu] = std::move(*ticks);
    } else if (is_counter_name(words.front()) && count >= 0) {
      parsed.value.counters[std::string(words.front())] = count;
    } else {
      parsed.unparsed.add(line);
    }
  }
  return parsed;
}

CpuTime cpu_time(const std::string& cpu, const Ticks& last, const Ticks* first) {
  CpuTime time{.cpu = cpu, .ticks = last};
  if (first == nullptr) return time;
  double total = 0;
  std::map<std::string, double> delta;
  for (const char* kind : kKinds) {
    const auto grown = growth(last, *first, kind);
    if (!grown) continue;
    if (*grown < 0) return time;
    delta[kind] = static_cast<double>(*grown);
    // Guest time is in user and nice already.
    if (std::string_view(kind).starts_with("guest")) continue;
    total += static_cast<double>(*grown);
  }
  if (total <= 0) return time;
  const auto share = [&](const char* kind) -> std::optional<double> {
    return delta.contains(kind) ? std::optional(100 * delta[kind] / total) : std::nullopt;
  };
  time.user_pct = share("user");
  time.nice_pct = share("nice");
  time.system_pct = share("system");
  time.idle_pct = share("idle");
  time.iowait_pct = share("iowait");
  time.irq_pct = share("irq");
  time.softirq_pct = share("softirq");
  time.steal_pct = share("steal");
  if (delta.contains("guest")) time.guest_pct = 100 * (delta["guest"] + delta["guest_nice"]) / total;
  time.busy_pct = 100 * (delta["user"] + delta["nice"] + delta["system"] + delta["irq"] + delta["softirq"]) / total;
  return time;
}

std::optional<LoadAverage> parse_load_average(std::string_view text) {
  const auto words = split_words(trim(text));
  if (words.size() < 4) return std::nullopt;
  const auto one = parse_decimal(words[0]);
  const auto five = parse_decimal(words[1]);
  const auto fifteen = parse_decimal(words[2]);
  const auto tasks = split_key_value(words[3], '/');
  if (!one || !five || !fifteen || !tasks || *one < 0 || *five < 0 || *fifteen < 0) return std::nullopt;
  const auto runnable = parse_number<std::uint32_t>(tasks->first);
  const auto entities = parse_number<std::uint32_t>(tasks->second);
  if (!runnable || !entities) return std::nullopt;
  return LoadAverage{.one_minute = *one,
                     .five_minutes = *five,
                     .fifteen_minutes = *fifteen,
                     .runnable = *runnable,
                     .scheduling_entities = *entities};
}

}  // namespace ihc
