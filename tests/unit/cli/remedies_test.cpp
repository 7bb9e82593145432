#include "cli/remedies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/json_read.h"
#include "base/limits.h"

namespace ihc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr Capture kRows[] = {
    CommandOutput{.slug = "perf-stat", .argv = {"perf", "stat", "-p", "{workers}"}, .needs = Needs::perf},
    Files{.family = "worker", .path = "/proc/{worker}/environ", .needs = Needs::ptrace},
    File{.path = "/proc/pressure/cpu"},
    Files{.family = "cpufreq", .path = "/sys/devices/system/cpu/cpufreq/policy*/scaling_governor"},
    File{.path = "/proc/sys/kernel/sched_schedstats"},
};
constexpr Collector kCollector{"demo", "rows with remedies", kRows, nullptr};

/// What was looked at: every row, had in full unless told otherwise.
class RemediesTest : public testing::Test {
 protected:
  RemediesTest() {
    for (const Capture& capture : kRows) look_.rows.push_back({.capture = &capture, .looked = 1, .good = 1});
    look_.effective_uid = 1000;
    look_.texts = {{"/etc/os-release", "ID=debian\n"}, {"/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n"}};
  }

  void lose(std::size_t row, const char* reason) {
    look_.rows[row].had = Had::none;
    look_.rows[row].good = 0;
    look_.rows[row].reason = reason;
    look_.rows[row].hint = "the row's own hint";
  }

  std::vector<Remedy> remedies() {
    const auto table = RemedyTable::load();
    EXPECT_TRUE(table.has_value());
    const std::vector<const Collector*> collectors{&kCollector};
    return table->remedies(look_, collectors, {.collect = "/opt/ihc collect --pid 7", .program = "/opt/ihc"});
  }

  /// "id: first command" of each.
  std::vector<std::string> first_commands() {
    std::vector<std::string> texts;
    for (const Remedy& remedy : remedies()) {
      texts.push_back(remedy.id + ": " + (remedy.commands.empty() ? "" : remedy.commands.front().run));
    }
    return texts;
  }

  DoctorLook look_;
};

TEST_F(RemediesTest, SaysNothingOfWhatCanBeHad) { EXPECT_THAT(remedies(), ElementsAre()); }

TEST_F(RemediesTest, InstallsAsTheDistributionDoes) {
  lose(0, "tool_missing");
  EXPECT_THAT(first_commands(), ElementsAre("install: sudo apt-get install linux-perf"));
  look_.texts["/etc/os-release"] = "ID=ubuntu\nID_LIKE=debian\n";
  EXPECT_THAT(first_commands(), ElementsAre("install: sudo apt-get install linux-tools-6.1.0-18-amd64"));
  look_.texts["/etc/os-release"] = "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n";
  EXPECT_THAT(first_commands(), ElementsAre("install: sudo dnf install perf"));
  look_.texts["/etc/os-release"] = "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n";
  EXPECT_THAT(first_commands(), ElementsAre("install: sudo zypper install perf"));
}

TEST_F(RemediesTest, AnUnknownDistributionHasTheHintAndNoCommand) {
  lose(0, "tool_missing");
  look_.texts.erase("/etc/os-release");
  ASSERT_EQ(remedies().size(), 1U);
  EXPECT_EQ(remedies()[0].why, "perf is not installed: the row's own hint");
  EXPECT_TRUE(remedies()[0].commands.empty());
}

TEST_F(RemediesTest, ASettingIsPutBackToWhatItWas) {
  lose(0, "permission");
  look_.texts["/proc/sys/kernel/perf_event_paranoid"] = "4\n";
  const auto found = remedies();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].why, "kernel.perf_event_paranoid is 4: counters are for root only");
  ASSERT_EQ(found[0].commands.size(), 2U);
  EXPECT_EQ(found[0].commands[0].run, "sudo /opt/ihc collect --pid 7");
  EXPECT_THAT(found[0].commands[1].run, HasSubstr("sudo sysctl kernel.perf_event_paranoid=2"));
  EXPECT_EQ(found[0].commands[1].undo, "sudo sysctl kernel.perf_event_paranoid=4");
}

