#include "collect/read_helper.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <ctime>

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "collect/reasons.h"
#include "support/temporary_tree.h"

namespace ihc {
namespace {

using std::chrono::milliseconds;

std::string printed(const ReadReply& reply) {
  std::string bytes = reply.bytes;
  std::replace(bytes.begin(), bytes.end(), '\0', ' ');
  return std::string(to_word(reply.status)) + (reply.reason.empty() ? "" : "(" + reply.reason + ")") +
         (reply.cut ? " cut" : "") + (bytes.empty() ? "" : " " + bytes);
}

std::unique_ptr<ReadHelper> helper_for(const std::string& root_dir) {
  auto helper = ReadHelper::start(root_dir);
  if (!helper) ADD_FAILURE() << to_string(helper.error());
  return helper ? std::move(*helper) : nullptr;
}

Result<std::string> say_pid(int pid) { return "{\"pid\": " + std::to_string(pid) + "}"; }
Result<std::string> say_no(int) { return fail(ErrorCode::permission, "refused"); }
Result<std::string> hang(int) {
  ::signal(SIGTERM, SIG_IGN);
  for (;;) ::pause();
}
Result<std::string> spin(int milliseconds_of_cpu) {
  timespec used{};
  do {
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  } while (used.tv_sec * 1000 + used.tv_nsec / 1'000'000 < milliseconds_of_cpu);
  return std::string("done");
}
Result<std::string> crash(int) {
  ::raise(SIGKILL);
  return std::string();
}

struct TreeCase {
  const char* name;
  ReadKind kind;
  std::string path;
  const char* expected;
};

class TreeRead : public testing::TestWithParam<TreeCase> {};

/// The same requests below --root; the tree is hostile.
TEST_P(TreeRead, StaysInsideTheTree) {
  const TemporaryTree tree;
  tree.write("etc/name", "inside\n");
  tree.write("etc/empty", "");
  tree.write("sys/cpu/cpu0/online", "1");
  tree.write("sys/cpu/cpu2/online", "1");
  tree.write("sys/cpu/cpu10/online", "0");
  tree.write("sys/cpu/cpufreq/governor", "x");
  tree.write("sys/cpu/.hidden/online", "1");
  tree.write("proc/7/fd/note", "");
  tree.link("proc/7/fd/3", "/dev/nvidia0");
  tree.link("proc/7/fd/4", "/dev/nvidia0");
  tree.link("proc/7/fd/5", "/dev/null");
  tree.link("etc/absolute", "/etc/name");
  tree.link("etc/escape", "../../../../../../etc/passwd");
  tree.link("etc/absolute-escape", "/../../etc/passwd");
  tree.link("etc/loop", "loop");
  tree.link("outside", "/tmp");
  ASSERT_EQ(::mkfifo((tree / "etc/fifo").c_str(), 0600), 0);
  tree.link("etc/to-fifo", "fifo");
  const auto helper = helper_for(tree.path().string());
  ASSERT_NE(helper, nullptr);
  EXPECT_EQ(printed(helper->ask({.kind = GetParam().kind, .path = GetParam().path, .max_bytes = 7})),
            GetParam().expected);
}

using namespace std::string_literals;

INSTANTIATE_TEST_SUITE_P(
    Requests, TreeRead,
    testing::Values(TreeCase{"file", ReadKind::file, "/etc/name", "ok inside\n"},
                    TreeCase{"empty", ReadKind::file, "/etc/empty", "ok"},
                    TreeCase{"link_inside", ReadKind::file, "/etc/absolute", "ok inside\n"},
                    TreeCase{"link_outside", ReadKind::file, "/etc/escape", "absent(file_absent)"},
                    TreeCase{"absolute_link_outside", ReadKind::file, "/etc/absolute-escape", "absent(file_absent)"},
                    TreeCase{"dots", ReadKind::file, "/../../../../etc/passwd", "absent(file_absent)"},
                    TreeCase{"loop", ReadKind::file, "/etc/loop", "absent(structural)"},
                    TreeCase{"fifo", ReadKind::file, "/etc/fifo", "skipped(structural)"},
                    TreeCase{"link_to_fifo", ReadKind::file, "/etc/to-fifo", "skipped(structural)"},
                    TreeCase{"directory", ReadKind::file, "/etc", "skipped(structural)"},
                    TreeCase{"absent", ReadKind::file, "/etc/none", "absent(file_absent)"},
                    TreeCase{"below_a_file", ReadKind::file, "/etc/name/x", "absent(file_absent)"},
                    TreeCase{"read_link", ReadKind::link, "/etc/escape", "ok ../../../../../../etc/passwd"},
                    TreeCase{"no_link", ReadKind::link, "/etc/name", "absent(structural)"},
                    TreeCase{"no_such_link", ReadKind::link, "/etc/none", "absent(file_absent)"},
                    TreeCase{"glob", ReadKind::glob, "/sys/cpu/cpu*/online",
                             "ok /sys/cpu/cpu0/online /sys/cpu/cpu2/online /sys/cpu/cpu10/online "},
                    TreeCase{"glob_last", ReadKind::glob, "/sys/cpu/cpu?", "ok /sys/cpu/cpu0 /sys/cpu/cpu2 "},
                    TreeCase{"glob_hidden", ReadKind::glob, "/sys/cpu/*/governor", "ok /sys/cpu/cpufreq/governor "},
                    TreeCase{"glob_nothing", ReadKind::glob, "/none/*/x", "ok"},
                    TreeCase{"glob_outside", ReadKind::glob, "/outside/*", "ok"},
                    TreeCase{"glob_plain", ReadKind::glob, "/etc/name", "ok /etc/name "},
                    TreeCase{"targets", ReadKind::link_targets, "/proc/7/fd\0/dev/nvidia*\0/dev/kfd"s,
                             "ok /dev/nvidia0 "},
                    TreeCase{"no_targets", ReadKind::link_targets, "/proc/8/fd\0/dev/nvidia*"s, "absent(file_absent)"}),
    [](const auto& row) { return row.param.name; });

TEST(ReadHelper, CapsAFileAtItsLimitAndOnePast) {
  const TemporaryTree tree;
  tree.write("at", std::string(100000, 'x'));
  tree.write("past", std::string(100001, 'x'));
  const auto helper = helper_for("");
  const ReadReply at = helper->ask({.path = tree / "at", .max_bytes = 100000});
  const ReadReply past = helper->ask({.path = tree / "past", .max_bytes = 100000});
  EXPECT_EQ(at.bytes.size(), 100000U);
  EXPECT_FALSE(at.cut);
  EXPECT_EQ(past.bytes.size(), 100000U);
  EXPECT_TRUE(past.cut);
}

TEST(ReadHelper, RefusesDevicesAndFifosOnTheMachineItself) {
  const TemporaryTree tree;
  ASSERT_EQ(::mkfifo((tree / "fifo").c_str(), 0600), 0);
  const auto helper = helper_for("");
  EXPECT_EQ(printed(helper->ask({.path = "/dev/zero"})), "skipped(structural)");
  EXPECT_EQ(printed(helper->ask({.path = tree / "fifo"})), "skipped(structural)");
  EXPECT_EQ(helper->ask({.path = "/proc/self/status"}).status, EvidenceStatus::ok);
}

TEST(ReadHelper, GoesOnAfterAHungRead) {
  const auto helper = helper_for("");
  const std::int64_t before_ns = monotonic_now_ns();
  std::vector<ReadRequest> requests;
  requests.push_back({.path = "/proc/version"});
  requests.push_back({.kind = ReadKind::probe, .path = "hang", .deadline = milliseconds(200), .probe = hang});
  for (int index = 0; index < 300; ++index) requests.push_back({.path = "/proc/version"});
  std::vector<std::string> words(requests.size());
  std::size_t next = 0;
  helper->run(requests, {}, [&](std::size_t index, ReadReply&& reply) {
    EXPECT_EQ(index, next++);
    words[index] = std::string(to_word(reply.status)) + " " + reply.reason;
  });
  EXPECT_EQ(words[0], "ok ");
  EXPECT_EQ(words[1], "timed_out timed_out");
  EXPECT_EQ(std::count(words.begin() + 2, words.end(), "ok "), 300);
  EXPECT_LT(monotonic_now_ns() - before_ns, 3'000'000'000);
  ASSERT_FALSE(helper->cost().slowest.empty());
  EXPECT_EQ(helper->cost().slowest.front().path, "hang");
  EXPECT_EQ(helper->cost().reads, 302);
}

TEST(ReadHelper, WaitsLongerForWhatRunsThanForWhatHangs) {
  const auto helper = helper_for("");
  ReadRequest request{
      .kind = ReadKind::probe, .path = "spin", .deadline = milliseconds(200), .probe = spin, .pid = 250};
  EXPECT_EQ(printed(helper->ask(request)), "ok done");
  request.pid = 1'000'000;
  EXPECT_EQ(printed(helper->ask(request)), "timed_out(timed_out)") << "though not for ever";
}

TEST(ReadHelper, GivesABatchUpAfterTooManyTimeouts) {
  const auto helper = helper_for("");
  const std::vector<ReadRequest> requests(
      6, {.kind = ReadKind::probe, .path = "hang", .deadline = milliseconds(100), .probe = hang});
  std::string words;
  helper->run(requests, {.max_timeouts = 2},
              [&](std::size_t, ReadReply&& reply) { words += std::string(to_word(reply.status)) + " "; });
  EXPECT_EQ(words, "timed_out timed_out skipped skipped skipped skipped ");
}

TEST(ReadHelper, StopsAskingAtTheDeadlineAndOnASecondInterrupt) {
  const auto helper = helper_for("");
  const std::vector<ReadRequest> requests(3, {.path = "/proc/version"});
  std::string words;
  const auto take = [&](std::size_t, ReadReply&& reply) {
    words += std::string(to_word(reply.status)) + "/" + reply.reason + " ";
  };
  helper->run(requests, {.deadline_ns = monotonic_now_ns() - 1}, take);
  EXPECT_EQ(words, "skipped/timed_out skipped/timed_out skipped/timed_out ");
  words.clear();
  const std::atomic<int> once{1};
  helper->run(requests, {.interrupts = &once}, take);
  EXPECT_EQ(words, "ok/ ok/ ok/ ");
  words.clear();
  const std::atomic<int> twice{2};
  helper->run(requests, {.interrupts = &twice}, take);
  EXPECT_EQ(words, "skipped/timed_out skipped/timed_out skipped/timed_out ");
}

TEST(ReadHelper, SurvivesAProbeThatTakesItsProcessDown) {
  const auto helper = helper_for("");
  EXPECT_EQ(printed(helper->ask({.kind = ReadKind::probe, .path = "crash", .probe = crash})), "failed(failed)");
  EXPECT_EQ(printed(helper->ask({.kind = ReadKind::probe, .path = "pid", .probe = say_pid, .pid = 42})),
            "ok {\"pid\": 42}");
  EXPECT_EQ(printed(helper->ask({.kind = ReadKind::probe, .path = "no", .probe = say_no})), "permission(permission)");
}

TEST(ReadHelper, ReportsAProcessThatIsGone) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ::waitpid(child, nullptr, 0);
  const auto helper = helper_for("");
  EXPECT_EQ(printed(helper->ask({.path = "/proc/" + std::to_string(child) + "/status"})), "absent(file_absent)");
}

TEST(ReadHelper, SaysWhenItMayNot) {
  if (::geteuid() != 0) GTEST_SKIP() << "becoming nobody needs root";
  const TemporaryTree tree;
  tree.write("secret", "x");
  ::chmod((tree / "secret").c_str(), 0600);
  ::chmod(tree.path().c_str(), 0755);
  tree.write("closed/file", "x");
  ::chmod((tree / "closed").c_str(), 0700);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(9);
    auto helper = ReadHelper::start("");
    if (!helper) ::_exit(8);
    const bool file = printed((*helper)->ask({.path = tree / "secret"})) == "permission(permission)";
    const bool glob =
        printed((*helper)->ask({.kind = ReadKind::glob, .path = tree / "closed/*"})) == "permission(permission)";
    const bool foreign = printed((*helper)->ask({.path = "/proc/1/numa_maps"})) == "permission(permission)";
    ::_exit((file ? 0 : 1) + (glob ? 0 : 2) + (foreign ? 0 : 4));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(ReadHelper, RefusesARootThatIsNone) {
  EXPECT_FALSE(ReadHelper::start("/no/such/root"));
  const auto refused = ReadHelper::start("/etc/passwd");
  ASSERT_FALSE(refused);
  EXPECT_NE(to_string(refused.error()).find("/etc/passwd"), std::string::npos);
}

/// From now on openat2(2) is what it was before Linux 5.6.
bool take_openat2_away() {
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter{.len = 4, .filter = program};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

/// 0 when reads below the tree stay in it, 1 when the helper says that it cannot confine them, else something went
/// wrong.
int on_an_old_kernel(const TemporaryTree& tree, uid_t user) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (!take_openat2_away() || ::setgid(user) != 0 || ::setuid(user) != 0) ::_exit(9);
    auto helper = ReadHelper::start(tree.path().string());
    if (!helper) ::_exit(helper.error().code == ErrorCode::unsupported ? 1 : 8);
    const bool inside = printed((*helper)->ask({.path = "/name"})) == "ok inside";
    const bool outside = printed((*helper)->ask({.path = "/escape"})) == "absent(file_absent)";
    ::_exit(inside && outside ? 0 : 7);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

TEST(ReadHelper, OnAnOldKernelConfinesByChrootOrSaysThatItCannot) {
  if (::geteuid() != 0) GTEST_SKIP() << "chroot needs root";
  const TemporaryTree tree;
  tree.write("name", "inside");
  tree.link("escape", "../../../../etc/passwd");
  ::chmod(tree.path().c_str(), 0755);
  EXPECT_EQ(on_an_old_kernel(tree, 0), 0);
  EXPECT_EQ(on_an_old_kernel(tree, 65534), 1);
}

TEST(ReadHelper, LeavesNoProcessBehind) {
  auto helper = helper_for("");
  (void)helper->ask({.kind = ReadKind::probe, .path = "hang", .deadline = milliseconds(50), .probe = hang});
  helper->stop();
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

/// User and system time of this process and the children it has waited for: unlike the wall clock it does not depend on
/// what else the machine does.
double used_cpu_seconds() {
  double seconds = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    ::getrusage(who, &usage);
    for (const timeval& time : {usage.ru_utime, usage.ru_stime}) {
      seconds += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    }
  }
  return seconds;
}

TEST(ReadHelper, ReadsTensOfThousandsOfSmallFilesCheaply) {
  const double before = used_cpu_seconds();
  const auto helper = helper_for("");
  const std::vector<ReadRequest> requests(40000, {.path = "/proc/self/stat", .max_bytes = 4096});
  std::size_t good = 0;
  helper->run(requests, {},
              [&](std::size_t, ReadReply&& reply) { good += reply.status == EvidenceStatus::ok ? 1 : 0; });
  helper->stop();
  EXPECT_EQ(good, requests.size());
  EXPECT_LT(used_cpu_seconds() - before, 5) << "ten times what it takes without sanitizers";
}

}  // namespace
}  // namespace ihc
