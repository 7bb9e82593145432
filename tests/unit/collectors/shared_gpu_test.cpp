// What GPU tools printed on machines that this project never saw, against what their index says of them: the facts that
// come out of a bundle with the text at its place. Skipped where the shared captures are absent.

#include <filesystem>
#include <iostream>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/limits.h"
#include "cli/read_facts.h"
#include "collect/collector.h"
#include "support/recorded_tree.h"

namespace ihc {
extern const Collector k_gpu_collector;
}  // namespace ihc

namespace ihc::test {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMiB = 1048576;

class SharedGpu : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(shared_dir() / "corpus")) GTEST_SKIP() << (shared_dir() / "corpus") << " is absent";
  }
  static std::string text(const std::string& path) {
    const auto bytes = read_file(shared_dir() / "corpus" / path, limits::kMaxFileBytes);
    EXPECT_TRUE(bytes) << path;
    return bytes ? *bytes : std::string();
  }
  static FactsBuilder facts_of(const std::string& kind, const std::string& file) {
    for (const ForeignText& row : k_gpu_collector.texts) {
      if (row.kind != kind) continue;
      return read_facts(*MemoryBundle::of_files({{std::string(row.member), text(kind + "/" + file)}}));
    }
    ADD_FAILURE() << kind << " has no row";
    return {};
  }
  static void agree(const std::string& kind, std::size_t count, std::size_t of) {
    std::cout << kind << ": " << (HasFailure() ? "not all" : std::to_string(count)) << " of " << of << " agree\n";
  }
  static std::string links_of(const Facts& facts, const std::string& from) {
    std::string list;
    for (const GpuLink& link : facts.gpu_links.value_or(std::vector<GpuLink>{})) {
      if (link.from == from) list += (list.empty() ? "" : " ") + link.to + "=" + link.path;
    }
    return list;
  }
};

TEST_F(SharedGpu, XmlReports) {
  struct Row {
    const char* file;
    const char* address;
    const char* name;
    std::optional<std::string> driver;
    std::int64_t memory_mib;
  };
  const Row rows[] = {
      {"a100-sxm4-v12.xml", "0000:01:00.0", "NVIDIA A100-SXM4-80GB", "535.54.03", 81920},
      {"gtx-1070-ti.xml", "0000:01:00.0", "GeForce GTX 1070 Ti", std::nullopt, 4096},
      {"quadro-p400.xml", "0000:43:00.0", "Quadro P400", "418.43", 1998},
      {"rtx-3080-v12.xml", "0000:04:00.0", "NVIDIA GeForce RTX 3080", "536.40", 10240},
      {"rtx-4000-sff-ada-v13.xml", "0000:06:00.0", "NVIDIA RTX 4000 SFF Ada Generation", "595.84", 20475},
      {"tesla-t4.xml", "0000:00:1e.0", "Tesla T4", "515.105.01", 15360},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.file);
    const FactsBuilder builder = facts_of("nvidia-smi-q-xml", row.file);
    const Facts& facts = builder.facts;
    ASSERT_TRUE(facts.gpus && facts.gpus->size() == 1);
    const Gpu& gpu = facts.gpus->front();
    EXPECT_EQ(gpu.address, row.address);
    EXPECT_EQ(gpu.name, row.name);
    EXPECT_EQ(facts.gpu_stack->driver_version, row.driver);
    EXPECT_EQ(gpu.memory->total_bytes, row.memory_mib * kMiB);
    EXPECT_EQ(facts.gpu_stack->state, "ok");
    EXPECT_TRUE(gpu.utilization || builder.missing().contains("/gpus/0/utilization/gpu_pct"));
  }
  agree("nvidia-smi-q-xml", std::size(rows), std::size(rows));
}

