#include "collect/account.h"

#include <cerrno>

#include <gtest/gtest.h>

#include "collect/privileges.h"
#include "collect/reasons.h"

namespace ihc {
namespace {

struct AccountCase {
  const char* name;
  std::vector<CaptureNote> notes;
  const char* expected;  // "state reason hint"
  bool in_part;
};

class AccountTest : public testing::TestWithParam<AccountCase> {};

TEST_P(AccountTest, SaysWhatMattersMost) {
  Account account({"demo"});
  for (const CaptureNote& note : GetParam().notes) account.note(0, note);
  const CollectorRecord record = account.record(0);
  EXPECT_EQ(std::string(to_word(record.state)) + " " + record.reason + " " + record.hint, GetParam().expected);
  EXPECT_EQ(account.in_part(), GetParam().in_part);
}

const CaptureNote kGood{};
const CaptureNote kAbsent{.status = EvidenceStatus::absent, .reason = reason::kFileAbsent, .what = "/sys/x"};
const CaptureNote kRefused{.status = EvidenceStatus::permission, .reason = reason::kPermission, .needs = Needs::ptrace};
const CaptureNote kNoTool{
    .status = EvidenceStatus::absent, .reason = reason::kToolMissing, .hint = "install the package numactl"};
const CaptureNote kLate{.status = EvidenceStatus::timed_out, .reason = reason::kTimedOut, .what = "/proc/1/numa_maps"};
const CaptureNote kBroken{.status = EvidenceStatus::failed, .reason = reason::kFailed, .what = "/sys/y"};
const CaptureNote kCut{.cut = true, .what = "/proc/big"};
const CaptureNote kNobody{.status = EvidenceStatus::skipped, .reason = reason::kStructural, .hint = "start the server"};

INSTANTIATE_TEST_SUITE_P(
    Notes, AccountTest,
    testing::Values(
        AccountCase{"nothing", {}, "collected  ", false}, AccountCase{"all_good", {kGood, kGood}, "collected  ", false},
        AccountCase{"some_absent", {kGood, kAbsent}, "collected  ", false},
        AccountCase{"all_absent", {kAbsent}, "skipped file_absent this kernel does not offer /sys/x", false},
        AccountCase{"some_refused",
                    {kGood, kRefused},
                    "partial permission run as root, or grant cap_sys_ptrace and cap_dac_read_search",
                    false},
        AccountCase{"all_refused",
                    {kRefused, kAbsent},
                    "skipped permission run as root, or grant cap_sys_ptrace and cap_dac_read_search",
                    false},
        AccountCase{"no_tool", {kGood, kNoTool}, "partial tool_missing install the package numactl", false},
        AccountCase{"late",
                    {kGood, kLate, kRefused},
                    "partial timed_out look at /proc/1/numa_maps by hand: it did not answer in time",
                    true},
        AccountCase{"only_late",
                    {kAbsent, kLate},
                    "timed_out timed_out look at /proc/1/numa_maps by hand: it did not answer in time",
                    true},
        AccountCase{"broken", {kBroken}, "failed failed look at /sys/y by hand: it failed", true},
        AccountCase{
            "cut", {kCut}, "partial over_budget look at /proc/big by hand, or name fewer workers with --pid", true},
        AccountCase{"no_worker", {kNobody}, "skipped structural start the server", false}),
    [](const auto& row) { return row.param.name; });

TEST(Reasons, OfErrno) {
  const auto word = [](int error_number) {
    const StatusAndReason what = classify_errno(error_number);
    return std::string(to_word(what.status)) + " " + what.reason;
  };
  EXPECT_EQ(word(ENOENT), "absent file_absent");
  EXPECT_EQ(word(ESRCH), "absent file_absent");
  EXPECT_EQ(word(EACCES), "permission permission");
  EXPECT_EQ(word(EINVAL), "absent structural");
  EXPECT_EQ(word(EIO), "failed failed");
  EXPECT_EQ(word(EAGAIN), "timed_out timed_out");
}

TEST(Privileges, AreNamedFromTheMask) {
  EXPECT_EQ(capability_names("0000000000000000"), std::vector<std::string>{});
  EXPECT_EQ(capability_names("0000000000080001"), (std::vector<std::string>{"cap_chown", "cap_sys_ptrace"}));
  EXPECT_EQ(capability_names("0000014000000000"), (std::vector<std::string>{"cap_perfmon", "cap_checkpoint_restore"}));
  EXPECT_EQ(capability_names("8000000000000000"), (std::vector<std::string>{"cap_63"}));
  EXPECT_EQ(capability_names("000001ffffffffff").size(), 41U);
  EXPECT_EQ(capability_names(""), std::vector<std::string>{});
  EXPECT_EQ(capability_names("zz"), std::vector<std::string>{});
  EXPECT_EQ(status_value("Name:\tx\nCapEff:\t00ff\n", "CapEff"), "00ff");
  EXPECT_EQ(status_value("Name:\tx\n", "CapEff"), "");
}

}  // namespace
}  // namespace ihc
