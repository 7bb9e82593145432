// Interrupts: how often each CPU answered which, within the window; where each may go and does go; software interrupts;
// irqbalance.
//
//   /proc/interrupts                         276:  0  1204  IR-PCI-MSIX-0000:19:00.0   24-edge   i40e-eno1-TxRx-23
//   /proc/irq/276/smp_affinity_list          0-79           (asked)
//   /proc/irq/276/effective_affinity_list    23             (delivered)
//   /sys/kernel/debug/irq/irqs/276           dstate: 0x37608200 … IRQD_AFFINITY_MANAGED …
//
// Source: Documentation/core-api/irq/irq-affinity.rst, kernel/irq/{proc,debugfs}.c. A managed interrupt refuses every
// write to its affinity; only debugfs tells, and only where the kernel has CONFIG_GENERIC_IRQ_DEBUGFS.

#include <algorithm>
#include <set>

#include "collect/collector.h"
#include "collectors/irq/affinity_listing.h"
#include "collectors/irq/devices.h"
#include "collectors/irq/interrupts.h"
#include "collectors/irq/irqbalance.h"
#include "collectors/irq/likeness.h"
#include "collectors/irq/softirqs.h"
#include "collectors/reading/evidence_reader.h"
#include "collectors/reading/window_texts.h"
#include "collectors/workers/process_files.h"

