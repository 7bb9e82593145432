// Parsers whose input has many spellings: one row a spelling.

#include <gtest/gtest.h>

#include "collectors/node/virtualization.h"
#include "collectors/pci/devices.h"
#include "collectors/workers/cgroup_path.h"
#include "collectors/workers/numa_maps.h"
#include "collectors/workers/worker_key.h"

namespace ihc::test {
namespace {

// ---- cgroups -------------------------------------------------------------------------------------------------------

struct CgroupRow {
  const char* name;
  const char* text;
  std::optional<std::string> path, unit, kind;
  std::optional<bool> in_container;
};

TEST(Cgroup, UnitsAndContainers) {
  const std::string id(64, 'a');
  const std::string docker_v1 = "12:cpuset:/docker/" + id + "\n1:name=systemd:/docker/" + id + "\n";
  const std::string docker_v2 = "0::/system.slice/docker-" + id + ".scope\n";
  const std::string pod = "0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-" + id + ".scope\n";
  const CgroupRow rows[] = {
      {"service", "0::/system.slice/vllm.service\n", "/system.slice/vllm.service", "vllm.service", "service", false},
      {"user service", "0::/user.slice/user-1000.slice/user@1000.service/app.slice/vllm.service\n",
       "/user.slice/user-1000.slice/user@1000.service/app.slice/vllm.service", "vllm.service", "service", false},
      {"session", "0::/user.slice/user-0.slice/session-3.scope\n", "/user.slice/user-0.slice/session-3.scope",
       "session-3.scope", "session", false},
      {"below a service", "0::/system.slice/vllm.service/worker\n", "/system.slice/vllm.service/worker", "vllm.service",
       "service", false},
      {"escaped", "0::/system.slice/vllm\\x2dprod.service\n", "/system.slice/vllm\\x2dprod.service",
       "vllm\\x2dprod.service", "service", false},
      {"template", "0::/system.slice/system-vllm.slice/vllm@0.service\n",
       "/system.slice/system-vllm.slice/vllm@0.service", "vllm@0.service", "service", false},
      {"protected name", "0::/system.slice/_memory.service\n", "/system.slice/_memory.service", "memory.service",
       "service", false},
      {"hybrid", "2:memory:/x\n1:name=systemd:/system.slice/a.service\n0::/system.slice/a.service\n",
       "/system.slice/a.service", "a.service", "service", false},
      {"legacy with empty v2", "1:name=systemd:/system.slice/a.service\n0::/\n", "/system.slice/a.service", "a.service",
       "service", false},
      {"docker v1", docker_v1.c_str(), "/docker/" + id, std::nullopt, std::nullopt, true},
      {"docker v2", docker_v2.c_str(), "/system.slice/docker-" + id + ".scope", "docker-" + id + ".scope", "scope",
       true},
      {"pod", pod.c_str(), "/kubepods.slice/kubepods-pod1.slice/cri-containerd-" + id + ".scope",
       "cri-containerd-" + id + ".scope", "scope", true},
      {"namespace root", "0::/\n", "/", std::nullopt, std::nullopt, std::nullopt},
      {"only a slice", "0::/machine2.slice\n", "/machine2.slice", "machine2.slice", "slice", false},
  };
  for (const CgroupRow& row : rows) {
    SCOPED_TRACE(row.name);
    const auto parsed = parse_cgroup(row.text);
    EXPECT_FALSE(parsed.unparsed.any());
    EXPECT_EQ(parsed.value.path, row.path);
    EXPECT_EQ(parsed.value.unit, row.unit);
    EXPECT_EQ(parsed.value.unit_kind, row.kind);
    EXPECT_EQ(parsed.value.in_container, row.in_container);
  }
}

// ---- numa_maps -----------------------------------------------------------------------------------------------------

using NodeBytes = std::map<std::string, std::int64_t>;

struct MapsRow {
  const char* name;
  const char* line;
  NodeBytes memory, file;
  const char* policy;
  bool understood;
};

TEST(NumaMaps, KindsOfMappings) {
  const MapsRow rows[] = {
      {"anonymous",
       "7f00 default anon=3 dirty=3 N0=1 N2=2 kernelpagesize_kB=4",
       {{"0", 4096}, {"2", 8192}},
       {},
       "default",
       true},
      {"file", "7f00 default file=/usr/bin/x mapped=5 N0=5 kernelpagesize_kB=4", {}, {{"0", 20480}}, "default", true},
      {"file copied in part",
       "7f00 default file=/usr/bin/x anon=1 dirty=1 mapped=5 N0=5 kernelpagesize_kB=4",
       {},
       {{"0", 20480}},
       "default",
       true},
      {"file copied whole",
       "7f00 default file=/usr/bin/x anon=2 dirty=2 N0=2 kernelpagesize_kB=4",
       {{"0", 8192}},
       {},
       "default",
       true},
      {"posix shared memory",
       "7f00 default file=/dev/shm/psm_1 mapped=2 N1=2 kernelpagesize_kB=4",
       {{"1", 8192}},
       {},
       "default",
       true},
      {"memfd",
       "7f00 default file=/memfd:x\\040(deleted) mapped=1 N1=1 kernelpagesize_kB=4",
       {{"1", 4096}},
       {},
       "default",
       true},
      {"hugetlb",
       "7f00 bind:0-1 file=/mnt/huge/a huge dirty=1 N0=1 kernelpagesize_kB=1048576",
       {{"0", 1073741824}},
       {},
       "bind:0-1",
       true},
      {"weighted interleave",
       "7f00 weighted interleave:0-1 anon=1 N0=1 kernelpagesize_kB=4",
       {{"0", 4096}},
       {},
       "weighted interleave:0-1",
       true},
      {"prefer many",
       "7f00 prefer (many):0 anon=1 N0=1 kernelpagesize_kB=4",
       {{"0", 4096}},
       {},
       "prefer (many):0",
       true},
      {"nothing resident", "7f00 interleave=static:0-3 heap", {}, {}, "interleave=static:0-3", true},
      {"a word from the future",
       "7f00 default anon=1 novel=7 strange N0=1 kernelpagesize_kB=4",
       {{"0", 4096}},
       {},
       "default",
       true},
      {"cut before the page size", "7f00 default anon=1 N0=1 kernelpages", {}, {}, nullptr, false},
      {"no address", "default anon=1 N0=1 kernelpagesize_kB=4", {}, {}, nullptr, false},
      {"overflow", "7f00 default anon=1 N0=9223372036854775807 kernelpagesize_kB=4", {}, {}, nullptr, false},
  };
  for (const MapsRow& row : rows) {
    SCOPED_TRACE(row.name);
    const auto parsed = parse_numa_maps(row.line);
    EXPECT_EQ(parsed.unparsed.any(), !row.understood);
    EXPECT_EQ(parsed.value.bytes_by_node, row.memory);
    EXPECT_EQ(parsed.value.file_bytes_by_node, row.file);
    if (row.policy != nullptr) {
      EXPECT_EQ(parsed.value.policies, std::vector<std::string>{row.policy});
    }
  }
}

// ---- virtual machines ----------------------------------------------------------------------------------------------

struct MachineRow {
  const char* name;
  VirtualizationEvidence evidence;
  std::optional<bool> is_virtual;
  std::optional<std::string> hypervisor;
};

TEST(Virtualization, Machines) {
  const MachineRow rows[] = {
      {"bare metal", {.cpu_flag = false, .sys_vendor = "Dell Inc.", .product_name = "XE9680"}, false, std::nullopt},
      {"EC2",
       {.cpu_flag = true, .cpuid_signature = "KVMKVMKVM", .sys_vendor = "Amazon EC2", .product_name = "p5.48xlarge"},
       true,
       "amazon"},
      {"EC2 metal", {.cpu_flag = false, .sys_vendor = "Amazon EC2", .product_name = "m5.metal"}, false, std::nullopt},
      {"EC2 metal on Arm", {.sys_vendor = "Amazon EC2", .product_name = "m7g.metal"}, false, std::nullopt},
      {"EC2 on Arm", {.sys_vendor = "Amazon EC2", .product_name = "m7g.large"}, true, "amazon"},
      {"Google", {.cpu_flag = true, .sys_vendor = "Google", .product_name = "Google Compute Engine"}, true, "google"},
      {"Azure",
       {.cpu_flag = true, .sys_vendor = "Microsoft Corporation", .product_name = "Virtual Machine"},
       true,
       "microsoft"},
      {"a Surface laptop", {.cpu_flag = false, .sys_vendor = "Microsoft Corporation"}, false, std::nullopt},
      {"VMware", {.cpu_flag = true, .sys_vendor = "VMware, Inc."}, true, "vmware"},
      {"QEMU", {.cpu_flag = true, .sys_vendor = "QEMU", .product_name = "Standard PC (Q35 + ICH9, 2009)"}, true, "kvm"},
      {"Xen without DMI", {.cpu_flag = true, .hypervisor_type = "xen"}, true, "xen"},
      {"no DMI at all", {.cpu_flag = true, .cpuid_signature = "KVMKVMKVM"}, true, "kvm"},
      {"device tree", {.device_tree = "linux,kvm"}, true, "kvm"},
      {"nameless", {.cpu_flag = true}, true, std::nullopt},
      {"nothing known", {}, std::nullopt, std::nullopt},
  };
  for (const MachineRow& row : rows) {
    SCOPED_TRACE(row.name);
    const Virtualization result = judge_virtualization(row.evidence);
    EXPECT_EQ(result.is_virtual_machine, row.is_virtual);
    EXPECT_EQ(result.hypervisor, row.hypervisor);
  }
}

// ---- PCI -----------------------------------------------------------------------------------------------------------

TEST(Pci, KindsOfDevices) {
  EXPECT_EQ(pci_kind("030200", "10de"), "gpu");
  EXPECT_EQ(pci_kind("120000", "1da3"), "gpu");
  EXPECT_EQ(pci_kind("030000", "1002"), "gpu");
  EXPECT_EQ(pci_kind("030000", "1a03"), "other") << "the VGA of a management controller";
  EXPECT_EQ(pci_kind("020000", "8086"), "network");
  EXPECT_EQ(pci_kind("020700", "15b3"), "infiniband");
  EXPECT_EQ(pci_kind("010802", "144d"), "nvme");
  EXPECT_EQ(pci_kind("060400", "8086"), "other");
}

TEST(Pci, Addresses) {
  EXPECT_TRUE(is_pci_address("0000:3b:00.0"));
  EXPECT_TRUE(is_pci_address("10000:01:00.7"));
  for (const char* text :
       {"", "3b:00.0", "0000:3b:00.8", "0000:3b:0.0", "pci0000:00", "0000:3g:00.0", "0000:3b:00.0x"}) {
    EXPECT_FALSE(is_pci_address(text)) << text;
  }
}

// ---- keys ----------------------------------------------------------------------------------------------------------

TEST(WorkerKey, SurvivesRestartsAndIsUnique) {
  const WorkerIdentity alone{
      .comm = "vllm", .unit = "vllm.service", .unit_kind = "service", .framework = "vllm", .pid = 10};
  EXPECT_EQ(worker_keys({alone}), std::vector<std::string>{"vllm.service"});

  WorkerIdentity rank0 = alone;
  rank0.arguments = {"VLLM::Worker_TP0"};
  rank0.pid = 11;
  WorkerIdentity rank1 = rank0;
  rank1.arguments = {"VLLM::Worker_TP1"};
  EXPECT_EQ(worker_keys({alone, rank1, rank0}),
            (std::vector<std::string>{"vllm.service/vllm", "vllm.service/VLLM::Worker_TP1",
                                      "vllm.service/VLLM::Worker_TP0"}));

  const WorkerIdentity by_hand{.comm = "python3",
                               .arguments = {"vllm", "serve", "m/x", "--port=8000"},
                               .unit = "session-3.scope",
                               .unit_kind = "session",
                               .framework = "vllm",
                               .role = "server",
                               .gpus = {"0000:3b:00.0", "0000:5e:00.0"}};
  EXPECT_EQ(worker_keys({by_hand}),
            std::vector<std::string>{"vllm model=m/x port=8000 process=server gpus=0000:3b:00.0,0000:5e:00.0"});

  const WorkerIdentity older{.comm = "python3", .arguments = {"python3", "x.py"}, .start_time_ticks = 5, .pid = 900};
  const WorkerIdentity newer{.comm = "python3", .arguments = {"python3", "x.py"}, .start_time_ticks = 6, .pid = 100};
  const auto keys = worker_keys({newer, older});
  EXPECT_EQ(keys[0], keys[1] + "#2") << "the first to start keeps the plain key, whatever its PID";
  EXPECT_TRUE(keys[1].starts_with("python3-")) << keys[1];
  EXPECT_EQ(keys[1].find("900"), std::string::npos);
}

}  // namespace
}  // namespace ihc::test
