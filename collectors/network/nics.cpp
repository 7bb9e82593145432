#include "collectors/network/nics.h"

#include <algorithm>
#include <set>

#include "collectors/network/ethtool.h"
#include "collectors/network/ethtool_text.h"
#include "collectors/pci/devices.h"
#include "collectors/reading/window_texts.h"

namespace ihc {

namespace {

const std::string kNetDir = "root/sys/class/net/";
const std::string kProbe = "probes/ethtool.json";
const std::string kProbeAfter = "probes/ethtool-after.json";

using Counts = std::map<std::string, std::int64_t>;

std::optional<EthtoolReport> read_report(const Bundle& bundle, const std::string& path) {
  const auto text = bundle.text(path);
  if (!text) return std::nullopt;
  auto report = parse_ethtool_report(*text);
  return report ? std::optional(std::move(*report)) : std::nullopt;
}

const EthtoolInterface* interface_in(const std::optional<EthtoolReport>& report, const std::string& name) {
  if (!report) return nullptr;
  const auto found = report->find(name);
  return found == report->end() ? nullptr : &found->second;
}

// What someone saved of ethtool, where no probe asked the driver.
void add_texts(const EvidenceReader& reader, std::optional<EthtoolReport>& report) {
  for (const std::string& path : reader.bundle().glob("commands/ethtool*/stdout")) {
    Parsed<EthtoolReport> parsed = parse_ethtool_text(*reader.bundle().text(path));
    if (parsed.unparsed.any()) reader.unparsed("/nics", "partial: " + path, parsed.unparsed);
    if (parsed.value.erase("") > 0) reader.missing("/nics", "parse_error", path + " does not name its interface");
    if (!parsed.value.empty()) reader.facts().source("/nics", path);
    if (!report) report.emplace();
    for (auto& [name, interface] : parsed.value) {
      EthtoolInterface& known = (*report)[name];
      if (!known.driver) known.driver = interface.driver;
      if (!known.version) known.version = interface.version;
      if (!known.firmware) known.firmware = interface.firmware;
      if (!known.rings) known.rings = interface.rings;
      if (!known.channels) known.channels = interface.channels;
      known.coalescing.merge(interface.coalescing);
      known.features.merge(interface.features);
      known.statistics.merge(interface.statistics);
    }
  }
}

struct Reports {
  std::optional<EthtoolReport> before;
  std::optional<EthtoolReport> after;
};

// ---- sysfs ---------------------------------------------------------------------------------------------------------

// Growth of each counter that did not go backwards: one reset counter says nothing about its neighbours here, because
// each is a file of its own.
struct Sampled {
  Counts last;
  Counts delta;
};

Sampled counters_in(const Bundle& bundle, const std::string& directory) {
  Sampled counters;
  for (const std::string& path : window_paths(bundle, directory + "*")) {
    const auto texts = window_texts(bundle, path);
    const auto last = texts ? parse_number<std::int64_t>(texts->last) : std::nullopt;
    if (!last || *last < 0) continue;
    const std::string name = to_valid_utf8(path.substr(path.rfind('/') + 1));
    counters.last[name] = *last;
    const auto first = texts->first ? parse_number<std::int64_t>(*texts->first) : std::nullopt;
    if (first && *last >= *first) counters.delta[name] = *last - *first;
  }
  return counters;
}

void add_link(const Bundle& bundle, const std::string& dir, Nic& nic) {
  if (const auto state = word_at(bundle, dir + "operstate"); state && *state != "unknown") nic.is_up = *state == "up";
  // An interface that is down, and most virtual hardware, answers EINVAL or -1: no speed is known then.
  const auto speed = integer_at(bundle, dir + "speed");
  if (speed && *speed > 0) nic.speed_mbps = speed;
  if (const auto duplex = word_at(bundle, dir + "duplex"); duplex && *duplex != "unknown") nic.duplex = duplex;
  nic.mtu = integer_at(bundle, dir + "mtu");
  const auto texts = window_texts(bundle, dir + "carrier_changes");
  const auto last = texts ? parse_number<std::int64_t>(texts->last) : std::nullopt;
  const auto first = texts && texts->first ? parse_number<std::int64_t>(*texts->first) : std::nullopt;
  nic.carrier_changes = last;
  if (first && last && *last >= *first) nic.carrier_changes_delta = *last - *first;
}

void add_queues(const Bundle& bundle, const std::string& dir, Nic& nic) {
  std::vector<std::string> paths = bundle.glob(dir + "queues/*/rps_cpus");
  for (std::string& path : bundle.glob(dir + "queues/*/xps_cpus")) paths.push_back(std::move(path));
  for (std::string& path : bundle.glob(dir + "queues/*/rps_flow_cnt")) paths.push_back(std::move(path));
  std::vector<NicQueue> queues;
  for (const std::string& name : components_after(paths, dir + "queues/")) {
    const std::string queue_dir = dir + "queues/" + name + "/";
    const auto mask = bundle.text(queue_dir + (name.starts_with("rx") ? "rps_cpus" : "xps_cpus"));
    queues.push_back({.name = to_valid_utf8(name),
                      .cpus = mask ? CpuSet::parse_mask(trim(*mask)) : std::nullopt,
                      .flow_entries = integer_at(bundle, queue_dir + "rps_flow_cnt")});
  }
  if (!queues.empty()) nic.queues = std::move(queues);
}

// "upper_bond0" names what is built on an interface; on that may be a VLAN.
void add_uppers(const Bundle& bundle, Nic& nic) {
  std::vector<std::string> uppers;
  std::set<std::string> seen{nic.name};
  std::vector<std::string> next{nic.name};
  while (!next.empty()) {
    std::vector<std::string> above;
    for (const std::string& lower : next) {
      for (const std::string& path : bundle.glob(kNetDir + lower + "/upper_*")) {
        std::string upper = path.substr(path.rfind("/upper_") + 7);
        if (seen.insert(upper).second) above.push_back(std::move(upper));
      }
    }
    for (const std::string& upper : above) uppers.push_back(to_valid_utf8(upper));
    next = std::move(above);
  }
  if (!uppers.empty()) nic.upper_interfaces = std::move(uppers);
}

// ---- the driver's word ---------------------------------------------------------------------------------------------

Counts losses(const Counts& statistics) {
  Counts found;
  for (const auto& [name, value] : statistics) {
    if (tells_of_loss(name)) found[name] = value;
  }
  return found;
}

void add_driver(const Reports& reports, Nic& nic) {
  const EthtoolInterface* before = interface_in(reports.before, nic.name);
  const EthtoolInterface* after = interface_in(reports.after, nic.name);
  const EthtoolInterface* now = after != nullptr ? after : before;
  if (now == nullptr) return;
  if (!nic.driver) nic.driver = now->driver;
  nic.driver_version = now->version;
  nic.firmware_version = now->firmware;
  nic.rings = now->rings;
  nic.channels = now->channels;
  if (!now->coalescing.empty()) nic.coalescing = now->coalescing;
  if (!now->features.empty()) nic.features = now->features;
  if (!now->statistics.empty()) nic.driver_statistics = losses(now->statistics);
  if (before == nullptr || after == nullptr || !nic.driver_statistics) return;
  Counts delta;
  for (const auto& [name, value] : *nic.driver_statistics) {
    const auto earlier = before->statistics.find(name);
    if (earlier != before->statistics.end() && value >= earlier->second) delta[name] = value - earlier->second;
  }
  nic.driver_statistics_delta = std::move(delta);
}

void add_irqs(const EvidenceReader& reader, Nic& nic) {
  std::vector<std::string> keys;
  if (!reader.facts().facts.irqs) return;
  for (const Irq& irq : *reader.facts().facts.irqs) {
    if (irq.nic == nic.name) keys.push_back(irq.key);
  }
  if (!keys.empty()) nic.irq_keys = std::move(keys);
}

// ---- one interface -------------------------------------------------------------------------------------------------

std::optional<Nic> read_nic(const EvidenceReader& reader, const std::string& name, const Reports& reports) {
  const Bundle& bundle = reader.bundle();
  const std::string link(trim(bundle.text(kNetDir + name).value_or(std::string_view{})));
  if (link.empty() || link.find("/virtual/") != std::string::npos) return std::nullopt;
  const std::string dir = kNetDir + name + "/";
  Nic nic{.name = to_valid_utf8(name), .address = last_pci_address(link)};
  add_link(bundle, dir, nic);
  if (nic.address) {
    const std::string device = "root/sys/bus/pci/devices/" + *nic.address + "/";
    const auto node = integer_at(bundle, device + "numa_node");
    if (node && *node >= 0) nic.numa_node = node;
    nic.local_cpus = cpu_set_at(bundle, device + "local_cpulist");
    if (const auto driver = word_at(bundle, device + "driver")) nic.driver = driver->substr(driver->rfind('/') + 1);
  }
  Sampled statistics = counters_in(bundle, dir + "statistics/");
  if (!statistics.last.empty()) nic.statistics = std::move(statistics.last);
  if (!statistics.delta.empty()) nic.statistics_delta = std::move(statistics.delta);
  add_driver(reports, nic);
  add_queues(bundle, dir, nic);
  add_uppers(bundle, nic);
  add_irqs(reader, nic);
  return nic;
}

// Whether a probe holds an interface; one that it lacks was not asked, and that says nothing of its driver.
bool holds(const std::optional<EthtoolReport>& report, const Nic& nic) {
  return interface_in(report, nic.name) != nullptr;
}

void note_driver_growth(const EvidenceReader& reader, const std::string& pointer, const Reports& reports,
                        const Nic& nic) {
  if (nic.driver_statistics_delta) return;
  for (const auto& [report, path] : {std::pair(&reports.before, &kProbe), std::pair(&reports.after, &kProbeAfter)}) {
    if (holds(*report, nic)) continue;
    if (report->has_value()) return reader.missing(pointer, "file_absent", *path + " does not have it");
    const bool was_asked = path == &kProbe || reader.bundle().find(*path);
    if (was_asked) return reader.explain(*path, pointer);
    return reader.missing(pointer, "interval_too_short", "a delta needs two readings; collect with a window");
  }
  reader.missing(pointer, "structural", "the driver does not say");
}

// Virtual hardware has no speed, and says so. A card that is down has one, which the kernel tells only when it is up.
void note_speed(const EvidenceReader& reader, const std::string& pointer, const std::string& dir, const Nic& nic) {
  const std::string link(trim(reader.bundle().text(kNetDir + nic.name).value_or(std::string_view{})));
  const auto told = reader.bundle().text(dir + "speed");
  if (nic.speed_mbps) return reader.facts().source(pointer, dir + "speed");
  if (told && link.find("/virtio") != std::string::npos) {
    return reader.missing(pointer, "structural", "a virtual card has no speed of its own");
  }
  if (nic.is_up == false) return reader.missing(pointer, "file_absent", "the kernel tells no speed while it is down");
  if (told) return reader.missing(pointer, "file_absent", "the driver names no speed");
  reader.explain(dir + "speed", pointer);
}

void note_sources(const EvidenceReader& reader, const std::string& pointer, const Reports& reports, const Nic& nic) {
  const std::string dir = kNetDir + nic.name + "/";
  FactsBuilder& facts = reader.facts();
  facts.source(pointer, kNetDir + nic.name);
  if (nic.address) {
    const std::string path = "root/sys/bus/pci/devices/" + *nic.address + "/numa_node";
    if (nic.numa_node) {
      facts.source(pointer + "/numa_node", path);
    } else if (reader.bundle().text(path)) {
      reader.missing(pointer + "/numa_node", "structural", "the firmware gives this device no node");
    } else {
      reader.explain(path, pointer + "/numa_node");
    }
  } else {
    reader.missing(pointer + "/address", "structural", "it has no PCI device");
  }
  const struct {
    const char* name;
    bool is_there;
    std::string path;
  } rows[] = {{"/is_up", nic.is_up.has_value(), dir + "operstate"},
              {"/duplex", nic.duplex.has_value(), dir + "duplex"},
              {"/mtu", nic.mtu.has_value(), dir + "mtu"},
              {"/carrier_changes", nic.carrier_changes.has_value(), dir + "carrier_changes"},
              {"/statistics", nic.statistics.has_value(), dir + "statistics/rx_dropped"},
              {"/driver_statistics", nic.driver_statistics.has_value(), kProbe},
              {"/rings", nic.rings.has_value(), kProbe},
              {"/channels", nic.channels.has_value(), kProbe},
              {"/coalescing", nic.coalescing.has_value(), kProbe},
              {"/features", nic.features.has_value(), kProbe},
              {"/queues", nic.queues.has_value(), dir + "queues/rx-0/rps_cpus"}};
  for (const auto& row : rows) {
    if (row.is_there) {
      facts.source(pointer + row.name, row.path);
    } else if (row.path == kProbe && reader.bundle().text(kProbe) && !holds(reports.before, nic)) {
      reader.missing(pointer + row.name, "file_absent", kProbe + " does not have it");
    } else if (reader.bundle().text(row.path)) {
      reader.missing(pointer + row.name, "structural", "the driver does not say");
    } else {
      reader.explain(row.path, pointer + row.name);
    }
  }
  note_speed(reader, pointer + "/speed_mbps", dir, nic);
  note_driver_growth(reader, pointer + "/driver_statistics_delta", reports, nic);
  for (const auto& [name, is_there] : {std::pair("/statistics_delta", nic.statistics_delta.has_value()),
                                       std::pair("/carrier_changes_delta", nic.carrier_changes_delta.has_value())}) {
    if (!is_there) reader.missing(pointer + name, "interval_too_short", "a delta needs two readings");
  }
}

// An interface that has files and no link, and may be a card. The probe asks all that have a device: what it lacks is
// of software, as the interfaces of containers are, which come and go while a collection looks.
std::optional<std::string> interface_without_link(const Bundle& bundle) {
  const auto probed = read_report(bundle, kProbe);
  for (const std::string& name : components_after(bundle.glob(kNetDir + "*/*"), kNetDir)) {
    if (name != "lo" && !bundle.text(kNetDir + name) && (!probed || probed->contains(name))) return name;
  }
  return std::nullopt;
}

}  // namespace

void read_nics(const EvidenceReader& reader) {
  const Bundle& bundle = reader.bundle();
  const auto links = bundle.glob(kNetDir + "*");
  Reports reports{.before = read_report(bundle, kProbe), .after = read_report(bundle, kProbeAfter)};
  if (!reports.before) add_texts(reader, reports.before);
  if (links.empty() && !reports.before) return reader.explain(kNetDir + "*", "/nics");
  std::vector<Nic> nics;
  if (links.empty()) {
    for (const auto& [name, interface] : *reports.before) {
      nics.push_back({.name = name});
      add_driver(reports, nics.back());
    }
    reader.facts().facts.nics = std::move(nics);
    return;
  }
  // Its link tells a card from what is made of software: without it an interface may be either.
  if (const auto unlinked = interface_without_link(bundle)) {
    return reader.explain(kNetDir + *unlinked, "/nics");
  }
  for (const std::string& path : links) {
    if (auto nic = read_nic(reader, path.substr(kNetDir.size()), reports)) nics.push_back(std::move(*nic));
  }
  for (std::size_t index = 0; index < nics.size(); ++index) {
    note_sources(reader, "/nics/" + std::to_string(index), reports, nics[index]);
  }
  if (nics.empty()) reader.facts().source("/nics", links.front());
  reader.facts().facts.nics = std::move(nics);
}

}  // namespace ihc
