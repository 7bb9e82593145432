#include "collectors/perf/ratios.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <span>

#include "base/text.h"

namespace ihc {

namespace {

constexpr std::size_t kMaxTerms = 8;
using Terms = std::array<std::string_view, kMaxTerms>;

struct Ratio {
  std::string_view name;
  Terms numerator{};
  Terms denominator{};
  double factor = 1;
};

constexpr double kPerThousand = 1000;
constexpr double kGhzOfCyclesPerMs = 1e-6;

// Of several rows with one name, the first whose events were all counted holds. Events by generation:
//   Intel Nehalem … Ivy Bridge mem_load_uops_llc_miss_retired, Haswell and Broadwell mem_load_uops_l3_miss_retired,
//   from Skylake on mem_load_l3_miss_retired; offcore responses as ocr.* from Ice Lake on; E-core Xeons have none of
//   the first. AMD Zen 2 ls_refills_from_sys, Zen 3 ls_*_fills_from_sys.mem_io_*, from Zen 4 on …dram_io_*.
// Source: Intel perfmon event files; Linux tools/perf/pmu-events/arch/{x86,arm64}.
constexpr auto kRatios = std::to_array<Ratio>({
    {"ipc", {"instructions"}, {"cycles"}},
    {"ghz", {"cycles"}, {"task-clock"}, kGhzOfCyclesPerMs},
    {"ghz", {"cycles"}, {"cpu-clock"}, kGhzOfCyclesPerMs},
    {"branch_miss_ratio", {"branch-misses"}, {"branches"}},
    {"cache_miss_ratio", {"cache-misses"}, {"cache-references"}},
    {"l1d_load_miss_ratio", {"l1-dcache-load-misses"}, {"l1-dcache-loads"}},
    {"llc_load_miss_ratio", {"llc-load-misses"}, {"llc-loads"}},
    {"dtlb_load_miss_ratio", {"dtlb-load-misses"}, {"dtlb-loads"}},
    {"itlb_load_miss_ratio", {"itlb-load-misses"}, {"itlb-loads"}},
    {"node_load_miss_ratio", {"node-load-misses"}, {"node-loads"}},
    {"llc_load_misses_per_kilo_instruction", {"llc-load-misses"}, {"instructions"}, kPerThousand},
    {"cache_misses_per_kilo_instruction", {"cache-misses"}, {"instructions"}, kPerThousand},
    {"frontend_stall_ratio", {"stalled-cycles-frontend"}, {"cycles"}},
    {"backend_stall_ratio", {"stalled-cycles-backend"}, {"cycles"}},
    {"l3_miss_stall_ratio", {"memory_activity.stalls_l3_miss"}, {"cycles"}},
    {"l3_miss_stall_ratio", {"cycle_activity.stalls_l3_miss"}, {"cycles"}},
    {"memory_stall_ratio", {"stall_backend_mem"}, {"cycles"}},
    {"remote_load_ratio",
     {"mem_load_l3_miss_retired.remote_dram"},
     {"mem_load_retired.l1_hit", "mem_load_retired.l2_hit", "mem_load_retired.l3_hit",
      "mem_load_l3_miss_retired.local_dram", "mem_load_l3_miss_retired.remote_dram"}},
    {"remote_load_ratio", {"mem_load_l3_miss_retired.remote_dram"}, {"mem_inst_retired.all_loads"}},
    {"remote_load_ratio", {"mem_load_uops_l3_miss_retired.remote_dram"}, {"mem_uops_retired.all_loads"}},
    {"remote_dram_ratio",
     {"mem_load_l3_miss_retired.remote_dram"},
     {"mem_load_l3_miss_retired.local_dram", "mem_load_l3_miss_retired.remote_dram"}},
    {"remote_dram_ratio",
     {"ls_any_fills_from_sys.dram_io_far"},
     {"ls_any_fills_from_sys.dram_io_near", "ls_any_fills_from_sys.dram_io_far"}},
    {"remote_dram_ratio",
     {"ls_any_fills_from_sys.mem_io_remote"},
     {"ls_any_fills_from_sys.mem_io_local", "ls_any_fills_from_sys.mem_io_remote"}},
    {"remote_dram_ratio",
     {"ls_dmnd_fills_from_sys.dram_io_far"},
     {"ls_dmnd_fills_from_sys.dram_io_near", "ls_dmnd_fills_from_sys.dram_io_far"}},
    {"remote_dram_ratio",
     {"ls_dmnd_fills_from_sys.mem_io_remote"},
     {"ls_dmnd_fills_from_sys.mem_io_local", "ls_dmnd_fills_from_sys.mem_io_remote"}},
    {"remote_dram_ratio",
     {"ls_refills_from_sys.ls_mabresp_rmt_dram"},
     {"ls_refills_from_sys.ls_mabresp_lcl_dram", "ls_refills_from_sys.ls_mabresp_rmt_dram"}},
    {"remote_dram_ratio",
     {"mem_load_uops_l3_miss_retired.remote_dram"},
     {"mem_load_uops_l3_miss_retired.local_dram", "mem_load_uops_l3_miss_retired.remote_dram"}},
    {"remote_dram_ratio",
     {"mem_load_uops_llc_miss_retired.remote_dram"},
     {"mem_load_uops_llc_miss_retired.local_dram", "mem_load_uops_llc_miss_retired.remote_dram"}},
    {"ocr_remote_dram_ratio",
     {"ocr.demand_data_rd.remote_dram"},
     {"ocr.demand_data_rd.local_dram", "ocr.demand_data_rd.snc_dram", "ocr.demand_data_rd.remote_dram"}},
    {"ocr_remote_dram_ratio",
     {"ocr.demand_data_rd.remote_dram"},
     {"ocr.demand_data_rd.local_dram", "ocr.demand_data_rd.remote_dram"}},
    {"uncore_remote_dram_ratio",
     {"unc_cha_tor_inserts.ia_miss_drd_remote"},
     {"unc_cha_tor_inserts.ia_miss_drd_local", "unc_cha_tor_inserts.ia_miss_drd_remote"}},
    {"remote_access_ratio", {"remote_access"}, {"mem_access"}},
    {"remote_hitm_ratio",
     {"mem_load_l3_miss_retired.remote_hitm"},
     {"mem_load_l3_miss_retired.local_dram", "mem_load_l3_miss_retired.remote_dram",
      "mem_load_l3_miss_retired.remote_hitm", "mem_load_l3_miss_retired.remote_fwd"}},
    {"dram_fills_per_kilo_instruction",
     {"mem_load_l3_miss_retired.local_dram", "mem_load_l3_miss_retired.remote_dram"},
     {"instructions"},
     kPerThousand},
    {"dram_fills_per_kilo_instruction",
     {"ls_any_fills_from_sys.dram_io_near", "ls_any_fills_from_sys.dram_io_far"},
     {"instructions"},
     kPerThousand},
    {"dram_fills_per_kilo_instruction",
     {"ls_any_fills_from_sys.mem_io_local", "ls_any_fills_from_sys.mem_io_remote"},
     {"instructions"},
     kPerThousand},
    {"dram_fills_per_kilo_instruction",
     {"ls_refills_from_sys.ls_mabresp_lcl_dram", "ls_refills_from_sys.ls_mabresp_rmt_dram"},
     {"instructions"},
     kPerThousand},
    {"topdown_retiring_ratio",
     {"topdown-retiring"},
     {"topdown-retiring", "topdown-bad-spec", "topdown-fe-bound", "topdown-be-bound"}},
    {"topdown_backend_bound_ratio",
     {"topdown-be-bound"},
     {"topdown-retiring", "topdown-bad-spec", "topdown-fe-bound", "topdown-be-bound"}},
});

constexpr auto kAliases =
    std::to_array<std::pair<std::string_view, std::string_view>>({{"cpu-cycles", "cycles"},
                                                                  {"cpu_cycles", "cycles"},
                                                                  {"cpu_clk_unhalted.thread", "cycles"},
                                                                  {"inst_retired.any", "instructions"},
                                                                  {"inst_retired", "instructions"},
                                                                  {"branch-instructions", "branches"},
                                                                  {"l1-dcache-load", "l1-dcache-loads"},
                                                                  {"llc-load", "llc-loads"},
                                                                  {"node-load", "node-loads"}});

// Clocks belong to no PMU of the CPU, so every PMU's cycles may be divided by them.
bool is_clock(std::string_view name) { return name == "task-clock" || name == "cpu-clock"; }

/// Events of one PMU with the same modifiers, by their plain name.
struct Counted {
  std::string spelled;
  const PerfEvent* event;
};
using Events = std::map<std::string, Counted, std::less<>>;

struct Sum {
  double value = 0;
  std::vector<std::string> events;
  std::optional<double> min_running_pct;
};

std::optional<Sum> add_up(const Terms& terms, const Events& events) {
  Sum sum;
  for (const std::string_view term : terms) {
    if (term.empty()) break;
    const auto found = events.find(term);
    if (found == events.end()) return std::nullopt;
    const PerfEvent& event = *found->second.event;
    sum.value += *event.value;
    sum.events.push_back(found->second.spelled);
    if (event.running_pct && !is_clock(term)) {
      sum.min_running_pct = std::min(sum.min_running_pct.value_or(*event.running_pct), *event.running_pct);
    }
  }
  return sum;
}

std::optional<PerfRatio> compute(const Ratio& ratio, const Events& events) {
  auto numerator = add_up(ratio.numerator, events);
  auto denominator = add_up(ratio.denominator, events);
  if (!numerator || !denominator || denominator->value <= 0) return std::nullopt;
  PerfRatio result{.value = numerator->value / denominator->value * ratio.factor,
                   .numerator = std::move(numerator->events),
                   .denominator = std::move(denominator->events),
                   .min_running_pct = numerator->min_running_pct};
  if (denominator->min_running_pct) {
    result.min_running_pct =
        std::min(result.min_running_pct.value_or(*denominator->min_running_pct), *denominator->min_running_pct);
  }
  return result;
}

}  // namespace

PerfEventName perf_event_name(std::string_view event) {
  PerfEventName parts;
  const std::size_t open = event.find('/');
  const std::size_t close = event.rfind('/');
  std::string_view name = event;
  if (open != std::string_view::npos && close > open) {
    parts.pmu = event.substr(0, open);
    if (parts.pmu == "cpu") parts.pmu.clear();
    name = event.substr(open + 1, close - open - 1);
    parts.modifiers = event.substr(close + 1);
  }
  if (const std::size_t colon = name.rfind(':'); colon != std::string_view::npos && parts.modifiers.empty()) {
    parts.modifiers = name.substr(colon + 1);
    name = name.substr(0, colon);
  }
  // The precision of a sampled event is no other count: "cycles:P".
  std::erase_if(parts.modifiers, [](char c) { return c == 'p' || c == 'P'; });
  parts.name = to_lower(name);
  for (const auto& [alias, plain] : kAliases) {
    if (parts.name == alias) parts.name = plain;
  }
  return parts;
}

std::map<std::string, PerfRatio> perf_ratios(const std::map<std::string, PerfEvent>& events) {
  std::map<std::pair<std::string, std::string>, Events> groups;
  Events clocks;
  for (const auto& [spelled, event] : events) {
    if (event.status != "counted" || !event.value) continue;
    const PerfEventName parts = perf_event_name(spelled);
    if (is_clock(parts.name)) clocks.emplace(parts.name, Counted{spelled, &event});
    groups[{parts.pmu, parts.modifiers}].emplace(parts.name, Counted{spelled, &event});
  }
  struct Found {
    std::string key;
    PerfRatio ratio;
  };
  std::map<std::string, std::vector<Found>> found;
  for (auto& [which, group] : groups) {
    group.insert(clocks.begin(), clocks.end());
    std::set<std::string_view> done;
    for (const Ratio& spec : kRatios) {
      if (done.contains(spec.name)) continue;
      auto ratio = compute(spec, group);
      if (!ratio) continue;
      done.insert(spec.name);
      const std::string name(spec.name);
      const std::string prefix = which.first.empty() ? "" : which.first + "/";
      const std::string suffix = which.second.empty() ? "" : ":" + which.second;
      found[name].push_back({prefix + name + suffix, std::move(*ratio)});
    }
  }
  std::map<std::string, PerfRatio> ratios;
  for (auto& [name, all] : found) {
    // With cores of two kinds, what only one of them counted is that one's still.
    const bool is_hybrid = all.front().key.starts_with("cpu_");
    for (Found& one : all) ratios.emplace(all.size() == 1 && !is_hybrid ? name : one.key, std::move(one.ratio));
  }
  return ratios;
}

}  // namespace ihc
