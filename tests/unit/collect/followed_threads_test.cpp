// Which threads are read all through the window, and whether one may have run.

#include "collect/followed_threads.h"

#include <gtest/gtest.h>

namespace ihc::test {
namespace {

TEST(FollowedThreads, AsManyAsTheLimitAreNotTooMany) {
  const FollowedThreads followed(2);
  EXPECT_FALSE(followed.is_too_many(2));
  EXPECT_TRUE(followed.is_too_many(3));
  EXPECT_FALSE(followed.has_chosen());
}

TEST(FollowedThreads, ThoseThatRanOrWaitedMostSinceTheReadingBefore) {
  FollowedThreads followed(2);
  followed.note("/a", "9000 0 5\n");  // ran most in its life, not now
  followed.note("/b", "10 0 1\n");
  followed.note("/c", "10 0 1\n");
  followed.note("/d", "10 0 1\n");
  followed.note("/a", "9000 0 5\n");
  followed.note("/b", "20 0 2\n");
  followed.note("/c", "10 500 1\n");  // could not run: of all the one to look at
  followed.note("/d", "900 0 9\n");
  followed.choose({"/a", "/b", "/c", "/d"});
  EXPECT_TRUE(followed.has_chosen());
  EXPECT_EQ(followed.chosen(), (std::vector<std::string>{"/c", "/d"}));
}

TEST(FollowedThreads, AmongThoseThatDidNothingTheOnesWithMostBehindThem) {
  FollowedThreads followed(2);
  for (int round = 0; round < 2; ++round) {
    followed.note("/a", "1 0 1\n");
    followed.note("/b", "300 0 1\n");
    followed.note("/c", "200 0 1\n");
  }
  followed.choose({"/a", "/b", "/c", "/never-read"});
  EXPECT_EQ(followed.chosen(), (std::vector<std::string>{"/b", "/c"}));
}

TEST(FollowedThreads, AThreadWhoseAccountIsTheSameHasNotRun) {
  FollowedThreads followed(8);
  EXPECT_TRUE(followed.may_have_run("/a")) << "nobody knows";
  followed.note("/a", "10 0 1\n");
  followed.note("/a", "10 0 1\n");
  EXPECT_FALSE(followed.may_have_run("/a"));
  followed.note("/a", "11 0 1\n");
  EXPECT_TRUE(followed.may_have_run("/a"));
}

TEST(FollowedThreads, AKernelThatCountsNothingAndTextThatIsNoAccountRuleNothingOut) {
  FollowedThreads followed(1);
  for (int round = 0; round < 2; ++round) {
    followed.note("/zeros", "0 0 0\n");
    followed.note("/empty", "");
    followed.note("/words", "not a number\n");
  }
  EXPECT_TRUE(followed.may_have_run("/zeros"));
  EXPECT_TRUE(followed.may_have_run("/empty"));
  EXPECT_TRUE(followed.may_have_run("/words"));
  followed.choose({"/zeros", "/empty", "/words"});
  EXPECT_EQ(followed.chosen(), std::vector<std::string>{"/zeros"}) << "nothing to tell them apart: in their order";
}

}  // namespace
}  // namespace ihc::test