TEST_F(SharedGpu, XmlOfMigA100) {
  const FactsBuilder builder = facts_of("nvidia-smi-q-xml", "a100-sxm4-v12.xml");
  const Gpu& gpu = builder.facts.gpus->front();
  EXPECT_EQ(builder.facts.gpu_stack->attached_count, 4);
  EXPECT_EQ(builder.missing().at("/gpus").reason, "parse_error") << "one of four GPUs is in the capture";
  EXPECT_EQ(gpu.index, std::nullopt) << "which of the four nobody knows";
  EXPECT_EQ(gpu.mig_enabled, true);
  ASSERT_TRUE(gpu.mig_devices && gpu.mig_devices->size() == 4);
  EXPECT_EQ(gpu.mig_devices->at(3).gpu_instance_id, 6);
  EXPECT_EQ(gpu.mig_devices->at(3).memory_total_bytes, 19968 * kMiB);
  EXPECT_EQ(gpu.persistence_enabled, false);
  EXPECT_EQ(gpu.minor_number, 1);
  EXPECT_EQ(gpu.device, "20b2");
  EXPECT_EQ(gpu.pcie->gen_current, 4);
  EXPECT_EQ(gpu.pcie->width_max, 16);
  EXPECT_EQ(gpu.power->draw_w, 67.03);
  EXPECT_EQ(gpu.power->limit_w, 500.0);
  EXPECT_EQ(gpu.power->default_limit_w, 500.0);
  EXPECT_EQ(gpu.temperatures->memory_celsius, 44);
  EXPECT_EQ(gpu.clocks->sm_mhz, 1275);
  EXPECT_EQ(gpu.clocks_max->sm_mhz, 1410);
  EXPECT_EQ(gpu.clocks_applications->graphics_mhz, 1275);
  EXPECT_EQ(gpu.ecc->enabled, true);
  EXPECT_EQ(
      *gpu.ecc->volatile_counts,
      (GpuCounts{
          {"dram_correctable", 0}, {"dram_uncorrectable", 0}, {"sram_correctable", 0}, {"sram_uncorrectable", 0}}));
  EXPECT_EQ(gpu.remapped_rows, std::nullopt) << "printed as N/A";
  EXPECT_EQ(gpu.utilization, std::nullopt) << "a GPU in MIG mode has none";
  EXPECT_EQ(builder.missing().at("/gpus/0/utilization/gpu_pct").reason, "structural");
  ASSERT_TRUE(gpu.processes);
  EXPECT_TRUE(gpu.processes->empty());
}

TEST_F(SharedGpu, XmlOfNewestLayout) {
  const FactsBuilder builder = facts_of("nvidia-smi-q-xml", "rtx-4000-sff-ada-v13.xml");
  const Gpu& gpu = builder.facts.gpus->front();
  EXPECT_EQ(gpu.index, 0);
  EXPECT_EQ(builder.facts.gpu_stack->cuda_version, "13.2");
  EXPECT_EQ(gpu.power->draw_average_w, 8.81);
  EXPECT_EQ(gpu.power->draw_instant_w, 8.44);
  EXPECT_EQ(gpu.power->enforced_limit_w, 70.0);
  EXPECT_EQ(gpu.event_reasons->at("gpu_idle"), true);
  EXPECT_EQ(gpu.event_reasons->at("sw_power_cap"), false);
  EXPECT_EQ(gpu.event_reasons_us->at("sw_power_cap"), 4251825415);
  EXPECT_EQ(gpu.event_reasons_us->at("hw_thermal_slowdown"), 0);
  EXPECT_EQ(gpu.clocks_applications, std::nullopt) << "deprecated is not a clock";
  EXPECT_EQ(builder.missing().at("/gpus/0/clocks_applications/graphics_mhz").reason, "structural");
  EXPECT_EQ(gpu.ecc->enabled, false);
  EXPECT_EQ(gpu.ecc->volatile_counts, std::nullopt);
  EXPECT_EQ(gpu.remapped_rows->pending, false);
  EXPECT_EQ(gpu.remapped_rows->uncorrectable_count, 0);
  ASSERT_TRUE(gpu.processes && gpu.processes->size() == 4);
  EXPECT_EQ(gpu.processes->at(2).pid, 4937);
  EXPECT_EQ(gpu.processes->at(2).type, "C");
  EXPECT_EQ(gpu.processes->at(3).memory_bytes, 183 * kMiB);
  EXPECT_EQ(gpu.recovery_action, "None");
  EXPECT_FALSE(builder.missing().contains("/gpus"));
}

