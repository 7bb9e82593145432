#include "base/cpu_set.h"

#include <gtest/gtest.h>

namespace ihc {
namespace {

struct ListCase {
  const char* text;
  const char* printed;  // nullptr: refused
};

class CpuListTest : public testing::TestWithParam<ListCase> {};

TEST_P(CpuListTest, ReadsTheKernelsGrammarAndPrintsItBack) {
  const auto set = CpuSet::parse_list(GetParam().text);
  ASSERT_EQ(set.has_value(), GetParam().printed != nullptr) << GetParam().text;
  if (!set) return;
  EXPECT_EQ(set->to_list(), GetParam().printed);
  EXPECT_EQ(CpuSet::parse_list(set->to_list()), set);
}

INSTANTIATE_TEST_SUITE_P(Lists, CpuListTest,
                         testing::Values(ListCase{"", ""}, ListCase{"0", "0"}, ListCase{"0-3,8", "0-3,8"},
                                         ListCase{" 0-1, 3 \n", "0-1,3"}, ListCase{"3,2,1", "1-3"},
                                         ListCase{"0-31:2/8", "0-1,8-9,16-17,24-25"}, ListCase{"65535", "65535"},
                                         ListCase{"65536", nullptr}, ListCase{"3-1", nullptr}, ListCase{"0-", nullptr},
                                         ListCase{"-3", nullptr}, ListCase{"a", nullptr}, ListCase{"0,,1", nullptr},
                                         ListCase{"0-9:3", nullptr}, ListCase{"0-9:1/0", nullptr},
                                         ListCase{"99999999999999999999", nullptr}));

TEST(CpuSet, ReadsMasksMostSignificantWordFirst) {
  EXPECT_EQ(CpuSet::parse_mask("ff")->to_list(), "0-7");
  EXPECT_EQ(CpuSet::parse_mask("00000001,00000000")->to_list(), "32");
  EXPECT_EQ(CpuSet::parse_mask("80000000,00000003\n")->to_list(), "0-1,63");
  EXPECT_FALSE(CpuSet::parse_mask("xyz"));
  EXPECT_FALSE(CpuSet::parse_mask("1ffffffff"));
}

TEST(CpuSet, DoesSetAlgebra) {
  const CpuSet a = *CpuSet::parse_list("0-3,64");
  const CpuSet b = *CpuSet::parse_list("2-5");
  EXPECT_EQ((a | b).to_list(), "0-5,64");
  EXPECT_EQ((a & b).to_list(), "2-3");
  EXPECT_EQ((a - b).to_list(), "0-1,64");
  EXPECT_EQ((a - *CpuSet::parse_list("64")), *CpuSet::parse_list("0-3"));
  EXPECT_TRUE((a & b).is_subset_of(b));
  EXPECT_FALSE(a.is_subset_of(b));
  EXPECT_TRUE(CpuSet{}.is_subset_of(b));
  EXPECT_FALSE(CpuSet{}.intersects(b));
}

}  // namespace
}  // namespace ihc
