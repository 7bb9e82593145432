// Which machine this is: its name, system, boot, maker, whether it is virtual, and how it was looked at.
//
//   /sys/class/dmi/id/sys_vendor    Amazon EC2
//   /sys/class/dmi/id/product_name  p5.48xlarge
//   /etc/os-release                 PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
//
// Source: os-release(5), random(4), Documentation/ABI/testing/{sysfs-firmware-dmi-tables,sysfs-hypervisor-xen}.

#include "base/json.h"
#include "collect/collector.h"
#include "collectors/node/os_release.h"
#include "collectors/node/virtualization.h"
#include "collectors/reading/evidence_reader.h"
#include "collectors/topology/cpuinfo.h"
#include "collectors/workers/cgroup_path.h"

namespace ihc {

namespace {

constexpr Capture kCaptures[] = {
    File{.path = "/proc/sys/kernel/hostname"},
    File{.path = "/proc/sys/kernel/random/boot_id"},
    File{.path = "/proc/uptime"},
    File{.path = "/etc/os-release"},
    File{.path = "/usr/lib/os-release"},
    File{.path = "/sys/class/dmi/id/sys_vendor"},
    File{.path = "/sys/class/dmi/id/product_name"},
    File{.path = "/sys/class/dmi/id/bios_version"},
    File{.path = "/sys/class/dmi/id/bios_date"},
    File{.path = "/sys/hypervisor/type"},
    File{.path = "/proc/device-tree/hypervisor/compatible"},
    File{.path = "/proc/1/cgroup"},
    File{.path = "/run/.containerenv", .scrub = ScrubKind::text},
    File{.path = "/.dockerenv", .scrub = ScrubKind::text},
    Probe{.name = "uname", .call = "uname(2)", .read = probe_uname},
    Probe{.name = "cpuid", .call = "CPUID leaf 0x40000000", .read = probe_cpuid},
};

std::optional<std::string> probed_text(const Bundle& bundle, const std::string& path, const char* member) {
  const auto text = bundle.text(path);
  const auto json = text ? parse_json(*text, path) : fail(ErrorCode::not_found, "not probed", path);
  if (!json || !json->is_object()) return std::nullopt;
  const auto found = json->find(member);
  if (found == json->end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

void read_os(const EvidenceReader& reader, Node& node) {
  const auto text = reader.first_text({"root/etc/os-release", "root/usr/lib/os-release"}, "/node/os_name");
  if (!text) return;
  const auto fields = parse_os_release(*text);
  for (const char* name : {"PRETTY_NAME", "NAME"}) {
    const auto found = fields.value.find(name);
    if (node.os_name || found == fields.value.end() || found->second.empty()) continue;
    node.os_name = found->second;
  }
  if (!node.os_name) reader.missing("/node/os_name", "parse_error", "os-release names no system");
}

void read_virtualization(const EvidenceReader& reader, Node& node) {
  const Bundle& bundle = reader.bundle();
  const auto cpuinfo = bundle.text("root/proc/cpuinfo");
  VirtualizationEvidence evidence{.cpuid_signature = probed_text(bundle, "probes/cpuid.json", "signature"),
                                  .sys_vendor = node.system_vendor,
                                  .product_name = node.system_product,
                                  .hypervisor_type = word_at(bundle, "root/sys/hypervisor/type"),
                                  .device_tree = word_at(bundle, "root/proc/device-tree/hypervisor/compatible")};
  if (cpuinfo) evidence.cpu_flag = parse_cpuinfo(*cpuinfo).value.has_hypervisor_flag;
  const Virtualization result = judge_virtualization(evidence);
  node.is_virtual_machine = result.is_virtual_machine;
  node.hypervisor = result.hypervisor;
  if (!result.is_virtual_machine) return reader.explain("root/proc/cpuinfo", "/node/is_virtual_machine");
  reader.facts().source("/node/is_virtual_machine",
                        evidence.cpu_flag ? "root/proc/cpuinfo" : "root/sys/class/dmi/id/sys_vendor");
  if (!result.hypervisor) {
    return reader.missing("/node/hypervisor", "structural",
                          *result.is_virtual_machine ? "the hypervisor does not say its name" : "no virtual machine");
  }
  for (const char* path : {"root/sys/class/dmi/id/sys_vendor", "root/sys/hypervisor/type", "probes/cpuid.json",
                           "root/proc/device-tree/hypervisor/compatible"}) {
    if (bundle.text(path)) reader.facts().source("/node/hypervisor", path);
  }
}

// With --root the files are the host's, and say nothing of where the collector ran.
void read_container(const EvidenceReader& reader, Node& node) {
  const Bundle& bundle = reader.bundle();
  const std::string pointer = "/node/is_container";
  if (!bundle.manifest().root_dir.empty()) {
    return reader.missing(pointer, "structural", "the files were read below --root");
  }
  if (!bundle.manifest().imported.empty()) {
    return reader.missing(pointer, "structural", "the evidence was imported: no collector ran");
  }
  for (const char* path : {"root/run/.containerenv", "root/.dockerenv"}) {
    if (!bundle.text(path)) continue;
    node.is_container = true;
    return reader.facts().source(pointer, path);
  }
  const auto cgroup = reader.text("root/proc/1/cgroup", pointer);
  if (cgroup) node.is_container = parse_cgroup(*cgroup).value.in_container.value_or(false);
}

void read_uptime(const EvidenceReader& reader, Node& node) {
  const auto text = reader.text("root/proc/uptime", "/node/uptime_seconds");
  if (!text) return;
  const auto words = split_words(trim(*text));
  if (!words.empty()) node.uptime_seconds = parse_decimal(words.front());
  if (!node.uptime_seconds) reader.missing("/node/uptime_seconds", "parse_error", "/proc/uptime holds no number");
}

void read_manifest(const EvidenceReader& reader, Node& node) {
  const Manifest& manifest = reader.bundle().manifest();
  node.label = manifest.node;
  const bool was_imported = !manifest.imported.empty();
  if (!manifest.started_utc.empty()) node.collected_from = manifest.started_utc;
  if (!manifest.ended_utc.empty()) node.collected_to = manifest.ended_utc;
  node.window_seconds = manifest.window_observed_s;
  node.interrupted = manifest.interrupted;
  if (manifest.effective_uid) node.as_root = *manifest.effective_uid == 0;
  node.tool_version = manifest.tool_version;
  node.labels = manifest.labels;
  reader.facts().source("/node", "manifest.json");
  if (was_imported) {
    const char* hint = "the evidence was imported: nobody said when and as whom it was gathered";
    for (const char* pointer : {"/node/collected_from", "/node/collected_to"}) {
      if (manifest.started_utc.empty()) reader.missing(pointer, "structural", hint);
    }
    reader.missing("/node/as_root", "structural", hint);
  }
  if (!manifest.boot_id.empty()) {
    node.boot_id = manifest.boot_id;
    reader.facts().source("/node/boot_id", "manifest.json");
  } else {
    node.boot_id = reader.word("root/proc/sys/kernel/random/boot_id", "/node/boot_id");
  }
}

void read(const Bundle& bundle, FactsBuilder& builder) {
  const EvidenceReader reader(bundle, builder, "node");
  Node node;
  read_manifest(reader, node);
  node.hostname = reader.word("root/proc/sys/kernel/hostname", "/node/hostname");
  node.architecture = probed_text(bundle, "probes/uname.json", "machine");
  if (node.architecture) {
    builder.source("/node/architecture", "probes/uname.json");
  } else {
    reader.explain("probes/uname.json", "/node/architecture");
  }
  read_os(reader, node);
  node.system_vendor = reader.word("root/sys/class/dmi/id/sys_vendor", "/node/system_vendor");
  node.system_product = reader.word("root/sys/class/dmi/id/product_name", "/node/system_product");
  read_virtualization(reader, node);
  read_container(reader, node);
  read_uptime(reader, node);
  builder.facts.node = std::move(node);
}

}  // namespace

extern const Collector k_node_collector{
    .name = "node",
    .about = "host name, system, boot, maker, virtual machine or not, container or not",
    .captures = kCaptures,
    .read = read,
};

}  // namespace ihc