TEST_F(SharedGpu, TextReports) {
  struct Row {
    const char* file;
    std::size_t gpus;
    const char* first;
    const char* last;
    const char* driver;
  };
  const Row rows[] = {
      {"azure-orig_nvsmi8_output.txt", 8, "0001:00:00.0", "0008:00:00.0", "535.86.10"},
      {"h100-8gpu-535.161.txt", 8, "0000:19:00.0", "0000:db:00.0", "535.161.08"},
      {"rtx4090-8gpu-535.154.txt", 8, "0000:01:00.0", "0000:e1:00.0", "535.154.05"},
      {"titanv-560.txt", 1, "0000:01:00.0", "0000:01:00.0", "560.35.03"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.file);
    const FactsBuilder builder = facts_of("nvidia-smi-q-text", row.file);
    const Facts& facts = builder.facts;
    ASSERT_TRUE(facts.gpus);
    ASSERT_EQ(facts.gpus->size(), row.gpus);
    EXPECT_EQ(facts.gpus->front().address, row.first);
    EXPECT_EQ(facts.gpus->back().address, row.last);
    EXPECT_EQ(facts.gpus->back().index, static_cast<std::int64_t>(row.gpus) - 1);
    EXPECT_EQ(facts.gpu_stack->driver_version, row.driver);
    EXPECT_EQ(facts.gpu_stack->attached_count, static_cast<std::int64_t>(row.gpus));
    EXPECT_FALSE(builder.missing().contains("/gpus")) << builder.missing().at("/gpus").hint;
  }
  agree("nvidia-smi-q-text", std::size(rows), std::size(rows));
}

TEST_F(SharedGpu, TextOfEightH100) {
  const Facts facts = facts_of("nvidia-smi-q-text", "h100-8gpu-535.161.txt").facts;
  const std::vector<std::string> addresses{"0000:19:00.0", "0000:3b:00.0", "0000:4c:00.0", "0000:5d:00.0",
                                           "0000:9b:00.0", "0000:bb:00.0", "0000:cb:00.0", "0000:db:00.0"};
  for (std::size_t index = 0; index < addresses.size(); ++index) {
    const Gpu& gpu = facts.gpus->at(index);
    EXPECT_EQ(gpu.address, addresses[index]);
    EXPECT_EQ(gpu.name, "NVIDIA H100 80GB HBM3");
    EXPECT_EQ(gpu.memory->total_bytes, 81559 * kMiB);
    EXPECT_EQ(gpu.pcie->gen_max, 5);
    EXPECT_EQ(gpu.power->default_limit_w, 700.0);
    EXPECT_EQ(gpu.clocks_max->sm_mhz, 1980);
    EXPECT_EQ(gpu.fabric->state, "Completed");
    EXPECT_EQ(gpu.fabric->status, "Success");
    EXPECT_TRUE(gpu.processes && gpu.processes->empty());
  }
  const Gpu& first = facts.gpus->front();
  EXPECT_EQ(first.pcie->replay_count, 67);
  EXPECT_EQ(first.event_reasons->at("hw_slowdown"), true);
  EXPECT_EQ(first.event_reasons->at("hw_power_brake_slowdown"), true);
  EXPECT_EQ(first.event_reasons->at("hw_thermal_slowdown"), false);
  EXPECT_EQ(first.event_reasons->at("gpu_idle"), false);
  EXPECT_EQ(first.ecc->volatile_counts->at("sram_uncorrectable_secded"), 0);
  EXPECT_EQ(first.ecc->sram_threshold_exceeded, false);
  EXPECT_EQ(first.power->draw_w, 67.74);
  EXPECT_EQ(first.remapped_rows->failure, false);
  EXPECT_EQ(first.retired_pages, std::nullopt);
}

TEST_F(SharedGpu, TextOfOnePart) {
  const Facts facts = facts_of("nvidia-smi-q-text", "azure-orig_nvsmi8_output.txt").facts;
  for (const Gpu& gpu : *facts.gpus) {
    EXPECT_EQ(gpu.retired_pages->single_bit_count, 0);
    EXPECT_EQ(gpu.retired_pages->double_bit_count, 0);
    EXPECT_EQ(gpu.retired_pages->pending, false);
    EXPECT_EQ(gpu.memory, std::nullopt);
  }
}