TEST_F(RemediesTest, RootIsNotToldToBecomeRoot) {
  lose(0, "permission");
  lose(1, "permission");
  look_.effective_uid = 0;
  for (const Remedy& remedy : remedies()) {
    for (const RemedyCommand& command : remedy.commands) EXPECT_FALSE(command.run.starts_with("sudo ")) << remedy.id;
  }
  EXPECT_EQ(remedies().size(), 2U);
}

TEST_F(RemediesTest, TheKernelsCommandLineIsTheDistributionsMatter) {
  lose(2, "file_absent");
  EXPECT_THAT(first_commands()[0], HasSubstr("psi=1"));
  EXPECT_THAT(first_commands()[0], HasSubstr("update-grub"));
  look_.texts["/etc/os-release"] = "ID=fedora\n";
  EXPECT_THAT(first_commands()[0], HasSubstr("grubby --update-kernel=ALL --args=psi=1"));
}

TEST_F(RemediesTest, OnlyTheHostKnowsTheFrequencyOfAVirtualMachine) {
  lose(3, "file_absent");
  look_.texts["/proc/cpuinfo"] = "processor\t: 0\nflags\t\t: fpu hypervisor lahf_lm\n";
  ASSERT_EQ(remedies().size(), 2U);
  EXPECT_EQ(remedies()[0].id, "frequency_host");
  EXPECT_TRUE(remedies()[0].host_side);
  EXPECT_EQ(remedies()[1].id, "no_counters_host");
  look_.texts["/proc/cpuinfo"] = "processor\t: 0\nflags\t\t: fpu lahf_lm\n";
  ASSERT_EQ(remedies().size(), 1U);
  EXPECT_EQ(remedies()[0].id, "frequency_driver");
  EXPECT_FALSE(remedies()[0].host_side);
}

TEST_F(RemediesTest, AdviceIsAboutWhatCanBeHadAndCouldSayMore) {
  look_.texts["/proc/sys/kernel/sched_schedstats"] = "0\n";
  const auto found = remedies();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].is_advice);
  EXPECT_EQ(found[0].commands[0].undo, "sudo sysctl kernel.sched_schedstats=0");
}

TEST(RemedyTable, RefusesWhatItCannotUse) {
  EXPECT_FALSE(RemedyTable::parse("[", "t.json").has_value());
  EXPECT_FALSE(RemedyTable::parse(R"({"remedies": [{"id": "x"}]})", "t.json").has_value());
  const auto bad = RemedyTable::parse(R"({"remedies": [{"id": "x", "why": "w", "row": "("}]})", "t.json");
  ASSERT_FALSE(bad.has_value());
  EXPECT_THAT(to_string(bad.error()), HasSubstr("remedy x"));
  EXPECT_TRUE(RemedyTable::parse("{}", "t.json").has_value());
  EXPECT_TRUE(RemedyTable::parse("[1, 2]", "t.json").has_value());
}

// Every shipped package is known to a family, and every family installs.
TEST(RemedyTable, TheShippedTableIsWhole) {
  const auto text = read_file(std::string(IHC_SOURCE_DIR) + "/templates/words/remedies.json", limits::kMaxFileBytes);
  ASSERT_TRUE(text.has_value());
  const auto table = parse_json(*text, "remedies.json");
  ASSERT_TRUE(table.has_value());
  const Json& families = at(*table, "families");
  for (const auto& [program, packages] : at(*table, "packages").items()) {
    EXPECT_EQ(packages.size(), families.size()) << program;
    for (const auto& [family, package] : packages.items()) {
      EXPECT_TRUE(families.contains(family)) << program;
      EXPECT_FALSE(string_at(at(*table, "install"), family).empty()) << family;
    }
  }
}

}  // namespace
}  // namespace ihc
