#include "pdf/protocol.h"

#include <limits>

#include <gtest/gtest.h>

namespace ihc {
namespace {

PdfRequest sample_request() {
  PdfRequest request;
  request.title = "Zürich \"quoted\"\nsecond line";
  request.author = "株式会社";
  request.subject = "node-1";
  request.language = "de-CH";
  request.created_epoch_s = 1795000000;
  request.header = {"left", "right"};
  request.footer = {"", "{page} / {pages}"};
  request.first_band_page = 1;
  request.margins = {22, 0, 20.5, 95};
  request.html = "<!DOCTYPE html>\n<p>text</p>\n";
  return request;
}

std::string refusal(const std::string& bytes) {
  const auto request = decode_pdf_request(bytes);
  return request ? "accepted" : to_string(request.error());
}

/// The sample's bytes with one text of its header line in place of another.
std::string with(const std::string& from, const std::string& to) {
  std::string bytes = encode_pdf_request(sample_request());
  const std::size_t at = bytes.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? bytes : bytes.replace(at, from.size(), to);
}

TEST(PdfProtocol, ReadsBackWhatItWrote) {
  const PdfRequest request = sample_request();
  const auto read = decode_pdf_request(encode_pdf_request(request));
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(*read, request);
}

TEST(PdfProtocol, HeaderIsOneSortedLine) {
  PdfRequest request;
  request.title = "a\nb";
  request.html = "<p>";
  EXPECT_EQ(encode_pdf_request(request),
            "ihc-pdf-request/1\n"
            R"({"author":"","band_style":"font: 7.5pt 'DejaVu Sans', sans-serif; color: #5a6570","created_epoch_s":0,)"
            R"("first_band_page":2,"footer":{"left":"","right":""},"header":{"left":"","right":""},"language":"en",)"
            R"("margins_mm":[22.0,18.0,20.0,18.0],"subject":"","title":"a\nb"})"
            "\n<p>");
}

TEST(PdfProtocol, RefusesWhatIsNoRequest) {
  constexpr const char* kLacks =
      "the request on standard input: its header line lacks a field, or has one of the wrong type or range";
  struct Case {
    const char* name;
    std::string bytes;
    std::string says;
  };
  const Case cases[] = {
      {"empty", "", "the request on standard input: it is empty"},
      {"another text", "hello", "the request on standard input: it does not begin with \"ihc-pdf-request/1\""},
      {"CRLF", "ihc-pdf-request/1\r\n{}\r\n<p>",
       "the request on standard input: it does not begin with \"ihc-pdf-request/1\""},
      {"newer format", "ihc-pdf-request/2\n{}\n<p>",
       "the request on standard input: it does not begin with \"ihc-pdf-request/1\""},
      {"cut before the header", "ihc-pdf-request/1\n", "the request on standard input: its header line is cut"},
      {"cut in the header", "ihc-pdf-request/1\n{\"title\":", "the request on standard input: its header line is cut"},
      {"no object", "ihc-pdf-request/1\n[]\n<p>",
       "the request on standard input: its header line is not a JSON object"},
      {"no fields", "ihc-pdf-request/1\n{}\n<p>", kLacks},
      {"title of another type", with("\"subject\":\"node-1\"", "\"subject\":7"), kLacks},
      {"line without its right", with("\"right\":\"right\"", "\"rigth\":\"right\""), kLacks},
      {"margin past its limit", with("95.0", "95.1"), kLacks},
      {"margin below zero", with("20.5", "-1"), kLacks},
      {"three margins", with("[22.0,", "["), kLacks},
      {"margin of another type", with("20.5", "\"20.5\""), kLacks},
      {"date before 1970", with("1795000000", "-1"), kLacks},
      {"date past 9999", with("1795000000", "253402300800"), kLacks},
      {"date past 64 bits", with("1795000000", "99999999999999999999"), kLacks},
      {"page 0", with("\"first_band_page\":1", "\"first_band_page\":0"), kLacks},
      {"no HTML", with("<!DOCTYPE html>\n<p>text</p>\n", " \n"),
       "the request on standard input: it has no HTML behind its header line"},
      {"no UTF-8", with("text", "\xff"), "the request on standard input: its HTML is not UTF-8"},
      {"a NUL byte", with("text", std::string(1, '\0')), "the request on standard input: its HTML is not UTF-8"},
  };
  for (const Case& test : cases) EXPECT_EQ(refusal(test.bytes), test.says) << test.name;
  EXPECT_EQ(refusal(with("1795000000", "253402300799")), "accepted");
}

TEST(PdfProtocol, HeaderLineHasALimit) {
  PdfRequest request = sample_request();
  request.title.clear();
  const std::string bytes = encode_pdf_request(request);
  const std::size_t line = bytes.find('\n', kPdfRequestMagic.size()) - kPdfRequestMagic.size();
  request.title = std::string(kMaxPdfHeaderBytes - line, 'x');
  EXPECT_EQ(refusal(encode_pdf_request(request)), "accepted");
  request.title += 'x';
  EXPECT_EQ(refusal(encode_pdf_request(request)), "the request on standard input: its header line is too long");
}

TEST(PdfProtocol, HtmlHasALimit) {
  PdfRequest request = sample_request();
  request.html = std::string(limits::kMaxHtmlBytes, 'x');
  EXPECT_EQ(refusal(encode_pdf_request(request)), "accepted");
  request.html += 'x';
  EXPECT_EQ(refusal(encode_pdf_request(request)), "the request on standard input: its HTML passes the limit");
}

TEST(PdfProtocol, TextsThatAreNotUtf8BecomeReplacementCharacters) {
  PdfRequest request = sample_request();
  request.title = "a\xff";
  const auto read = decode_pdf_request(encode_pdf_request(request));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->title, "a\xEF\xBF\xBD");
}

TEST(PdfMarkers, ReadBackWhatTheyWrote) {
  const PdfMarker cases[] = {{0, "e-1", ""}, {6, "größe", "Größe: 100 % \"x\" <b>"}, {1, "a:b#c", "file:///x"}};
  for (const PdfMarker& marker : cases) {
    EXPECT_EQ(parse_pdf_marker(pdf_marker_href(marker.level, marker.id, marker.title)), marker) << marker.id;
  }
  EXPECT_EQ(pdf_marker_href(2, "numa", "NUMA \"placement\" & <co>"),
            "ihc-dest:2:numa:NUMA%20%22placement%22%20%26%20%3Cco%3E");
}

TEST(PdfMarkers, RefuseOtherTexts) {
  for (const char* href : {"", "https://x", "ihc-dest:", "ihc-dest:1:a", "ihc-dest:7:a:b", "ihc-dest:-1:a:b",
                           "ihc-dest:x:a:b", "ihc-dest:1::b", "ihc-dest:1:a:b:c", "ihc-dest:1:a:%", "ihc-dest:1:a:%4",
                           "ihc-dest:1:%zz:b", "ihc-dest:1:a:% 4", "ihc-dest:99999999999:a:b"}) {
    EXPECT_FALSE(parse_pdf_marker(href)) << href;
  }
}

TEST(PdfMarkers, PageNumberMark) {
  EXPECT_EQ(pdf_page_number_of("numa"), "<!--ihc-page:numa-->");
  EXPECT_EQ(pdf_page_number_of("a-->b"), "<!--ihc-page:a--%3Eb-->");
}

}  // namespace
}  // namespace ihc
