#include "base/subprocess.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/text.h"
#include "support/temporary_tree.h"

namespace ihc {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

SubprocessOptions shell(std::string script) { return {.argv = {"sh", "-c", std::move(script)}}; }

bool exists(int pid) { return ::kill(pid, 0) == 0; }

/// Whether the process is gone within two seconds; a zombie whose parent is someone else counts as gone.
bool goes(int pid) {
  for (int round = 0; round < 200; ++round) {
    const auto stat = read_file("/proc/" + std::to_string(pid) + "/stat", 4096);
    if (!stat || stat->find(") Z ") != std::string::npos) return true;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return false;
}

/// Lets the command run until it has made a file, as a sign of how far it is.
void poll_until_exists(Subprocess& command, const std::string& file) {
  for (int round = 0; round < 1000 && !std::filesystem::exists(file); ++round) command.poll(milliseconds(10));
  EXPECT_TRUE(std::filesystem::exists(file));
}

int number_in(const std::string& text) { return parse_number<int>(text).value_or(0); }

struct OutcomeCase {
  const char* name;
  std::vector<std::string> argv;
  SubprocessStatus status;
  int exit_code;
  std::string out;
  std::string err;
};

class SubprocessOutcomes : public testing::TestWithParam<OutcomeCase> {};

TEST_P(SubprocessOutcomes, AreReportedWhole) {
  const SubprocessOutcome outcome = run_subprocess({.argv = GetParam().argv});
  EXPECT_EQ(outcome.status, GetParam().status) << outcome.error;
  EXPECT_EQ(outcome.exit_code, GetParam().exit_code);
  EXPECT_EQ(outcome.stdout_bytes, GetParam().out);
  EXPECT_EQ(outcome.stderr_bytes, GetParam().err);
  EXPECT_FALSE(outcome.stdout_cut);
  EXPECT_FALSE(outcome.stderr_cut);
}

INSTANTIATE_TEST_SUITE_P(
    Commands, SubprocessOutcomes,
    testing::Values(
        OutcomeCase{"success", {"true"}, SubprocessStatus::exited, 0, "", ""},
        OutcomeCase{"exit_status", {"sh", "-c", "exit 7"}, SubprocessStatus::exited, 7, "", ""},
        OutcomeCase{
            "both_streams", {"sh", "-c", "echo a; echo b >&2; echo c"}, SubprocessStatus::exited, 0, "a\nc\n", "b\n"},
        OutcomeCase{"no_shell", {"echo", "$HOME; `id`", "*"}, SubprocessStatus::exited, 0, "$HOME; `id` *\n", ""},
        OutcomeCase{"own_signal", {"sh", "-c", "kill -SEGV $$"}, SubprocessStatus::signalled, SIGSEGV, "", ""},
        OutcomeCase{"missing", {"no-such-program-here"}, SubprocessStatus::tool_missing, 0, "", ""},
        OutcomeCase{"missing_path", {"/no/such/program"}, SubprocessStatus::tool_missing, 0, "", ""},
        OutcomeCase{"not_executable", {"/etc/passwd"}, SubprocessStatus::permission, 0, "", ""},
        OutcomeCase{"a_directory", {"/etc"}, SubprocessStatus::permission, 0, "", ""},
        OutcomeCase{"empty_stdin", {"cat"}, SubprocessStatus::exited, 0, "", ""},
        OutcomeCase{"nothing", {}, SubprocessStatus::failed, 0, "", ""},
        OutcomeCase{"environment",
                    {"env"},
                    SubprocessStatus::exited,
                    0,
                    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nLC_ALL=C\nHOME=/\nTERM=dumb\n",
                    ""}),
    [](const auto& row) { return row.param.name; });

TEST(Subprocess, GivesExtraEnvironmentAndStandardInput) {
  const std::string input(300000, 'x');
  SubprocessOptions options = shell("printenv IHC_TEST; wc -c; head -c 3 /dev/stdin");
  options.extra_environment = {"IHC_TEST=yes"};
  options.stdin_bytes = input;
  const SubprocessOutcome outcome = run_subprocess(options);
  EXPECT_EQ(outcome.stdout_bytes, "yes\n300000\nxxx");
}

TEST(Subprocess, DoesNotDieOfACommandThatIgnoresItsInput) {
  SubprocessOptions options = shell("exit 0");
  options.stdin_bytes = std::string(1 << 20, 'x');
  EXPECT_EQ(run_subprocess(options).status, SubprocessStatus::exited);
}

TEST(Subprocess, KeepsOutputUpToTheCapAndMarksWhatWasCut) {
  for (const std::size_t extra : {0U, 1U}) {
    SubprocessOptions options = shell("head -c " + std::to_string(100000 + extra) + " /dev/zero; printf 1234 >&2");
    options.max_stdout_bytes = 100000;
    options.max_stderr_bytes = 3;
    const SubprocessOutcome outcome = run_subprocess(options);
    EXPECT_EQ(outcome.stdout_bytes.size(), 100000U);
    EXPECT_EQ(outcome.stdout_cut, extra == 1);
    EXPECT_EQ(outcome.stderr_bytes, "123");
    EXPECT_TRUE(outcome.stderr_cut);
    EXPECT_EQ(outcome.status, SubprocessStatus::exited);
  }
}

TEST(Subprocess, EndsAFloodAtItsTimeoutWithinItsCap) {
  SubprocessOptions options{.argv = {"yes"}, .timeout = milliseconds(300), .max_stdout_bytes = 1000};
  const SubprocessOutcome outcome = run_subprocess(options);
  EXPECT_EQ(outcome.status, SubprocessStatus::timed_out);
  EXPECT_EQ(outcome.stdout_bytes.size(), 1000U);
  EXPECT_TRUE(outcome.stdout_cut);
  EXPECT_GT(outcome.cpu_seconds, 0);
  EXPECT_LT(outcome.duration, milliseconds(10000));
}

TEST(Subprocess, KillsWhatIgnoresSignalsWithItsChildren) {
  SubprocessOptions options = shell("trap '' INT TERM HUP; sleep 987 & echo $!; wait");
  options.timeout = milliseconds(1500);
  const SubprocessOutcome outcome = run_subprocess(options);
  EXPECT_EQ(outcome.status, SubprocessStatus::timed_out);
  const int child = number_in(outcome.stdout_bytes);
  ASSERT_GT(child, 0);
  EXPECT_TRUE(goes(child));
}

TEST(Subprocess, KillsADaemonThatAHungToolLeftBehind) {
  SubprocessOptions options = shell("setsid sh -c 'setsid sleep 986 & echo $!' ; sleep 985");
  options.timeout = milliseconds(2000);
  const SubprocessOutcome outcome = run_subprocess(options);
  EXPECT_EQ(outcome.status, SubprocessStatus::timed_out);
  const int daemon = number_in(outcome.stdout_bytes);
  ASSERT_GT(daemon, 0);
  EXPECT_TRUE(goes(daemon));
}

TEST(Subprocess, DoesNotWaitForADaemonThatHoldsItsOutput) {
  const SubprocessOutcome outcome = run_subprocess(shell("setsid sleep 984 & echo $!"));
  EXPECT_EQ(outcome.status, SubprocessStatus::exited);
  EXPECT_LT(outcome.duration, milliseconds(10000));
  EXPECT_TRUE(goes(number_in(outcome.stdout_bytes)));
}

TEST(Subprocess, AbandonsAStoppedTree) {
  SubprocessOptions options = shell("kill -STOP $$");
  options.timeout = milliseconds(200);
  EXPECT_EQ(run_subprocess(options).status, SubprocessStatus::timed_out);
}

TEST(Subprocess, InterruptLetsACommandReport) {
  const TemporaryTree tree;
  const std::string mark = tree / "ready";
  Subprocess command = Subprocess::start(
      shell("trap 'echo counts; exit 0' INT; echo on; : >" + mark + "; while :; do sleep 0.05; done"));
  poll_until_exists(command, mark);
  command.interrupt();
  const SubprocessOutcome outcome = command.wait();
  EXPECT_EQ(outcome.status, SubprocessStatus::exited);
  EXPECT_EQ(outcome.stdout_bytes, "on\ncounts\n");
}

TEST(Subprocess, InterruptShortensTheDeadlineOfWhatIgnoresIt) {
  const TemporaryTree tree;
  const std::string mark = tree / "ready";
  Subprocess command = Subprocess::start(shell("trap '' INT; : >" + mark + "; sleep 983"));
  poll_until_exists(command, mark);
  command.interrupt(milliseconds(200));
  EXPECT_EQ(command.wait().status, SubprocessStatus::timed_out);
}

TEST(Subprocess, DestructionKillsWhatRuns) {
  const TemporaryTree tree;
  const std::string mark = tree / "pid";
  int child = 0;
  {
    Subprocess command =
        Subprocess::start(shell("echo $$ >" + mark + ".new; mv " + mark + ".new " + mark + "; exec sleep 982"));
    poll_until_exists(command, mark);
    const Subprocess moved = std::move(command);
    child = number_in(read_file(mark, 100).value_or(""));
    ASSERT_GT(child, 0);
    ASSERT_TRUE(exists(child));
  }
  EXPECT_TRUE(goes(child));
}

TEST(Subprocess, InheritsNeitherDescriptorsNorSignalsNorTheTerminalsGroup) {
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const int leaked = ::dup(1);
  const SubprocessOutcome outcome = run_subprocess(
      shell("ls /proc/self/fd | wc -l; grep -E '^Sig(Blk|Ign)' /proc/self/status; ps -o pgid= -p $$; echo $$"));
  ::close(leaked);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  const auto lines = split_lines(outcome.stdout_bytes);
  ASSERT_EQ(lines.size(), 5U) << outcome.stdout_bytes << outcome.stderr_bytes;
  EXPECT_EQ(trim(lines[0]), "4") << "stdin, stdout, stderr and the directory that ls lists";
  EXPECT_EQ(lines[1], "SigBlk:\t0000000000000000");
  EXPECT_EQ(lines[2], "SigIgn:\t0000000000000000");
  EXPECT_EQ(trim(lines[3]), trim(lines[4]));
}

TEST(Subprocess, RunsAtLowPriorityWhenAsked) {
  SubprocessOptions options = shell("ps -o ni= -p $$; ionice");
  options.low_priority = true;
  const SubprocessOutcome outcome = run_subprocess(options);
  EXPECT_THAT(outcome.stdout_bytes, HasSubstr("19\n"));
  EXPECT_THAT(outcome.stdout_bytes, HasSubstr("idle"));
}

TEST(Subprocess, LooksProgramsUpBelowChroot) {
  if (::geteuid() != 0) GTEST_SKIP() << "chroot needs root";
  const auto outcome = run_subprocess({.argv = {"true"}, .chroot_dir = "/usr/share"});
  EXPECT_EQ(outcome.status, SubprocessStatus::tool_missing);
  const auto no_dir = run_subprocess({.argv = {"true"}, .chroot_dir = "/no/such/root"});
  EXPECT_EQ(no_dir.status, SubprocessStatus::failed);
  EXPECT_EQ(run_subprocess({.argv = {"pwd"}, .chroot_dir = "/"}).stdout_bytes, "/\n");
}

TEST(Subprocess, CountsTheTimeOfChildren) {
  const SubprocessOutcome outcome = run_subprocess(shell("sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done'"));
  EXPECT_EQ(outcome.status, SubprocessStatus::exited);
  EXPECT_GT(outcome.cpu_seconds, 0.02);
}

TEST(Subprocess, RunsSeveralAtOnce) {
  std::vector<Subprocess> commands;
  for (int index = 0; index < 8; ++index)
    commands.push_back(Subprocess::start(shell("sleep 0.2; echo " + std::to_string(index))));
  std::string all;
  for (Subprocess& command : commands) all += command.wait().stdout_bytes;
  EXPECT_EQ(all, "0\n1\n2\n3\n4\n5\n6\n7\n");
}

TEST(Subprocess, LeavesNoDescriptorBehind) {
  const auto open_count = [] {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
    return count;
  };
  const std::size_t before = open_count();
  for (int round = 0; round < 5; ++round) (void)run_subprocess(shell("echo x"));
  (void)run_subprocess({.argv = {"no-such-program-here"}});
  EXPECT_EQ(open_count(), before);
}

}  // namespace
}  // namespace ihc
