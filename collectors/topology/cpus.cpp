#include "collectors/topology/cpus.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "collectors/topology/cpuinfo.h"

namespace ihc {

namespace {

const std::string kCpuDir = "root/sys/devices/system/cpu/";

std::string cpu_dir(std::uint32_t cpu) { return kCpuDir + "cpu" + std::to_string(cpu) + "/"; }

// ---- packages and cores --------------------------------------------------------------------------------------------

struct CpuPlace {
  std::uint32_t cpu = 0;
  std::optional<std::int64_t> package;
  std::optional<std::int64_t> die;
  std::optional<CpuSet> siblings;          ///< of its core
  std::optional<CpuSet> package_siblings;  ///< read only from trees that have it; see packages_of
};

CpuPlace read_place(const Bundle& bundle, std::uint32_t cpu) {
  const std::string dir = cpu_dir(cpu) + "topology/";
  CpuPlace place{.cpu = cpu,
                 .package = integer_at(bundle, dir + "physical_package_id"),
                 .die = integer_at(bundle, dir + "die_id"),
                 .siblings = cpu_set_at(bundle, dir + "thread_siblings_list", dir + "thread_siblings"),
                 .package_siblings = cpu_set_at(bundle, dir + "core_siblings_list", dir + "core_siblings")};
  // The kernel writes -1 where the firmware or the architecture gives no number.
  if (place.package && *place.package < 0) place.package.reset();
  if (place.die && *place.die < 0) place.die.reset();
  return place;
}

// The SMT siblings of a core that are online; without sysfs topology nothing is known of it.
std::optional<std::vector<CpuSet>> cores_of(const std::vector<CpuPlace>& places, const CpuSet& online) {
  std::vector<CpuSet> cores;
  CpuSet covered;
  for (const CpuPlace& place : places) {
    if (!place.siblings || covered.contains(place.cpu)) continue;
    CpuSet core = *place.siblings & online;
    core.insert(place.cpu);
    covered = covered | core;
    cores.push_back(std::move(core));
  }
  return cores.empty() ? std::nullopt : std::optional(std::move(cores));
}

// Old firmware gives two packages one number; their CPUs' lists of package siblings tell them apart.
using PackageKey = std::pair<std::int64_t, std::string>;

std::optional<std::vector<Package>> packages_of(const std::vector<CpuPlace>& places,
                                                const std::optional<std::vector<CpuSet>>& cores) {
  std::map<PackageKey, std::vector<std::uint32_t>> cpus;
  std::map<PackageKey, std::set<std::int64_t>> dies;
  for (const CpuPlace& place : places) {
    if (!place.package) continue;
    const PackageKey key{*place.package, place.package_siblings ? place.package_siblings->to_list() : std::string()};
    cpus[key].push_back(place.cpu);
    if (place.die) dies[key].insert(*place.die);
  }
  if (cpus.empty()) return std::nullopt;
  std::vector<Package> packages;
  for (const auto& [key, numbers] : cpus) {
    Package package{.id = key.first, .cpus = CpuSet(numbers)};
    if (cores) {
      package.cores = std::count_if(cores->begin(), cores->end(),
                                    [&](const CpuSet& core) { return core.intersects(package.cpus); });
    }
    if (const auto found = dies.find(key); found != dies.end()) {
      package.dies = static_cast<std::int64_t>(found->second.size());
    }
    packages.push_back(std::move(package));
  }
  return packages;
}

void read_cores(const EvidenceReader& reader, const CpuSet& online, Topology& topology) {
  std::vector<CpuPlace> places;
  for (const std::uint32_t cpu : online.numbers()) places.push_back(read_place(reader.bundle(), cpu));
  const std::string first = places.empty() ? kCpuDir : cpu_dir(places.front().cpu) + "topology/";

  topology.core_siblings = cores_of(places, online);
  if (topology.core_siblings) {
    std::size_t widest = 0;
    for (const CpuSet& core : *topology.core_siblings) widest = std::max(widest, core.size());
    topology.cores = static_cast<std::int64_t>(topology.core_siblings->size());
    topology.threads_per_core = static_cast<std::int64_t>(widest);
    for (const char* pointer : {"/topology/core_siblings", "/topology/cores", "/topology/threads_per_core"}) {
      reader.facts().source(pointer, first + "thread_siblings_list");
    }
  } else {
    for (const char* pointer : {"/topology/core_siblings", "/topology/cores", "/topology/threads_per_core"}) {
      reader.explain(kCpuDir + "cpu*/topology/thread_siblings_list", pointer);
    }
  }
  topology.packages = packages_of(places, topology.core_siblings);
  if (!topology.packages) {
    for (const char* pointer : {"/topology/packages", "/topology/package_count"}) {
      reader.explain(kCpuDir + "cpu*/topology/physical_package_id", pointer);
    }
    return;
  }
  topology.package_count = static_cast<std::int64_t>(topology.packages->size());
  reader.facts().source("/topology/package_count", first + "physical_package_id");
  for (std::size_t index = 0; index < topology.packages->size(); ++index) {
    const std::uint32_t cpu = (*topology.packages)[index].cpus.numbers().front();
    reader.facts().source("/topology/packages/" + std::to_string(index), cpu_dir(cpu) + "topology/physical_package_id");
  }
}

// Kernels before 2.6.24 have no list of CPUs; an offline one has no topology, or says so itself.
CpuSet cpus_with_topology(const Bundle& bundle) {
  CpuSet cpus;
  for (const std::string& name : components_after(bundle.glob(kCpuDir + "cpu*/topology/*"), kCpuDir)) {
    const auto cpu = number_after(name, "cpu");
    if (cpu && integer_at(bundle, kCpuDir + name + "/online") != 0) cpus.insert(static_cast<std::uint32_t>(*cpu));
  }
  return cpus;
}

// "cpu0 16061947 902349 …": /proc/stat has a line for each online CPU, proc(5).
CpuSet cpus_with_statistics(const Bundle& bundle) {
  CpuSet cpus;
  const auto stat = bundle.text("root/proc/stat");
  for (const std::string_view line : split_lines(stat.value_or(std::string_view{}))) {
    if (!line.starts_with("cpu")) break;
    if (const auto cpu = number_after(line.substr(0, line.find(' ')), "cpu"))
      cpus.insert(static_cast<std::uint32_t>(*cpu));
  }
  return cpus;
}

void read_smt(const EvidenceReader& reader, Topology& topology) {
  const auto active = reader.integer(kCpuDir + "smt/active", "/topology/smt_active");
  if (active) topology.smt_active = *active != 0;
  topology.smt_control = reader.word(kCpuDir + "smt/control", "/topology/smt_control");
}

}  // namespace

std::optional<CpuSet> online_cpus(const Bundle& bundle) {
  if (auto online = cpu_set_at(bundle, kCpuDir + "online"); online && !online->empty()) return online;
  const auto cpuinfo = bundle.text("root/proc/cpuinfo");
  CpuSet found = cpuinfo ? parse_cpuinfo(*cpuinfo).value.processors : CpuSet{};
  if (found.empty()) found = cpus_with_statistics(bundle);
  // A kernel that has lists of CPUs has that of the online ones too: without it, their folders are what was read of
  // them.
  const bool has_lists = bundle.text(kCpuDir + "present") || bundle.text(kCpuDir + "possible");
  if (found.empty() && !has_lists) found = cpus_with_topology(bundle);
  return found.empty() ? std::nullopt : std::optional(std::move(found));
}

void read_cpus(const EvidenceReader& reader, Topology& topology) {
  topology.cpus_online = online_cpus(reader.bundle());
  if (topology.cpus_online) {
    for (const std::string& path : {kCpuDir + "online", std::string("root/proc/cpuinfo"),
                                    kCpuDir + "cpu0/topology/thread_siblings", std::string("root/proc/stat")}) {
      if (!reader.bundle().text(path)) continue;
      reader.facts().source("/topology/cpus_online", path);
      break;
    }
  } else {
    reader.explain(kCpuDir + "online", "/topology/cpus_online");
  }
  topology.cpus_present = reader.cpu_list(kCpuDir + "present", "/topology/cpus_present");
  topology.cpus_possible = reader.cpu_list(kCpuDir + "possible", "/topology/cpus_possible");
  topology.cpus_isolated = reader.cpu_list(kCpuDir + "isolated", "/topology/cpus_isolated");
  topology.cpus_nohz_full = reader.cpu_list(kCpuDir + "nohz_full", "/topology/cpus_nohz_full");
  if (topology.cpus_present && topology.cpus_online) {
    topology.cpus_offline = *topology.cpus_present - *topology.cpus_online;
    reader.facts().source("/topology/cpus_offline", kCpuDir + "present");
    reader.facts().source("/topology/cpus_offline", kCpuDir + "online");
  } else {
    reader.explain(kCpuDir + "present", "/topology/cpus_offline");
  }
  read_smt(reader, topology);
  if (topology.cpus_online) read_cores(reader, *topology.cpus_online, topology);
}

// ---- caches --------------------------------------------------------------------------------------------------------

namespace {

// Every online CPU of a machine with level-3 caches has one: a CPU without lost its files, and caches with them. Where
// none was read, a cache of which nobody can say the level may be one.
CpuSet cpus_without_read_l3(const Bundle& bundle, const Topology& topology) {
  CpuSet covered;
  for (const Cache& cache : *topology.caches) {
    if (cache.level == 3) covered = covered | cache.cpus;
  }
  const auto& expected = topology.cpus_online ? topology.cpus_online : topology.cpus_present;
  if (!covered.empty()) return expected ? *expected - covered : CpuSet{};
  CpuSet unread;
  for (const char* file : {"type", "size", "shared_cpu_list"}) {
    for (const std::string& path : bundle.glob(kCpuDir + "cpu*/cache/index*/" + file)) {
      const auto cpu = number_after(components_after({path}, kCpuDir).front(), "cpu");
      if (cpu && !bundle.text(path.substr(0, path.rfind('/')) + "/level"))
        unread.insert(static_cast<std::uint32_t>(*cpu));
    }
  }
  return unread;
}

}  // namespace

void read_caches(const EvidenceReader& reader, Topology& topology) {
  const Bundle& bundle = reader.bundle();
  using Key = std::tuple<std::int64_t, std::string, std::uint32_t, std::string>;
  std::map<Key, std::pair<Cache, std::string>> caches;
  for (const std::string& level_path : bundle.glob(kCpuDir + "cpu*/cache/index*/level")) {
    const std::string dir = level_path.substr(0, level_path.size() - std::string_view("level").size());
    const auto cpu = number_after(dir.substr(kCpuDir.size(), dir.find('/', kCpuDir.size()) - kCpuDir.size()), "cpu");
    const auto level = integer_at(bundle, level_path);
    const auto type = word_at(bundle, dir + "type");
    auto cpus = cpu_set_at(bundle, dir + "shared_cpu_list", dir + "shared_cpu_map");
    if (!cpu || !level || !type || !cpus || cpus->empty()) continue;
    const Key key{*level, to_lower(*type), cpus->numbers().front(), cpus->to_list()};
    if (caches.contains(key)) continue;
    const auto size = bundle.text(dir + "size");
    Cache cache{.level = *level,
                .type = to_lower(*type),
                .size_bytes = size ? parse_size_bytes(*size) : std::nullopt,
                .cpus = std::move(*cpus)};
    caches.emplace(key, std::pair(std::move(cache), dir));
  }
  const std::string sample = kCpuDir + "cpu*/cache/index*/level";
  if (caches.empty()) {
    reader.explain(sample, "/topology/caches");
    return reader.explain(sample, "/topology/l3_domains");
  }
  topology.caches.emplace();
  std::int64_t l3_domains = 0;
  for (auto& [key, entry] : caches) {
    // One file stands for the many of the inner levels; an outer cache is a place of its own and names its own.
    const bool outer = entry.first.level >= 3;
    const std::string pointer =
        outer ? "/topology/caches/" + std::to_string(topology.caches->size()) : "/topology/caches";
    if (outer || reader.facts().sources().count(pointer) == 0) {
      reader.facts().source(pointer, entry.second + "shared_cpu_list");
    }
    if (entry.first.level == 3) {
      ++l3_domains;
      reader.facts().source("/topology/l3_domains", entry.second + "shared_cpu_list");
    }
    topology.caches->push_back(std::move(entry.first));
  }
  const CpuSet unread = cpus_without_read_l3(bundle, topology);
  if (unread.empty()) {
    topology.l3_domains = l3_domains;
  } else {
    reader.missing("/topology/l3_domains", "file_absent",
                   "the level-3 cache of CPUs " + unread.to_list() + " was not read");
  }
}

}  // namespace ihc
