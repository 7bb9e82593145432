#include "collect/discovery.h"

#include <gtest/gtest.h>

#include "collect/reasons.h"

namespace ihc {
namespace {

using namespace std::string_literals;

struct StatCase {
  const char* name;
  std::string text;
  const char* expected;  // "pid comm ppid kthread start", or "" for nothing
};

class ProcessStatTest : public testing::TestWithParam<StatCase> {};

TEST_P(ProcessStatTest, IsRead) {
  const auto stat = parse_process_identity(GetParam().text);
  const std::string printed =
      stat ? std::to_string(stat->pid) + " " + stat->comm + " " + std::to_string(stat->parent_pid) + " " +
                 (stat->is_kernel_thread ? "kernel" : "user") + " " + std::to_string(stat->start_time_ticks)
           : "";
  EXPECT_EQ(printed, GetParam().expected);
}

const std::string kRest = " S 12 34 34 0 -1 4194560 9 0 0 0 1 2 0 0 20 0 1 0 8765 1 2 3";

INSTANTIATE_TEST_SUITE_P(Texts, ProcessStatTest,
                         testing::Values(StatCase{"plain", "56 (vllm)" + kRest + "\n", "56 vllm 12 user 8765"},
                                         StatCase{"odd_name", "56 (a) b (c))" + kRest, "56 a) b (c) 12 user 8765"},
                                         StatCase{"line_feed", "56 (a\nb)" + kRest, "56 a\nb 12 user 8765"},
                                         StatCase{"kernel_thread",
                                                  "2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 5 0",
                                                  "2 kthreadd 0 kernel 5"},
                                         StatCase{"empty", "", ""}, StatCase{"no_name", "56 S 12", ""},
                                         StatCase{"cut", "56 (vllm) S 12 34 34 0 -1", ""},
                                         StatCase{"cut_in_name", "56 (vl", ""},
                                         StatCase{"reversed", "56 )vllm(" + kRest, ""},
                                         StatCase{"huge", "99999999999999999999 (x)" + kRest, ""},
                                         StatCase{"no_number", "x (y)" + kRest, ""}),
                         [](const auto& row) { return row.param.name; });

struct CgroupCase {
  const char* name;
  const char* text;
  const char* unit;
  bool expected;
};

class CgroupUnit : public testing::TestWithParam<CgroupCase> {};

TEST_P(CgroupUnit, IsFoundInItsHierarchy) {
  EXPECT_EQ(cgroup_names_unit(GetParam().text, GetParam().unit), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, CgroupUnit,
    testing::Values(
        CgroupCase{"version_2", "0::/system.slice/vllm.service\n", "vllm.service", true},
        CgroupCase{"suffix_left_out", "0::/system.slice/vllm.service\n", "vllm", true},
        CgroupCase{"below_the_unit", "0::/system.slice/vllm.service/engine/0\n", "vllm.service", true},
        CgroupCase{"template", "0::/system.slice/system-vllm.slice/vllm@0.service", "vllm@0.service", true},
        CgroupCase{"another_instance", "0::/system.slice/system-vllm.slice/vllm@0.service", "vllm@1.service", false},
        CgroupCase{"slice", "0::/ai.slice/vllm.service", "ai.slice", true},
        CgroupCase{"scope", "0::/kubepods.slice/cri-containerd-abc.scope", "cri-containerd-abc.scope", true},
        CgroupCase{"version_1", "12:cpuset:/\n1:name=systemd:/system.slice/vllm.service\n", "vllm.service", true},
        CgroupCase{"hybrid", "1:name=systemd:/system.slice/vllm.service\n0::/system.slice/vllm.service\n", "vllm",
                   true},
        CgroupCase{"only_a_controller", "4:cpuset:/vllm.service\n0::/\n", "vllm.service", false},
        CgroupCase{"part_of_a_name", "0::/system.slice/my-vllm.service", "vllm.service", false},
        CgroupCase{"empty", "", "vllm", false}, CgroupCase{"malformed", "0:\n:::\nx", "vllm", false},
        CgroupCase{"colon_in_path", "0::/a:b/vllm.service", "vllm", true}),
    [](const auto& row) { return row.param.name; });

/// pid, parent, comm, arguments (NUL-separated), kernel thread
ProcessTable table_of(std::vector<std::tuple<int, int, std::string, std::string, bool>> rows, int own_pid) {
  ProcessTable table;
  table.own_pid = own_pid;
  for (auto& [pid, parent, comm, command_line, is_kernel] : rows) {
    Process& process = table.by_pid[pid];
    process.stat = {
        .pid = pid, .comm = comm, .parent_pid = parent, .is_kernel_thread = is_kernel, .start_time_ticks = pid * 10};
    process.command_line = command_line;
    table.children.emplace(parent, pid);
  }
  return table;
}

ProcessTable node() {
  return table_of({{1, 0, "systemd", "/sbin/init\0"s, false},
                   {2, 0, "kthreadd", "", true},
                   {3, 2, "vllm", "", true},  // a kernel thread may have any name
                   {10, 1, "vllm", "/usr/bin/python3\0/usr/local/bin/vllm\0serve\0m\0"s, false},
                   {11, 10, "VLLM::EngineCor", "VLLM::EngineCore\0"s, false},
                   {12, 11, "VLLM::Worker_TP", "VLLM::Worker_TP0\0"s, false},
                   {13, 11, "python3", "python3\0-c\0from multiprocessing.resource_tracker import main\0"s, false},
                   {20, 1, "bash", "-bash\0"s, false},
                   {21, 20, "vim", "vim\0vllm.py\0"s, false},
                   {22, 20, "sudo", "sudo\0ihc\0collect\0--match\0vllm\0"s, false},
                   {23, 22, "ihc", "ihc\0collect\0--match\0vllm\0"s, false},
                   {24, 23, "ihc", "ihc\0collect\0--match\0vllm\0"s, false},
                   {30, 1, "python3", "python3\0train.py\0"s, false},
                   {31, 1, "nvidia-persiste", "/usr/bin/nvidia-persistenced\0"s, false}},
                  23);
}

std::string printed(const Result<std::vector<Subject>>& workers) {
  if (!workers) return to_string(workers.error());
  std::string text;
  for (const Subject& worker : *workers) {
    text += std::to_string(worker.pid) + " " + worker.framework.value_or("-") + " " + worker.role + " " +
            worker.found_by + "\n";
  }
  return text;
}

constexpr const char* kVllmTree =
    "10 vllm server command_line\n11 vllm engine command_line\n12 vllm worker command_line\n13 vllm child child\n";

TEST(Discovery, FindsServersWithTheirTreesByCommandLine) {
  const ProcessTable table = node();
  EXPECT_EQ(printed(select_workers({.table = table, .cgroups = {}, .gpu_users = {}}, {})), kVllmTree);
}

TEST(Discovery, AddsWhoeverComputesOnAGpu) {
  const ProcessTable table = node();
  EXPECT_EQ(printed(select_workers({.table = table, .cgroups = {}, .gpu_users = {12, 30, 31, 24, 99}}, {})),
            std::string(kVllmTree) + "30 - process gpu\n");
}

TEST(Discovery, NoneFoundIsAResult) {
  const ProcessTable table = table_of({{1, 0, "init", "init\0"s, false}}, 1);
  EXPECT_EQ(printed(select_workers({.table = table, .cgroups = {}, .gpu_users = {}}, {})), "");
}

TEST(Discovery, TakesAPidWithWhatIsBelowIt) {
  const ProcessTable table = node();
  CollectOptions options;
  options.pid = 11;
  EXPECT_EQ(printed(select_workers({.table = table, .cgroups = {}, .gpu_users = {}}, options)),
            "11 vllm engine pid\n12 vllm worker child\n13 vllm child child\n");
  options.pid = 20;  // its shell: everything but ourselves
  EXPECT_EQ(printed(select_workers({.table = table, .cgroups = {}, .gpu_users = {}}, options)),
            "20 - process pid\n21 - child child\n");
  options.pid = 4711;
  EXPECT_EQ(printed(select_workers({.table = table, .cgroups = {}, .gpu_users = {}}, options)),
            "--pid 4711: no such process; name a process that runs, see ps -e");
}

TEST(Discovery, MatchesCommandLinesButNeverItself) {
  const ProcessTable table = node();
  CollectOptions options;
  options.match = "vllm";
  EXPECT_EQ(
      printed(select_workers({.table = table, .cgroups = {}, .gpu_users = {}}, options)),
      "10 vllm server match\n11 vllm engine child\n12 vllm worker child\n13 vllm child child\n21 - process match\n");
  options.match = "^python3 train\\.py$";
  EXPECT_EQ(printed(select_workers({.table = table, .cgroups = {}, .gpu_users = {}}, options)), "30 - process match\n");
}

TEST(Discovery, TakesTheProcessesOfAUnit) {
  const ProcessTable table = node();
  CollectOptions options;
  options.unit = "vllm";
  const std::map<int, std::string> cgroups{
      {10, "0::/system.slice/vllm.service\n"}, {11, "0::/system.slice/vllm.service/x\n"}, {30, "0::/\n"}};
  EXPECT_EQ(printed(select_workers({.table = table, .cgroups = cgroups, .gpu_users = {}}, options)),
            "10 vllm server unit\n11 vllm engine unit\n");
  options.unit = "sglang";
  EXPECT_EQ(printed(select_workers({.table = table, .cgroups = cgroups, .gpu_users = {}}, options)),
            "--unit sglang: no process runs in this unit; see systemctl status, or use --pid");
}

TEST(Discovery, ALoopInTheTableEnds) {
  const ProcessTable table = table_of({{5, 6, "a", "vllm\0serve\0"s, false}, {6, 5, "b", "x\0"s, false}}, 4);
  CollectOptions options;
  options.pid = 5;
  EXPECT_EQ(printed(select_workers({.table = table, .cgroups = {}, .gpu_users = {}}, options)),
            "5 vllm server pid\n6 vllm child child\n");
}

TEST(Discovery, IsWrittenDownWhole) {
  Discovery discovery{.method = "pid", .selector = "11", .taken_ns = 7, .processes = 3};
  discovery.workers = {
      {.pid = 11, .start_time_ticks = 110, .parent_pid = 10, .comm = "x\xff", .role = "process", .found_by = "pid"}};
  discovery.units = {"x.service"};
  discovery.cgroups = {"/sys/fs/cgroup"};
  discovery.not_seen = {{"/proc/PID/fd", 2, reason::kPermission}};
  EXPECT_EQ(
      to_compact_text(to_json(discovery)),
      R"({"cgroups":["/sys/fs/cgroup"],"gpu_devices":[],"method":"pid","not_seen":[{"count":2,"reason":"permission","what":"/proc/PID/fd"}],"processes":3,)"
      R"("selector":"11","taken_ns":7,"units":["x.service"],"workers":[{"comm":"x�","found_by":"pid","framework":null,"pid":11,"ppid":10,)"
      R"("role":"process","start_time_ticks":110}]})");
}

TEST(Discovery, RefusesAnExpressionThatIsNone) {
  EXPECT_TRUE(check_match("vllm.*serve").has_value());
  const auto refused = check_match("(");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::usage);
}

TEST(Discovery, SeesThisMachine) {
  auto helper = ReadHelper::start("");
  ASSERT_TRUE(helper);
  const ProcessTable table = read_process_table(**helper, {});
  ASSERT_TRUE(table.own_pid);
  EXPECT_EQ(*table.own_pid, ::getpid());
  const Process* self = table.find(::getpid());
  ASSERT_NE(self, nullptr);
  EXPECT_EQ(self->stat.parent_pid, ::getppid());
  EXPECT_FALSE(self->argv().empty());
}

}  // namespace
}  // namespace ihc