namespace ihc {

namespace {

constexpr std::size_t kMaxInterruptBytes = 48 * limits::kMiB;  // 1,024 CPUs, 4,000 rows

constexpr Capture kCaptures[] = {
    Sampled{.family = "interrupts", .path = "/proc/interrupts", .ends_only = true, .max_bytes = kMaxInterruptBytes},
    Sampled{.family = "softirqs", .path = "/proc/softirqs", .ends_only = true},
    File{.path = "/proc/irq/default_smp_affinity"},
    Files{.family = "irq", .path = "/proc/irq/*/smp_affinity_list"},
    Files{.family = "irq", .path = "/proc/irq/*/effective_affinity_list"},
    Files{.family = "irq", .path = "/proc/irq/*/affinity_hint"},
    Files{.family = "irq", .path = "/proc/irq/*/node"},
    Files{.family = "irq-debug", .path = "/sys/kernel/debug/irq/irqs/*", .needs = Needs::root},
    Files{.family = "irq-devices", .path = "/sys/bus/pci/devices/*/irq"},
    Files{.family = "irq-devices", .path = "/sys/bus/pci/devices/*/msi_irqs/*"},
    Files{.family = "net-links", .path = "/sys/class/net/*", .links = true},
    File{.path = "/etc/default/irqbalance", .scrub = ScrubKind::text},
    File{.path = "/etc/sysconfig/irqbalance", .scrub = ScrubKind::text},
    CommandOutput{.slug = "systemctl-irqbalance",
                  .argv = {"systemctl", "show", "irqbalance.service", "--property=LoadState", "--property=ActiveState",
                           "--property=UnitFileState"}},
};

constexpr ForeignText kTexts[] = {
    {.kind = "interrupts",
     .about = "/proc/interrupts: interrupts by number and CPU",
     .member = "root/proc/interrupts",
     .likeness = interrupts_likeness},
    {.kind = "softirqs",
     .about = "/proc/softirqs: software interrupts by kind and CPU",
     .member = "root/proc/softirqs",
     .likeness = softirqs_likeness},
    {.kind = "irq-affinity",
     .about = "grep . /proc/irq/*/smp_affinity_list: affinities of all interrupts",
     .member = "commands/irq-affinity/stdout",
     .likeness = affinity_listing_likeness},
    {.kind = "irqbalance",
     .about = "/etc/sysconfig/irqbalance or /etc/default/irqbalance: bans and arguments",
     .member = "root/etc/sysconfig/irqbalance",
     .likeness = irqbalance_likeness},
};

const std::string kInterrupts = "root/proc/interrupts";
const std::string kSoftirqs = "root/proc/softirqs";
const std::string kIrqDir = "root/proc/irq/";

// ---- counts --------------------------------------------------------------------------------------------------------

// Without the CPUs that had none: 80 CPUs times 500 rows are mostly zeros.
std::map<std::string, std::int64_t> by_cpu(const CountsByCpu& counts) {
  std::map<std::string, std::int64_t> named;
  for (const auto& [cpu, count] : counts) {
    if (count != 0) named[std::to_string(cpu)] = count;
  }
  return named;
}

std::int64_t sum_of(const CountsByCpu& counts) {
  std::int64_t sum = 0;
  for (const auto& [cpu, count] : counts) sum = __builtin_add_overflow(sum, count, &sum) ? INT64_MAX : sum;
  return sum;
}

const InterruptRow* row_like(const InterruptTable& table, const InterruptRow& row) {
  const auto found = std::find_if(table.rows.begin(), table.rows.end(), [&](const InterruptRow& candidate) {
    return candidate.label == row.label && candidate.description == row.description;
  });
  return found == table.rows.end() ? nullptr : &*found;
}

// x86 kernels list PIN, NPI and PIW once; a vendor kernel that prints a label twice gives no way to tell them apart.
struct Before {
  explicit Before(const std::optional<WindowTexts>& texts) {
    if (!texts || !texts->first) return;
    table = parse_interrupts(*texts->first).value;
    for (const InterruptRow& row : table.rows) rows[row.label] = row_like(table, row);
  }
  const InterruptRow* find(const InterruptRow& row) const {
    const auto found = rows.find(row.label);
    return found != rows.end() && found->second->description == row.description ? found->second : nullptr;
  }
  InterruptTable table;
  std::map<std::string, const InterruptRow*> rows;
};

void add_counts(const InterruptRow& row, const Before& before, Irq& irq) {
  if (row.total) irq.total = row.total;
  const InterruptRow* earlier = before.find(row);
  if (row.total && earlier != nullptr && earlier->total && *row.total >= *earlier->total) {
    irq.total_delta = *row.total - *earlier->total;
  }
  if (row.counts.empty()) return;
  irq.per_cpu = by_cpu(row.counts);
  irq.total = sum_of(row.counts);
  if (earlier == nullptr) return;
  if (const auto growth = growth_between(earlier->counts, row.counts)) {
    irq.per_cpu_delta = by_cpu(*growth);
    irq.total_delta = sum_of(*growth);
  }
}

// ---- names ---------------------------------------------------------------------------------------------------------

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

// An action without the address that the key begins with: "mlx5_comp3@pci:0000:3b:00.0" → "mlx5_comp3".
std::string without_address(std::string name, const std::string& address) {
  for (const std::string& spelled : {"@pci:" + address, "[" + address + "]", address}) {
    const std::size_t at = name.find(spelled);
    if (at == std::string::npos) continue;
    name.erase(at, spelled.size());
    return name;
  }
  return name;
}

// Private and software-generated interrupts of the Arm interrupt controller, 0 to 31, exist once a CPU (GIC
// architecture specification): the timer of every CPU is one of them.
bool is_private_to_cpu(const InterruptDescription& description) {
  return description.chip.starts_with("GIC") && description.hwirq && *description.hwirq < 32;
}

Irq name_irq(const InterruptRow& row, const IrqDevices& devices) {
  Irq irq{.irq = row.label, .key = row.label, .name = row.description.empty() ? row.label : row.description};
  if (!row.is_numbered()) {
    irq.kind = row.total ? "total" : "per_cpu";
    return irq;
  }
  const InterruptDescription description = parse_interrupt_description(row.description);
  irq.kind = is_private_to_cpu(description) ? "per_cpu" : "device";
  if (!description.chip.empty()) irq.chip = description.chip;
  irq.hwirq = description.hwirq;
  irq.actions = description.actions;
  irq.device = devices.address_of(row.label);
  if (!irq.device) irq.device = interrupt_pci_address(description);
  irq.nic = devices.interface_of(description.actions, irq.device);
  if (!description.actions.empty()) irq.queue = interrupt_queue(description.actions.front());
  irq.name = description.actions.empty() ? "unused" : joined(description.actions);
  irq.key = irq.device ? *irq.device + " " + without_address(irq.name, *irq.device) : irq.name;
  while (irq.key.ends_with(' ')) irq.key.pop_back();
  return irq;
}

// Several rows of one device and name ("xhci_hcd" eight times) differ by the controller's number; what is left by
// order.
void make_keys_unique(std::vector<Irq>& irqs) {
  for (const bool by_hardware : {true, false}) {
    std::map<std::string, int> uses;
    for (const Irq& irq : irqs) ++uses[irq.key];
    std::map<std::string, int> seen;
    for (Irq& irq : irqs) {
      const std::string key = irq.key;
      if (uses[key] < 2) continue;
      const int place = ++seen[key];
      if (by_hardware && irq.hwirq) irq.key += " hwirq " + std::to_string(*irq.hwirq);
      if (!by_hardware) irq.key += " #" + std::to_string(place);
    }
  }
}

// ---- affinity ------------------------------------------------------------------------------------------------------

// What someone's "grep . /proc/irq/*/…" says, of all such texts.
AffinityListing read_listings(const EvidenceReader& reader) {
  AffinityListing all;
  for (const std::string& path : reader.bundle().glob("commands/irq-affinity*/stdout")) {
    const auto parsed = parse_affinity_listing(*reader.bundle().text(path));
    for (const auto& [irq, files] : parsed.value) all[irq].insert(files.begin(), files.end());
    reader.facts().source("/irqs", path);
    if (parsed.unparsed.any()) reader.unparsed("/irqs", "partial: " + path, parsed.unparsed);
  }
  return all;
}

class AffinityReader {
 public:
  explicit AffinityReader(const EvidenceReader& reader) : reader_(reader), listing_(read_listings(reader)) {}

