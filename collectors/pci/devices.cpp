#include "collectors/pci/devices.h"

#include <algorithm>
#include <array>

#include "collectors/reading/evidence_reader.h"

namespace ihc {

namespace {

const std::string kDevicesDir = "root/sys/bus/pci/devices/";

bool all_hex(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// "0x10de" → "10de": sysfs writes vendor and device with four digits, class with six.
std::optional<std::string> hex_at(const Bundle& bundle, const std::string& path) {
  const auto word = word_at(bundle, path);
  if (!word || !word->starts_with("0x") || !all_hex(word->substr(2))) return std::nullopt;
  return to_lower(word->substr(2));
}

// PCI vendors whose display-class functions compute: AMD, NVIDIA, Intel. Any other maker's accelerators carry base
// class 12 or subclass 0302 (PCI Code and ID Assignment Specification, base classes 03 and 12).
constexpr std::array<std::string_view, 3> kGpuVendors{"1002", "10de", "8086"};

std::optional<std::int64_t> known_number(std::optional<std::int64_t> value, std::int64_t smallest) {
  return value && *value >= smallest ? value : std::nullopt;
}

std::optional<PciDevice> read_device(const Bundle& bundle, const std::string& address) {
  const std::string dir = kDevicesDir + address + "/";
  const auto pci_class = hex_at(bundle, dir + "class");
  const auto vendor = hex_at(bundle, dir + "vendor");
  const auto device = hex_at(bundle, dir + "device");
  if (!pci_class || !vendor || !device || pci_class->size() != 6) return std::nullopt;
  PciDevice found{.address = address,
                  .pci_class = *pci_class,
                  .kind = std::string(pci_kind(*pci_class, *vendor)),
                  .vendor = *vendor,
                  .device = *device};
  found.numa_node = known_number(integer_at(bundle, dir + "numa_node"), 0);
  found.local_cpus = cpu_set_at(bundle, dir + "local_cpulist", dir + "local_cpus");
  if (const auto driver = word_at(bundle, dir + "driver")) {
    found.driver = driver->substr(driver->rfind('/') == std::string::npos ? 0 : driver->rfind('/') + 1);
  }
  const auto speed = bundle.text(dir + "current_link_speed");
  const auto speed_max = bundle.text(dir + "max_link_speed");
  if (speed) found.link_speed_gts = parse_link_speed(*speed);
  if (speed_max) found.link_speed_max_gts = parse_link_speed(*speed_max);
  // A width of 0 or 255 is what the registers hold when there is no link.
  const auto width = known_number(integer_at(bundle, dir + "current_link_width"), 1);
  const auto width_max = known_number(integer_at(bundle, dir + "max_link_width"), 1);
  if (width && *width < 255) found.link_width = width;
  if (width_max && *width_max < 255) found.link_width_max = width_max;
  return found;
}

// Whether the maker decides what a device of the class is to us; a bridge of subclass "other" may be an NVSwitch.
bool matters(std::string_view pci_class) {
  return pci_class.starts_with("03") || pci_class.starts_with("0680") || pci_kind(pci_class, "10de") != "other";
}

void add_nvidia_files(const Bundle& bundle, std::map<std::string, std::string>& files) {
  const std::string dir = "root/proc/driver/nvidia/gpus/";
  for (const std::string& address : components_after(bundle.glob(dir + "*/information"), dir)) {
    const auto text = bundle.text(dir + address + "/information");
    for (const std::string_view line : split_lines(text.value_or(std::string_view{}))) {
      const auto pair = split_key_value(line, ':');
      if (!pair || pair->first != "Device Minor") continue;
      if (const auto minor = parse_number<std::uint32_t>(pair->second)) {
        files["nvidia" + std::to_string(*minor)] = to_lower(address);
      }
    }
  }
}

void add_render_files(const Bundle& bundle, std::map<std::string, std::string>& files) {
  const std::string dir = "root/sys/class/drm/";
  for (const std::string& path : bundle.glob(dir + "renderD*/device")) {
    const auto address = last_pci_address(bundle.text(path).value_or(std::string_view{}));
    const std::string name = path.substr(dir.size(), path.find('/', dir.size()) - dir.size());
    if (address) files["dri/" + name] = *address;
  }
}

}  // namespace

bool is_pci_address(std::string_view text) {
  const std::size_t domain = text.find(':');
  if (domain == std::string_view::npos || domain < 4 || domain > 8) return false;
  const std::string_view rest = text.substr(domain + 1);
  return rest.size() == 7 && rest[2] == ':' && rest[5] == '.' && all_hex(text.substr(0, domain)) &&
         all_hex(rest.substr(0, 2)) && all_hex(rest.substr(3, 2)) && rest[6] >= '0' && rest[6] <= '7';
}

std::optional<std::string> last_pci_address(std::string_view path) {
  std::optional<std::string> last;
  for (const std::string_view component : split(trim(path), '/')) {
    if (is_pci_address(component)) last = to_lower(component);
  }
  return last;
}

std::string_view pci_kind(std::string_view pci_class, std::string_view vendor) {
  const std::string_view base = pci_class.substr(0, 2);
  const std::string_view subclass = pci_class.substr(0, 4);
  if (base == "12" || subclass == "0302") return "gpu";
  if (base == "03") {
    const bool computes = std::find(kGpuVendors.begin(), kGpuVendors.end(), vendor) != kGpuVendors.end();
    return computes ? "gpu" : "other";
  }
  if (subclass == "0207" || subclass == "0c06") return "infiniband";
  if (base == "02") return "network";
  if (subclass == "0108") return "nvme";
  return "other";
}

std::optional<double> parse_link_speed(std::string_view text) {
  const auto words = split_words(trim(text));
  if (words.size() < 2 || words[1] != "GT/s") return std::nullopt;
  const auto speed = parse_decimal(words[0]);
  return speed && *speed > 0 ? speed : std::nullopt;
}

std::vector<PciDevice> read_pci_devices(const Bundle& bundle) {
  std::vector<PciDevice> devices;
  for (const std::string& address : components_after(bundle.glob(kDevicesDir + "*/class"), kDevicesDir)) {
    auto device = is_pci_address(address) ? read_device(bundle, address) : std::nullopt;
    if (!device) continue;
    const bool is_display = device->pci_class.starts_with("03");
    if (device->kind != "other" || is_display) devices.push_back(std::move(*device));
  }
  std::sort(devices.begin(), devices.end(),
            [](const PciDevice& left, const PciDevice& right) { return left.address < right.address; });
  return devices;
}

std::map<std::string, std::string> unclassified_pci_devices(const Bundle& bundle) {
  std::map<std::string, std::string> unread;
  std::vector<std::string> paths = bundle.glob(kDevicesDir + "*/*");
  for (std::string& link : bundle.glob(kDevicesDir + "*")) paths.push_back(std::move(link));
  for (const std::string& address : components_after(paths, kDevicesDir)) {
    if (!is_pci_address(address)) continue;
    const auto pci_class = hex_at(bundle, kDevicesDir + address + "/class");
    if (pci_class && !matters(*pci_class)) continue;
    for (const char* file : {"class", "vendor", "device"}) {
      const std::string path = kDevicesDir + address + "/" + file;
      if (!hex_at(bundle, path)) unread.emplace(address, path);
    }
  }
  return unread;
}

std::vector<Gpu> gpus_of(const std::vector<PciDevice>& devices) {
  std::vector<Gpu> gpus;
  for (const PciDevice& device : devices) {
    if (device.kind != "gpu") continue;
    gpus.push_back({.address = device.address,
                    .vendor = device.vendor,
                    .device = device.device,
                    .driver = device.driver,
                    .numa_node = device.numa_node,
                    .local_cpus = device.local_cpus});
  }
  return gpus;
}

std::map<std::string, std::string> gpu_device_files(const Bundle& bundle) {
  std::map<std::string, std::string> files;
  add_nvidia_files(bundle, files);
  add_render_files(bundle, files);
  return files;
}

}  // namespace ihc
