// The way from a device to the CPU: ports, links, errors, access control, IOMMU group.

#include <gtest/gtest.h>

#include "cli/read_facts.h"
#include "collectors/pci/links.h"
#include "support/timed_bundle.h"

namespace ihc::test {
namespace {

const std::string kPci = "root/sys/bus/pci/devices/";

std::string config_with(std::initializer_list<unsigned char> extended) {
  std::string config(256, '\0');
  for (const unsigned char byte : extended) config += static_cast<char>(byte);
  return config;
}

TEST(PciLinks, PortsFromTheDevicePath) {
  EXPECT_EQ(upstream_addresses("../../../devices/pci0000:3a/0000:3a:00.0/0000:3b:00.0/0000:3c:01.0\n"),
            (std::vector<std::string>{"0000:3b:00.0", "0000:3a:00.0"}));
  EXPECT_TRUE(upstream_addresses("../../../devices/pci0000:00/0000:00:1f.0").empty());
  EXPECT_TRUE(upstream_addresses("").empty());
}

TEST(PciLinks, AccessControlRegister) {
  // AER first (id 1, next 0x108), then ACS (id 0x0d): control 0x001d.
  const auto found = parse_access_control(
      config_with({0x01, 0x00, 0x82, 0x10, 0, 0, 0, 0, 0x0d, 0x00, 0x01, 0x00, 0x5f, 0x00, 0x1d, 0x00}));
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->capable);
  EXPECT_EQ(found->enabled, (std::vector<std::string>{"source_validation", "request_redirect", "completion_redirect",
                                                      "upstream_forwarding"}));
  const auto off = parse_access_control(config_with({0x0d, 0x00, 0x01, 0x00, 0x5f, 0x00, 0x00, 0x00}));
  ASSERT_TRUE(off && off->capable);
  EXPECT_TRUE(off->enabled.empty());
}

TEST(PciLinks, AccessControlNotRead) {
  EXPECT_EQ(parse_access_control(std::string(64, '\0')), std::nullopt) << "64 bytes are all that others get";
  EXPECT_EQ(parse_access_control(config_with({0xff, 0xff, 0xff, 0xff})), std::nullopt) << "the device is gone";
  EXPECT_EQ(parse_access_control(config_with({0x0d, 0x00, 0x01, 0x00, 0x5f})), std::nullopt) << "cut";
  const auto none = parse_access_control(config_with({0x01, 0x00, 0x02, 0x00, 0, 0, 0, 0}));
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->capable);
  const auto loop = parse_access_control(config_with({0x01, 0x00, 0x02, 0x10, 0, 0, 0, 0}));
  ASSERT_TRUE(loop);
  EXPECT_FALSE(loop->capable) << "a list that points at itself ends";
}

Files tree() {
  const std::string gpu = kPci + "0000:3b:00.0/";
  const std::string port = kPci + "0000:3a:00.0/";
  return {
      {gpu + "class", "0x030200\n"},
      {gpu + "vendor", "0x10de\n"},
      {gpu + "device", "0x2330\n"},
      {gpu + "current_link_speed", "2.5 GT/s PCIe\n"},
      {gpu + "max_link_speed", "32.0 GT/s PCIe\n"},
      {gpu + "current_link_width", "8\n"},
      {gpu + "max_link_width", "16\n"},
      {gpu + "iommu_group", "../../../../kernel/iommu_groups/12\n"},
      {"root/sys/kernel/iommu_groups/12/type", "identity\n"},
      {kPci + "0000:3b:00.0", "../../../devices/pci0000:3a/0000:3a:00.0/0000:3b:00.0\n"},
      {port + "class", "0x060400\n"},
      {port + "current_link_speed", "2.5 GT/s PCIe\n"},
      {port + "max_link_speed", "16.0 GT/s PCIe\n"},
      {port + "current_link_width", "8\n"},
      {port + "max_link_width", "8\n"},
      {port + "config", config_with({0x0d, 0x00, 0x01, 0x00, 0x5f, 0x00, 0x1d, 0x00})},
      {"root/sys/class/infiniband/mlx5_0", "../../devices/pci0000:3a/0000:3a:00.0/0000:3b:00.0/infiniband/mlx5_0\n"}};
}