  const AffinityListing& listing() const { return listing_; }

  void add(Irq& irq, const std::string& pointer) const {
    irq.affinity = set(irq.irq, "smp_affinity_list", "smp_affinity", pointer + "/affinity");
    irq.effective_affinity =
        set(irq.irq, "effective_affinity_list", "effective_affinity", pointer + "/effective_affinity");
    if (const auto hint = text(irq.irq, "affinity_hint")) {
      auto cpus = CpuSet::parse_mask(trim(*hint));
      if (cpus && !cpus->empty()) irq.affinity_hint = std::move(cpus);  // all zero: the driver says nothing
    }
    const auto node = text(irq.irq, "node");
    const auto number = node ? parse_number<std::int64_t>(*node) : std::nullopt;
    if (number && *number >= 0) irq.numa_node = number;
    const auto state = reader_.bundle().text("root/sys/kernel/debug/irq/irqs/" + irq.irq);
    if (state && state->find("dstate:") != std::string_view::npos) {
      irq.is_managed = state->find("IRQD_AFFINITY_MANAGED") != std::string_view::npos;
      reader_.facts().source(pointer + "/is_managed", "root/sys/kernel/debug/irq/irqs/" + irq.irq);
    }
  }

 private:
  std::optional<std::string_view> text(const std::string& irq, const std::string& file) const {
    if (const auto bytes = reader_.bundle().text(kIrqDir + irq + "/" + file)) return bytes;
    const auto found = listing_.find(irq);
    if (found == listing_.end()) return std::nullopt;
    const auto value = found->second.find(file);
    return value == found->second.end() ? std::nullopt : std::optional<std::string_view>(value->second);
  }

  std::optional<CpuSet> set(const std::string& irq, const std::string& list, const std::string& mask,
                            const std::string& pointer) const {
    const std::string path = kIrqDir + irq + "/" + list;
    std::optional<CpuSet> cpus;
    if (const auto bytes = text(irq, list)) cpus = parse_sysfs_cpu_list(*bytes);
    if (!cpus) {
      if (const auto bytes = text(irq, mask)) cpus = CpuSet::parse_mask(trim(*bytes));
    }
    if (reader_.bundle().text(path)) reader_.facts().source(pointer, path);
    if (!cpus) reader_.explain(path, pointer);
    note_conflict(irq, list, cpus, pointer);
    return cpus;
  }

  void note_conflict(const std::string& irq, const std::string& list, const std::optional<CpuSet>& used,
                     const std::string& pointer) const {
    const auto bytes = reader_.bundle().text(kIrqDir + irq + "/" + list);
    const auto found = listing_.find(irq);
    if (!bytes || !used || found == listing_.end() || !found->second.contains(list)) return;
    const auto other = CpuSet::parse_list(found->second.at(list));
    if (!other || *other == *used) return;
    reader_.facts().conflict({.pointer = pointer,
                              .used = kIrqDir + irq + "/" + list,
                              .other = "commands/irq-affinity/stdout",
                              .detail = used->to_list() + " against " + other->to_list()});
  }

