#include "bundle/packed.h"

#include <gtest/gtest.h>

#include "bundle/member_path.h"
#include "unit/bundle/examples.h"

namespace ihc {
namespace {

using testing::all_bytes;
using testing::failure;

std::vector<PackedRecord> records_of(std::string_view bytes) {
  std::vector<PackedRecord> records;
  const auto read = read_packed(bytes, "packed/x/000", [&](PackedRecord record) -> Result<void> {
    records.push_back(std::move(record));
    return {};
  });
  EXPECT_TRUE(read) << failure(read);
  return records;
}

std::string refusal_of(std::string_view bytes) {
  return failure(read_packed(bytes, "packed/x/000", [](const PackedRecord&) -> Result<void> { return {}; }));
}

TEST(Packed, IsTheTextDescribedInItsHeader) {
  EXPECT_EQ(
      packed_preamble() + packed_text({.path = "root/sys/odd\nname", .taken_ns = 81, .bytes = "abcd", .cut = true}) +
          packed_text({.path = "root/proc/1/numa_maps", .status = EvidenceStatus::permission, .reason = "permission"}),
      "ihc-packed 1\nok - 81 4 cut root/sys/odd%0Aname\nabcd\n"
      "permission permission 0 0 whole root/proc/1/numa_maps\n\n");
}

TEST(Packed, RecordsComeBackWhateverTheyHold) {
  const std::string bytes = all_bytes();
  const std::vector<PackedRecord> written{
      {.path = "root/a", .taken_ns = 1, .bytes = bytes},
      {.path = "root/a b/100%/\x01\x7F\xFF", .status = EvidenceStatus::failed, .reason = "a b%", .taken_ns = INT64_MAX},
      {.path = "r", .reason = "-", .bytes = "ok - 0 0 whole root/x\n\n", .cut = true},
      {.path = "r2", .bytes = "\n"},
      {.path = "r3"},
  };
  std::string member = packed_preamble();
  for (const PackedRecord& record : written) member += packed_text(record);
  const std::vector<PackedRecord> read = records_of(member);
  ASSERT_EQ(read.size(), written.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    EXPECT_EQ(read[i].path, written[i].path);
    EXPECT_EQ(read[i].status, written[i].status);
    EXPECT_EQ(read[i].reason, written[i].reason);
    EXPECT_EQ(read[i].taken_ns, written[i].taken_ns);
    EXPECT_EQ(read[i].bytes, written[i].bytes);
    EXPECT_EQ(read[i].cut, written[i].cut);
  }
  EXPECT_TRUE(records_of(packed_preamble()).empty());
}

TEST(Packed, SaysWhereARecordIsWrong) {
  struct Case {
    std::string record;
    std::string problem;
  };
  const std::vector<Case> cases{
      {"ok", "a record's header has no end"},
      {"\n", "a record's header has less than six fields"},
      {"ok - 0 0 whole\n\n", "a record's header has less than six fields"},
      {"fine - 0 0 whole root/a\n\n", "a record has the unknown status \"fine\""},
      {"ok  0 0 whole root/a\n\n", "a record's reason is not readable"},
      {"ok %zz 0 0 whole root/a\n\n", "a record's reason is not readable"},
      {"ok - -1 0 whole root/a\n\n", "a record's time is not a number"},
      {"ok - 9223372036854775808 0 whole root/a\n\n", "a record's time is not a number"},
      {"ok - 0 x whole root/a\n\n", "a record's length is not a number"},
      {"ok - 0 -1 whole root/a\n\n", "a record's length is not a number"},
      {"ok - 0 99999999999999999999 whole root/a\n\n", "a record's length is not a number"},
      {"ok - 0 18446744073709551615 whole root/a\n\n", "a record is longer than what is left of the member"},
      {"ok - 0 1 whole root/a\n", "a record is longer than what is left of the member"},
      {"ok - 0 1 whole root/a\na", "a record is longer than what is left of the member"},
      {"ok - 0 0 whole root/a\n", "a record is longer than what is left of the member"},
      {"ok - 0 1 whole root/a\nab\n", "a record's bytes are not followed by a line feed"},
      {"ok - 0 0 half root/a\n\n", "a record says neither \"whole\" nor \"cut\""},
      {"ok - 0 0 whole \n\n", "the path is empty (\"\")"},
      {"ok - 0 0 whole /etc\n\n", "the path is absolute (/etc)"},
      {"ok - 0 0 whole a/../b\n\n", "the path has a \"..\" component (a/../b)"},
      {"ok - 0 0 whole a//b\n\n", "the path has an empty component (a//b)"},
      {"ok - 0 0 whole a%00b\n\n", "the path has a NUL character (a\\x00b)"},
      {"ok - 0 0 whole a%0\n\n", "a '%' is not followed by two hexadecimal digits"},
  };
  const std::string good = "ok - 0 1 whole root/good\ng\n";
  for (const Case& row : cases) {
    EXPECT_EQ(refusal_of("ihc-packed 1\n" + good + row.record),
              "packed/x/000, byte 40: " + row.problem + "; collect the bundle again")
        << row.record;
  }
  EXPECT_EQ(refusal_of(""), "packed/x/000, byte 0: not a packed member; collect the bundle again");
  EXPECT_EQ(refusal_of("ihc-packed 1"),
            "packed/x/000, byte 0: this version of packed members is not known; use a newer ihc");
  EXPECT_EQ(refusal_of("ihc-packed 2\n"),
            "packed/x/000, byte 0: this version of packed members is not known; use a newer ihc");
}

TEST(Packed, EveryCutIsAnErrorOrFewerRecords) {
  std::string member = packed_preamble();
  for (int i = 0; i < 3; ++i) member += packed_text({.path = "root/" + std::to_string(i), .bytes = "some bytes\n"});
  const std::size_t record_bytes = (member.size() - packed_preamble().size()) / 3;
  for (std::size_t size = 0; size < member.size(); ++size) {
    const bool at_boundary = size >= packed_preamble().size() && (size - packed_preamble().size()) % record_bytes == 0;
    EXPECT_EQ(refusal_of(std::string_view(member).substr(0, size)).empty(), at_boundary) << size;
  }
}

TEST(MemberPath, HoldsForMembersAndRecords) {
  struct Case {
    std::string path;
    std::string member_problem;
    std::string record_problem;
  };
  const std::string long_name(limits::kMaxNameBytes, 'n');
  std::string longest = "p";
  while (longest.size() < limits::kMaxPathBytes) longest += longest.size() % 64 == 40 ? '/' : 'p';
  std::string deepest = "d";
  for (std::size_t depth = 1; depth < limits::kMaxPathDepth; ++depth) deepest += "/d";
  const std::vector<Case> cases{
      {"root/proc/stat", "", ""},
      {"a..b/.c/...", "", ""},
      {"", "the path is empty", "the path is empty"},
      {"/", "the path is absolute", "the path is absolute"},
      {"a/", "the path has an empty component", "the path has an empty component"},
      {".", "the path has a \".\" component", "the path has a \".\" component"},
      {"..", "the path has a \"..\" component", "the path has a \"..\" component"},
      {"a/..", "the path has a \"..\" component", "the path has a \"..\" component"},
      {std::string("a\0b", 3), "the path has a NUL character", "the path has a NUL character"},
      {"a\nb", "the path has a control character", ""},
      {"a\x7F", "the path has a control character", ""},
      {"a\xFF", "the path is not UTF-8", ""},
      {"\xC3\xA4", "", ""},
      {long_name, "", ""},
      {long_name + "n", "the path has a name longer than 255 bytes", "the path has a name longer than 255 bytes"},
      {longest, "", ""},
      {longest + "p", "the path is longer than 1024 bytes", "the path is longer than 1024 bytes"},
      {deepest, "", ""},
      {deepest + "/d", "the path is deeper than 32 components", "the path is deeper than 32 components"},
  };
  const auto problem = [](const std::string& path, PathKind kind) {
    const auto allowed = check_bundle_path(path, kind);
    return allowed ? std::string() : allowed.error().what;
  };
  for (const Case& row : cases) {
    EXPECT_EQ(problem(row.path, PathKind::member), row.member_problem) << row.path;
    EXPECT_EQ(problem(row.path, PathKind::packed_record), row.record_problem) << row.path;
  }
}

TEST(MemberPath, PercentEncodingComesBack) {
  const std::string bytes = all_bytes();
  const auto decoded = percent_decode(percent_encode(bytes));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, bytes);
  EXPECT_EQ(percent_encode("a b\n%", " "), "a%20b%0A%25");
  for (const char* wrong : {"%", "%4", "%g0", "%0g", "%0a", "a%"}) EXPECT_FALSE(percent_decode(wrong)) << wrong;
}

TEST(MemberPath, MessagesStayOnOneLine) {
  EXPECT_EQ(printable_path("a\x1B[31m\n\xC3\xA4"), "a\\x1B[31m\\x0A\xC3\xA4");
  EXPECT_EQ(printable_path("\xFFz"), "\\xFFz");
  EXPECT_EQ(printable_path(std::string(500, 'a')), std::string(200, 'a') + "…");
}

}  // namespace
}  // namespace ihc
