#include "collectors/pci/links.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "collectors/pci/devices.h"
#include "collectors/reading/counters.h"
#include "collectors/reading/evidence_reader.h"

namespace ihc {

namespace {

const std::string kDevicesDir = "root/sys/bus/pci/devices/";
constexpr std::size_t kMaxPorts = 16;  // deeper than any bus hierarchy with bridges and switches

std::optional<std::uint32_t> bytes_at(std::string_view config, std::size_t offset, std::size_t count) {
  if (offset + count > config.size()) return std::nullopt;
  std::uint32_t value = 0;
  for (std::size_t index = 0; index < count; ++index) {
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(config[offset + index])) << (8 * index);
  }
  return value;
}

// ---- errors --------------------------------------------------------------------------------------------------------

struct ErrorFile {
  std::string_view name;
  std::string_view total;
  std::optional<std::int64_t> PciErrors::*count;
  std::optional<std::int64_t> PciErrors::*delta;
};

constexpr std::array<ErrorFile, 3> kErrorFiles{
    {{"correctable", "TOTAL_ERR_COR", &PciErrors::correctable_count, &PciErrors::correctable_delta},
     {"nonfatal", "TOTAL_ERR_NONFATAL", &PciErrors::nonfatal_count, &PciErrors::nonfatal_delta},
     {"fatal", "TOTAL_ERR_FATAL", &PciErrors::fatal_count, &PciErrors::fatal_delta}}};

void add_growth(const std::vector<Reading>& readings, const ErrorFile& file, PciErrors& errors) {
  if (readings.size() < 2) return;
  const auto first = counter(parse_counters(readings.front().bytes).value, file.total);
  const auto last = counter(parse_counters(readings.back().bytes).value, file.total);
  if (!first || !last || *last < *first) return;
  errors.*file.delta = *last - *first;
  errors.seconds = static_cast<double>(readings.back().taken_ns - readings.front().taken_ns) / 1e9;
}

std::optional<PciErrors> read_errors(const Bundle& bundle, const std::string& address) {
  PciErrors errors;
  bool is_there = false;
  for (const ErrorFile& file : kErrorFiles) {
    const std::string path = kDevicesDir + address + "/aer_dev_" + std::string(file.name);
    const auto readings = bundle.samples(path);
    const auto text = bundle.text(path);
    if (!text && readings.empty()) continue;
    const Counters counters = parse_counters(text ? *text : readings.back().bytes).value;
    errors.*file.count = counter(counters, file.total);
    for (const auto& [name, count] : counters) {
      if (count > 0 && name != file.total) errors.kinds[std::string(file.name) + "/" + name] = count;
    }
    add_growth(readings, file, errors);
    is_there = is_there || (errors.*file.count).has_value();
  }
  return is_there ? std::optional(std::move(errors)) : std::nullopt;
}

// ---- ports ---------------------------------------------------------------------------------------------------------

std::optional<std::int64_t> width_at(const Bundle& bundle, const std::string& path) {
  const auto width = integer_at(bundle, path);
  return width && *width > 0 && *width < 255 ? width : std::nullopt;
}

std::optional<double> speed_at(const Bundle& bundle, const std::string& path) {
  const auto text = bundle.text(path);
  return text ? parse_link_speed(*text) : std::nullopt;
}

PciPort read_port(const Bundle& bundle, const std::string& address) {
  const std::string dir = kDevicesDir + address + "/";
  PciPort port{.address = address,
               .link_speed_gts = speed_at(bundle, dir + "current_link_speed"),
               .link_speed_max_gts = speed_at(bundle, dir + "max_link_speed"),
               .link_width = width_at(bundle, dir + "current_link_width"),
               .link_width_max = width_at(bundle, dir + "max_link_width"),
               .errors = read_errors(bundle, address)};
  const auto config = bundle.text(dir + "config");
  const auto control = config ? parse_access_control(*config) : std::nullopt;
  if (!control) return port;
  port.acs_capable = control->capable;
  if (control->capable) port.acs_enabled = control->enabled;
  return port;
}

std::optional<std::int64_t> group_of(std::string_view link) {
  link = trim(link);
  const std::size_t slash = link.rfind('/');
  if (slash == std::string_view::npos || link.find("iommu_groups") == std::string_view::npos) return std::nullopt;
  const auto number = parse_number<std::uint32_t>(link.substr(slash + 1));
  return number ? std::optional<std::int64_t>(*number) : std::nullopt;
}

}  // namespace

std::vector<std::string> upstream_addresses(std::string_view link) {
  std::vector<std::string> addresses;
  for (const std::string_view component : split(trim(link), '/')) {
    if (is_pci_address(component) && addresses.size() < kMaxPorts) addresses.push_back(to_lower(component));
  }
  if (!addresses.empty()) addresses.pop_back();  // the device itself
  std::reverse(addresses.begin(), addresses.end());
  return addresses;
}

std::optional<AccessControl> parse_access_control(std::string_view config) {
  constexpr std::size_t kExtended = 256;
  constexpr std::uint32_t kAccessControlId = 0x000d;
  constexpr std::array<std::string_view, 7> kBits{"source_validation",   "translation_blocking", "request_redirect",
                                                  "completion_redirect", "upstream_forwarding",  "egress_control",
                                                  "direct_translated"};
  constexpr std::size_t kMaxCapabilities = 64;
  AccessControl control;
  std::size_t offset = kExtended;
  for (std::size_t step = 0; step < kMaxCapabilities; ++step) {
    const auto header = bytes_at(config, offset, 4);
    if (!header) return std::nullopt;
    // All ones: the device did not answer. All zeros at the first place: it has no extended capability.
    if (*header == 0xffffffff) return std::nullopt;
    if ((*header & 0xffffU) == kAccessControlId) {
      const auto bits = bytes_at(config, offset + 6, 2);
      if (!bits) return std::nullopt;
      control.capable = true;
      for (std::size_t bit = 0; bit < kBits.size(); ++bit) {
        if ((*bits >> bit & 1U) != 0) control.enabled.emplace_back(kBits[bit]);
      }
      return control;
    }
    const std::size_t next = *header >> 20 & ~3U;
    if (next < kExtended || next == offset) return control;
    offset = next;
  }
  return control;
}

void read_pci_path(const Bundle& bundle, PciDevice& device) {
  const std::string path = kDevicesDir + device.address;
  device.errors = read_errors(bundle, device.address);
  if (const auto link = bundle.text(path)) {
    const auto addresses = upstream_addresses(*link);
    if (!trim(*link).empty()) device.upstream.emplace();
    for (const std::string& address : addresses) device.upstream->push_back(read_port(bundle, address));
  }
  if (const auto link = bundle.text(path + "/iommu_group")) {
    device.iommu_group = group_of(*link);
    if (device.iommu_group) {
      device.iommu_type =
          word_at(bundle, "root/sys/kernel/iommu_groups/" + std::to_string(*device.iommu_group) + "/type");
    }
  }
  const std::string rdma = "root/sys/class/infiniband/";
  for (const std::string& name : bundle.glob(rdma + "*")) {
    if (last_pci_address(*bundle.text(name)) != device.address) continue;
    if (!device.rdma_devices) device.rdma_devices.emplace();
    device.rdma_devices->push_back(to_valid_utf8(name.substr(rdma.size())));
  }
}

}  // namespace ihc