  const EvidenceReader& reader_;
  AffinityListing listing_;
};

// ---- rows ----------------------------------------------------------------------------------------------------------

void finish_irqs(const EvidenceReader& reader, std::vector<Irq> irqs, const AffinityReader& affinity) {
  make_keys_unique(irqs);
  bool any_state = false;
  for (std::size_t index = 0; index < irqs.size(); ++index) {
    if (irqs[index].actions || irqs[index].kind == "device") {
      affinity.add(irqs[index], "/irqs/" + std::to_string(index));
    }
    any_state = any_state || irqs[index].is_managed;
  }
  if (!any_state) {
    reader.missing("/irqs", "file_absent",
                   "whether an interrupt is managed is told by /sys/kernel/debug/irq alone (root; a kernel with "
                   "CONFIG_GENERIC_IRQ_DEBUGFS)");
  }
  reader.facts().facts.irqs = std::move(irqs);
}

void read_affinities_alone(const EvidenceReader& reader, const AffinityReader& affinity) {
  std::set<std::string, decltype(&natural_less)> numbers(&natural_less);
  for (const auto& [number, files] : affinity.listing()) numbers.insert(number);
  for (const std::string& number : components_after(reader.bundle().glob(kIrqDir + "*/smp_affinity_list"), kIrqDir)) {
    numbers.insert(number);
  }
  if (numbers.empty()) return;
  std::vector<Irq> irqs;
  for (const std::string& number : numbers) {
    irqs.push_back({.irq = number, .key = "unnamed " + number, .name = "unnamed", .kind = "device"});
  }
  finish_irqs(reader, std::move(irqs), affinity);
}

void read_irqs(const EvidenceReader& reader, Interrupts& interrupts) {
  const AffinityReader affinity(reader);
  const auto texts = window_texts(reader.bundle(), kInterrupts);
  if (!texts) {
    reader.explain(kInterrupts, "/irqs");
    return read_affinities_alone(reader, affinity);
  }
  const Parsed<InterruptTable> parsed = parse_interrupts(texts->last);
  reader.facts().source("/irqs", kInterrupts);
  if (parsed.unparsed.any()) reader.unparsed("/irqs", "partial: " + kInterrupts, parsed.unparsed);
  if (parsed.value.cpus.empty()) {
    reader.missing("/irqs", "parse_error", kInterrupts + " has no row of CPU columns");
    return read_affinities_alone(reader, affinity);
  }
  interrupts.cpus = CpuSet(parsed.value.cpus);
  reader.facts().source("/interrupts/cpus", kInterrupts);
  interrupts.window_seconds = texts->seconds;
  if (!texts->seconds) explain_growth(reader, "/interrupts/window_seconds", texts);
  const Before before(texts);
  const IrqDevices devices(reader.bundle());
  std::vector<Irq> irqs;
  for (const InterruptRow& row : parsed.value.rows) {
    Irq irq = name_irq(row, devices);
    add_counts(row, before, irq);
    if (!irq.total_delta) explain_growth(reader, "/irqs/" + std::to_string(irqs.size()) + "/total_delta", texts);
    if (irq.per_cpu && !irq.per_cpu_delta) {
      explain_growth(reader, "/irqs/" + std::to_string(irqs.size()) + "/per_cpu_delta", texts);
    }
    irqs.push_back(std::move(irq));
  }
  finish_irqs(reader, std::move(irqs), affinity);
}

// ---- softirqs, irqbalance ------------------------------------------------------------------------------------------

void read_softirqs(const EvidenceReader& reader, Interrupts& interrupts) {
  const std::string pointer = "/interrupts/softirqs";
  const auto texts = window_texts(reader.bundle(), kSoftirqs);
  if (!texts) return reader.explain(kSoftirqs, pointer);
  const Parsed<SoftirqTable> last = parse_softirqs(texts->last);
  reader.facts().source(pointer, kSoftirqs);
  if (last.unparsed.any()) reader.unparsed(pointer, "partial: " + kSoftirqs, last.unparsed);
  if (last.value.empty()) return;
  const SoftirqTable first = parse_softirqs(texts->first.value_or(std::string_view{})).value;
  interrupts.softirqs.emplace();
  for (const auto& [name, counts] : last.value) {
    Softirq softirq{.per_cpu = by_cpu(counts), .per_cpu_delta = {}};
    const auto before = first.find(name);
    const auto growth = before != first.end() ? growth_between(before->second, counts) : std::nullopt;
    if (growth) {
      softirq.per_cpu_delta = by_cpu(*growth);
    } else {
      explain_growth(reader, pointer + "/" + name + "/per_cpu_delta", texts);
    }
    (*interrupts.softirqs)[to_valid_utf8(name)] = std::move(softirq);
  }
}

void read_default_affinity(const EvidenceReader& reader, Interrupts& interrupts) {
  const std::string pointer = "/interrupts/default_affinity";
  const auto mask = reader.text(kIrqDir + "default_smp_affinity", pointer);
  if (!mask) return;
  interrupts.default_affinity = CpuSet::parse_mask(trim(*mask));
  if (!interrupts.default_affinity) reader.missing(pointer, "parse_error", "default_smp_affinity holds no CPU mask");
}

// The unit's state, else the process among those that were sampled.
std::optional<bool> is_irqbalance_running(const EvidenceReader& reader) {
  const std::string command = "commands/systemctl-irqbalance/stdout";
  if (const auto shown = reader.bundle().text(command);
      shown && shown->find("ActiveState=") != std::string_view::npos) {
    reader.facts().source("/interrupts/irqbalance/is_running", command);
    return shown->find("ActiveState=active") != std::string_view::npos;
  }
  const auto paths = window_paths(reader.bundle(), "root/proc/*/stat");
  for (const std::string& path : paths) {
    const auto texts = window_texts(reader.bundle(), path);
    const auto stat = texts ? parse_task_stat(texts->last) : std::nullopt;
    if (!stat || stat->name != "irqbalance") continue;
    reader.facts().source("/interrupts/irqbalance/is_running", path);
    return true;
  }
  return std::nullopt;
}

void read_irqbalance(const EvidenceReader& reader, Interrupts& interrupts) {
  const std::string pointer = "/interrupts/irqbalance";
  Irqbalance irqbalance{.is_running = is_irqbalance_running(reader)};
  if (!irqbalance.is_running) reader.explain("commands/systemctl-irqbalance/stdout", pointer + "/is_running");
  bool has_settings = false;
  for (const std::string path : {"root/etc/sysconfig/irqbalance", "root/etc/default/irqbalance"}) {
    const auto text = reader.text_if_any(path, pointer);
    if (!text) continue;
    Parsed<IrqbalanceSettings> settings = parse_irqbalance_settings(*text);
    if (settings.unparsed.any()) reader.unparsed(pointer, "partial: " + path, settings.unparsed);
    if (settings.value.banned_cpus) irqbalance.banned_cpus = std::move(settings.value.banned_cpus);
    if (settings.value.arguments) irqbalance.arguments = std::move(settings.value.arguments);
    irqbalance.banned_irqs = std::move(settings.value.banned_irqs);
    irqbalance.is_one_shot = settings.value.is_one_shot;
    has_settings = true;
  }
  if (!has_settings) reader.explain("root/etc/default/irqbalance", pointer);
  if (has_settings && !irqbalance.banned_cpus) {
    reader.missing(pointer + "/banned_cpus", "structural", "irqbalance is told of no CPU to keep away from");
  }
  if (has_settings || irqbalance.is_running) interrupts.irqbalance = std::move(irqbalance);
}

void read(const Bundle& bundle, FactsBuilder& builder) {
  const EvidenceReader reader(bundle, builder, "irq");
  Interrupts interrupts;
  read_irqs(reader, interrupts);
  read_softirqs(reader, interrupts);
  read_default_affinity(reader, interrupts);
  read_irqbalance(reader, interrupts);
  builder.facts.interrupts = std::move(interrupts);
}

}  // namespace

extern const Collector k_irq_collector{
    .name = "irq",
    .about = "interrupts and softirqs per CPU within the window, their affinity, device and queue; irqbalance",
    .captures = kCaptures,
    .read = read,
    .texts = kTexts,
};

}  // namespace ihc