TEST(PciLinks, DeviceWithItsPorts) {
  const std::string errors = kPci + "0000:3b:00.0/aer_dev_correctable";
  const auto bundle = bundle_of(tree(), {{errors, 0, "RxErr 0\nBadTLP 3\nTOTAL_ERR_COR 3\n"},
                                         {errors, 30'000'000'000, "RxErr 0\nBadTLP 10\nTOTAL_ERR_COR 10\n"},
                                         {kPci + "0000:3b:00.0/aer_dev_fatal", 0, "DLP 0\nTOTAL_ERR_FATAL 0\n"}});
  ASSERT_NE(bundle, nullptr);
  const FactsBuilder builder = read_facts(*bundle);
  ASSERT_EQ(builder.facts.topology->pci_devices->size(), 1U);
  const PciDevice& device = builder.facts.topology->pci_devices->front();
  EXPECT_EQ(device.iommu_group, 12);
  EXPECT_EQ(device.iommu_type, "identity");
  EXPECT_EQ(*device.rdma_devices, std::vector<std::string>{"mlx5_0"});
  EXPECT_EQ(device.errors->correctable_count, 10);
  EXPECT_EQ(device.errors->correctable_delta, 7);
  EXPECT_EQ(device.errors->seconds, 30.0);
  EXPECT_EQ(device.errors->fatal_count, 0);
  EXPECT_EQ(device.errors->fatal_delta, std::nullopt) << "read once";
  EXPECT_EQ(device.errors->kinds, (std::map<std::string, std::int64_t>{{"correctable/BadTLP", 10}}));
  ASSERT_EQ(device.upstream->size(), 1U);
  const PciPort& port = device.upstream->front();
  EXPECT_EQ(port.address, "0000:3a:00.0");
  EXPECT_EQ(port.link_width_max, 8) << "the slot is wired for eight lanes";
  EXPECT_EQ(port.link_speed_max_gts, 16.0);
  EXPECT_EQ(port.acs_capable, true);
  EXPECT_EQ(port.acs_enabled->size(), 4U);
}

TEST(PciLinks, T41AccessControlIsToldPortByPort) {
  Files files = tree();
  files[kPci + "0000:3a:00.0/config"] = std::string(64, '\0');
  const FactsBuilder builder = read_facts(*bundle_of(files));
  const PciPort& port = builder.facts.topology->pci_devices->front().upstream->front();
  EXPECT_EQ(port.acs_capable, std::nullopt);
  EXPECT_EQ(builder.missing().at("/topology/pci_devices/0/upstream/0/acs_capable").reason, "permission");
}

TEST(PciLinks, AnErrorCounterThatWentBackwardsHasNoGrowth) {
  const std::string errors = kPci + "0000:3b:00.0/aer_dev_correctable";
  const auto bundle =
      bundle_of(tree(), {{errors, 0, "TOTAL_ERR_COR 30\n"}, {errors, 1'000'000'000, "TOTAL_ERR_COR 2\n"}});
  const FactsBuilder builder = read_facts(*bundle);
  const auto& found = builder.facts.topology->pci_devices->front().errors;
  EXPECT_EQ(found->correctable_count, 2);
  EXPECT_EQ(found->correctable_delta, std::nullopt);
}

TEST(PciLinks, AVmHasNeitherErrorsNorGroup) {
  Files files = tree();
  files.erase(kPci + "0000:3b:00.0/iommu_group");
  const FactsBuilder builder = read_facts(*bundle_of(files));
  EXPECT_EQ(builder.missing().at("/topology/pci_devices/0/iommu_group").reason, "structural");
  EXPECT_EQ(builder.missing().at("/topology/pci_devices/0/errors").reason, "file_absent");
}

}  // namespace
}  // namespace ihc::test