TEST_F(SharedGpu, TextWithProcesses) {
  const Facts facts = facts_of("nvidia-smi-q-text", "titanv-560.txt").facts;
  const Gpu& gpu = facts.gpus->front();
  ASSERT_TRUE(gpu.processes && gpu.processes->size() == 3);
  EXPECT_EQ(gpu.processes->at(0).pid, 100607);
  EXPECT_EQ(gpu.processes->at(0).name, "/usr/lib/xorg/Xorg");
  EXPECT_EQ(gpu.processes->at(2).memory_bytes, 111 * kMiB);
  EXPECT_EQ(gpu.event_reasons->at("gpu_idle"), true);
  EXPECT_EQ(gpu.pcie->gen_current, 1);
  EXPECT_EQ(gpu.pcie->gen_max, 3);
}

TEST_F(SharedGpu, Topologies) {
  const Facts indented = facts_of("nvidia-smi-topo", "4gpu-all-sys-indented.txt").facts;
  ASSERT_EQ(indented.gpus->size(), 4U);
  EXPECT_EQ(indented.gpu_links->size(), 6U);
  EXPECT_EQ(links_of(indented, "GPU0"), "GPU1=SYS GPU2=SYS GPU3=SYS");
  for (const Gpu& gpu : *indented.gpus) {
    EXPECT_EQ(gpu.local_cpus->to_list(), "0-47");
    EXPECT_EQ(gpu.numa_node, 0);
  }

  const Facts a100 = facts_of("nvidia-smi-topo", "a100-pcie-4gpu-4numa.txt").facts;
  const char* const cpus[] = {"0-23", "24-47", "48-71", "72-95"};
  for (std::size_t index = 0; index < 4; ++index) {
    EXPECT_EQ(a100.gpus->at(index).local_cpus->to_list(), cpus[index]);
    EXPECT_EQ(a100.gpus->at(index).numa_node, static_cast<std::int64_t>(index));
  }
  EXPECT_EQ(links_of(a100, "GPU0"), "GPU1=NV12 GPU2=SYS GPU3=SYS");
  EXPECT_EQ(a100.gpu_links->front().nvlink_count, 12);

  const FactsBuilder spark = facts_of("nvidia-smi-topo", "gb10-spark-4nic.txt");
  EXPECT_EQ(spark.facts.gpus->front().local_cpus->to_list(), "0-19");
  EXPECT_EQ(links_of(spark.facts, "GPU0"), "NIC0=NODE NIC1=NODE NIC2=NODE NIC3=NODE");
  EXPECT_EQ(spark.missing().at("/gpu_links").reason, "parse_error") << "the NICs have no rows: the capture is partial";

  const FactsBuilder l40s = facts_of("nvidia-smi-topo", "l40s-2gpu-2nic.txt");
  EXPECT_EQ(links_of(l40s.facts, "GPU0"), "GPU1=NODE NIC0=SYS NIC1=SYS");
  EXPECT_EQ(links_of(l40s.facts, "NIC0"), "NIC1=PIX");
  EXPECT_EQ(l40s.facts.gpus->front().local_cpus, std::nullopt) << "the tool cut this list";
  EXPECT_EQ(l40s.facts.gpus->front().affinity_cpus_shown->to_list(), "0,2,4,6,8,10");
  EXPECT_EQ(l40s.facts.gpus->front().numa_node, 0);
  EXPECT_EQ(l40s.facts.gpus->front().memory_numa_node, std::nullopt);
  EXPECT_EQ(l40s.missing().at("/gpus/0/local_cpus").reason, "parse_error");
  EXPECT_FALSE(l40s.missing().contains("/gpu_links"));
}

