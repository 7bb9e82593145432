#include "report/pdf_client.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/files.h"

namespace ihc::report {
namespace {

std::string script(const std::string& name, const std::string& body) {
  const std::string path = testing::TempDir() + "/" + name;
  EXPECT_TRUE(write_file(path, "#!/bin/sh\n" + body + "\n", 0755).has_value());
  return path;
}

PdfRequest request() {
  PdfRequest request;
  request.title = "t";
  request.html = "<!DOCTYPE html><p>x</p>";
  return request;
}

TEST(PdfClient, TakesWhatIsAPdf) {
  const auto pdf = print_pdf(request(), script("ihc-pdf-good", "cat > /dev/null; printf '%%PDF-1.7 rest'"));
  ASSERT_TRUE(pdf.has_value()) << to_string(pdf.error());
  EXPECT_EQ(*pdf, "%PDF-1.7 rest");
}

TEST(PdfClient, SendsTheProtocol) {
  const auto pdf = print_pdf(request(), script("ihc-pdf-echo", "printf '%%PDF-'; cat"));
  ASSERT_TRUE(pdf.has_value());
  EXPECT_EQ(*pdf, "%PDF-" + encode_pdf_request(request()));
}

TEST(PdfClient, SaysWhatWentWrong) {
  struct Case {
    std::string body;
    ErrorCode code;
    std::string what;
  };
  const std::vector<Case> cases{
      {"cat > /dev/null; echo 'note: a link was taken out' >&2; echo 'ihc-pdf: the table is too wide' >&2; exit 3",
       ErrorCode::malformed, "the table is too wide"},
      {"cat > /dev/null; echo 'no namespace' >&2; exit 7", ErrorCode::unsupported, "no namespace"},
      {"cat > /dev/null; exit 6", ErrorCode::io, "it ended with exit code 6"},
      {"cat > /dev/null; echo not a pdf", ErrorCode::malformed, "what it returned is not a whole PDF"},
      {"kill -SEGV $$", ErrorCode::io, "it was ended by signal 11"},
  };
  for (const Case& row : cases) {
    const auto pdf = print_pdf(request(), script("ihc-pdf-bad", row.body));
    ASSERT_FALSE(pdf.has_value()) << row.body;
    EXPECT_EQ(pdf.error().code, row.code) << row.body;
    EXPECT_EQ(pdf.error().what, row.what) << row.body;
    EXPECT_FALSE(to_string(pdf.error()).find('\n') != std::string::npos);
  }
}

TEST(PdfClient, AMissingProgramIsOneSentence) {
  const auto pdf = print_pdf(request(), testing::TempDir() + "/no-such-ihc-pdf");
  ASSERT_FALSE(pdf.has_value());
  EXPECT_FALSE(pdf.error().hint.empty());
}

}  // namespace
}  // namespace ihc::report