TEST_F(SharedGpu, TopologyWithEscapes) {
  const FactsBuilder builder = facts_of("nvidia-smi-topo", "h200class-8gpu-10nic-ansi.txt");
  const Facts& facts = builder.facts;
  ASSERT_EQ(facts.gpus->size(), 8U);
  for (std::size_t index = 0; index < 8; ++index) {
    const Gpu& gpu = facts.gpus->at(index);
    EXPECT_EQ(gpu.local_cpus->to_list(), index < 4 ? "0-63,128-191" : "64-127,192-255");
    EXPECT_EQ(gpu.numa_node, index < 4 ? 0 : 1);
    EXPECT_EQ(gpu.memory_numa_node, std::nullopt);
  }
  EXPECT_EQ(facts.gpu_links->size(), 18U * 17 / 2);
  const std::map<std::string, std::string> best{{"GPU0", "NIC3"},           {"GPU1", "NIC5"}, {"GPU2", "NIC4"},
                                                {"GPU3", "NIC0 NIC1 NIC2"}, {"GPU4", "NIC7"}, {"GPU5", "NIC9"},
                                                {"GPU6", "NIC8"},           {"GPU7", "NIC6"}};
  std::map<std::string, std::string> found;
  for (const GpuLink& link : *facts.gpu_links) {
    if (link.from.starts_with("GPU") && link.to.starts_with("GPU")) {
      EXPECT_EQ(link.path, "NV18");
    }
    if (link.from.starts_with("GPU") && link.path == "PIX") {
      found[link.from] += (found[link.from].empty() ? "" : " ") + link.to;
      EXPECT_EQ(link.to_device, "mlx5_" + link.to.substr(3));
    }
  }
  EXPECT_EQ(found, best);
  EXPECT_FALSE(builder.missing().contains("/gpu_links"));
  agree("nvidia-smi-topo", 5, 5);
}

TEST_F(SharedGpu, NvLinks) {
  const Facts facts = facts_of("nvidia-smi-nvlink", "a100-nvlink-status.txt").facts;
  ASSERT_EQ(facts.gpus->size(), 8U);
  for (const Gpu& gpu : *facts.gpus) {
    ASSERT_EQ(gpu.nvlinks->size(), 12U);
    for (const NvLink& link : *gpu.nvlinks) {
      EXPECT_EQ(link.active, true);
      EXPECT_EQ(link.speed_gbytes_per_second, 25.0);
    }
  }
  EXPECT_EQ(facts.gpus->at(7).uuid, "GPU-754035b4-4708-efcd-b261-623aea38bcad");
  agree("nvidia-smi-nvlink", 1, 1);
}

TEST_F(SharedGpu, Lists) {
  const Facts facts = facts_of("nvidia-smi-L", "insights-1.txt").facts;
  ASSERT_EQ(facts.gpus->size(), 2U);
  EXPECT_EQ(facts.gpus->at(1).name, "NVIDIA A100-PCIE-40GB");
  EXPECT_EQ(facts.gpus->at(1).uuid, "GPU-c9bd25dc-c0c4-3ab6-8f7f-3ad16d6bde4a");
  EXPECT_EQ(facts.gpus->at(1).index, 1);
  EXPECT_EQ(facts.gpu_stack->listed_count, 2);
  agree("nvidia-smi-L", 1, 1);
}

TEST_F(SharedGpu, QueryCsv) {
  const Facts loaded = facts_of("nvidia-smi-query-csv", "4gpu-mixed-load.csv").facts;
  ASSERT_EQ(loaded.gpus->size(), 4U);
  const std::int64_t used[] = {46109, 5, 74709, 43785};
  for (std::size_t index = 0; index < 4; ++index) {
    EXPECT_EQ(loaded.gpus->at(index).index, static_cast<std::int64_t>(index));
    EXPECT_EQ(loaded.gpus->at(index).memory->used_bytes, used[index] * kMiB);
    EXPECT_EQ(loaded.gpus->at(index).utilization->gpu_pct, 0);
  }
  const FactsBuilder bare = facts_of("nvidia-smi-query-csv", "insights-1.csv");
  ASSERT_EQ(bare.facts.gpus->size(), 3U);
  EXPECT_EQ(bare.facts.gpus->at(0).name, "NVIDIA L4");
  EXPECT_EQ(bare.facts.gpus->at(2).uuid, "GPU-c9bd25dc-c0c4-3ab6-8f7f-3ad16d6bde4a");
  EXPECT_EQ(bare.facts.gpus->at(2).index, 2);
  EXPECT_EQ(bare.facts.gpus->at(0).memory, std::nullopt) << "nothing says of which memory 23034 MiB are";
  EXPECT_EQ(bare.missing().at("/gpus").reason, "parse_error");
  agree("nvidia-smi-query-csv", 2, 2);
}

TEST_F(SharedGpu, Tables) {
  const FactsBuilder h100 = facts_of("nvidia-smi-table", "gpud-550.90.07.txt");
  ASSERT_EQ(h100.facts.gpus->size(), 8U);
  EXPECT_EQ(h100.facts.gpu_stack->driver_version, "550.90.07");
  EXPECT_EQ(h100.facts.gpu_stack->cuda_version, "12.4");
  for (const Gpu& gpu : *h100.facts.gpus) {
    EXPECT_EQ(gpu.name, "NVIDIA H100 80GB HBM3");
    EXPECT_EQ(gpu.memory->total_bytes, 81559 * kMiB);
    EXPECT_EQ(gpu.power->enforced_limit_w, 700.0);
    EXPECT_EQ(gpu.persistence_enabled, true);
    EXPECT_EQ(gpu.mig_enabled, false);
    EXPECT_EQ(gpu.ecc->volatile_counts->at("total_uncorrectable"), 0);
    EXPECT_TRUE(gpu.processes && gpu.processes->empty());
  }
  EXPECT_EQ(h100.facts.gpus->at(1).address, "0000:3b:00.0");
  EXPECT_EQ(h100.facts.gpus->at(1).temperatures->gpu_celsius, 24);
  EXPECT_FALSE(h100.missing().contains("/gpus"));

  const FactsBuilder l40s = facts_of("nvidia-smi-table", "l40s-4gpu-vllm-tp2.txt");
  ASSERT_EQ(l40s.facts.gpus->size(), 4U);
  ASSERT_EQ(l40s.facts.gpus->at(0).processes->size(), 1U);
  EXPECT_EQ(l40s.facts.gpus->at(0).processes->front().pid, 35577);
  EXPECT_EQ(l40s.facts.gpus->at(0).processes->front().name, "VLLM::Worker_TP0");
  EXPECT_EQ(l40s.facts.gpus->at(0).processes->front().memory_bytes, 43138 * kMiB);
  EXPECT_EQ(l40s.facts.gpus->at(1).processes->front().pid, 35578);
  EXPECT_TRUE(l40s.facts.gpus->at(2).processes->empty());
  EXPECT_EQ(l40s.facts.gpus->at(3).performance_state, "P8");
  EXPECT_EQ(l40s.facts.gpus->at(0).mig_enabled, std::nullopt);
  EXPECT_FALSE(l40s.missing().contains("/gpus"));
  agree("nvidia-smi-table", 2, 2);
}

// Every capture of the whole collection: ours are recognised, no other is taken for ours.
TEST_F(SharedGpu, LikenessIsSureOfItsOwnOnly) {
  std::size_t own = 0;
  for (const auto& entry : fs::recursive_directory_iterator(shared_dir() / "corpus")) {
    if (!entry.is_regular_file() || entry.path().string().find(".expected.") != std::string::npos) continue;
    const std::string folder = entry.path().parent_path().filename().string();
    const auto bytes = read_file(entry.path(), limits::kMaxFileBytes);
    if (!bytes) continue;
    const std::string_view beginning = std::string_view(*bytes).substr(0, 64 * limits::kKiB);
    for (const ForeignText& row : k_gpu_collector.texts) {
      const Likeness likeness = row.likeness(beginning);
      if (row.kind == folder) {
        ++own;
        EXPECT_EQ(likeness, Likeness::sure) << entry.path() << " is " << row.kind;
      } else {
        EXPECT_NE(likeness, Likeness::sure) << entry.path() << " is no " << row.kind;
      }
    }
  }
  EXPECT_EQ(own, 21U);
}

}  // namespace
}  // namespace ihc::test
