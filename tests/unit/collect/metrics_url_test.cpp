// The URLs of --metrics-url: what they mean, how they are stored, and that no refusal repeats a password.

#include "collect/metrics_url.h"

#include <gtest/gtest.h>

#include "base/host_addresses.h"
#include "base/limits.h"
#include "collect/scrapes.h"

namespace ihc {
namespace {

struct GoodRow {
  const char* text;
  bool is_tls;
  const char* authority;
  const char* target;
  const char* stored;
};

TEST(MetricsUrl, WhatIsLeftOutHasItsDefault) {
  const GoodRow rows[] = {
      {"http://127.0.0.1:8000", false, "127.0.0.1:8000", "/metrics", "http://127.0.0.1:8000/metrics"},
      {"HTTP://GPU-Node_7.Cluster", false, "gpu-node_7.cluster:80", "/metrics", "http://gpu-node_7.cluster:80/metrics"},
      {"https://host", true, "host:443", "/metrics", "https://host:443/metrics"},
      {"http://host:1/", false, "host:1", "/", "http://host:1/"},
      {"http://host:65535/a/b%20c", false, "host:65535", "/a/b%20c", "http://host:65535/a/b%20c"},
      {"http://[::1]", false, "[::1]:80", "/metrics", "http://[::1]:80/metrics"},
      {"https://[2001:DB8::7]:8443/m", true, "[2001:db8::7]:8443", "/m", "https://[2001:db8::7]:8443/m"},
      {"http://host?a=1&b&c=", false, "host:80",
       "/metrics?a=1&b&c=", "http://host:80/metrics?a=[scrubbed:query]&[scrubbed:query]&c=[scrubbed:query]"},
      {"http://host/m?name[]=x", false, "host:80", "/m?name[]=x", "http://host:80/m?name[]=[scrubbed:query]"},
      {"http://host./", false, "host.:80", "/", "http://host.:80/"},
      {"http://3.gpu", false, "3.gpu:80", "/metrics", "http://3.gpu:80/metrics"},
  };
  for (const GoodRow& row : rows) {
    const auto url = parse_metrics_url(row.text);
    ASSERT_TRUE(url) << row.text << ": " << to_string(url.error());
    EXPECT_EQ(url->is_tls, row.is_tls) << row.text;
    EXPECT_EQ(url->authority(), row.authority);
    EXPECT_EQ(url->target, row.target);
    EXPECT_EQ(url->stored(), row.stored);
    const auto again = parse_metrics_url(url->stored());
    ASSERT_TRUE(again) << "what is stored is a URL: " << url->stored();
    EXPECT_EQ(again->authority(), row.authority);
  }
}

TEST(MetricsUrl, WhatIsNoneIsRefusedWithoutRepeatingIt) {
  for (const char* text : {"",
                           "sesame",
                           "localhost:8000",
                           "ftp://sesame/metrics",
                           "file:///etc/sesame",
                           "http:/sesame",
                           "http://",
                           "http:///metrics",
                           "http://:8000",
                           "http://user:sesame@host/",
                           "http://sesame@host/",
                           "http://host@sesame",
                           "http://sesame:",
                           "http://sesame:0",
                           "http://sesame:65536",
                           "http://sesame:8o",
                           "http://sesame:-1",
                           "http://sesame: 80",
                           "http://[::1",
                           "http://[::1]8000",
                           "http://[]:80",
                           "http://[127.0.0.1]",
                           "http://::1/",
                           "http://[fe80::1%25eth0]/",
                           "http://300.1.1.1",
                           "http://127.1",
                           "http://2130706433",
                           "http://0x7f.1",
                           "http://se same/",
                           "http://sesame/\r\nX: y",
                           "http://sesame/\n",
                           "http://sesame/m#part",
                           "http://sesame/%zz",
                           "http://sesame/%2",
                           "http://sesame/{x}",
                           "http://sesame/\xc3\xa4",
                           "http://s\xc3\xa4same/",
                           "http://a..sesame/",
                           "http://.sesame",
                           "http://-sesame/",
                           "http://sesame\\x/",
                           "http://sesame/\x01"}) {
    const auto url = parse_metrics_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code, ErrorCode::usage) << text;
    EXPECT_FALSE(url.error().what.empty() || url.error().hint.empty()) << text;
    EXPECT_EQ(to_string(url.error()).find("sesame"), std::string::npos) << to_string(url.error());
  }
}

TEST(MetricsUrl, LongestAndOneMore) {
  std::string text = "http://host/";
  text.append(limits::kMaxUrlBytes - text.size(), 'm');
  EXPECT_TRUE(parse_metrics_url(text));
  EXPECT_FALSE(parse_metrics_url(text + "m"));
  EXPECT_TRUE(parse_metrics_url("http://" + std::string(63, 'a') + "/"));
  EXPECT_FALSE(parse_metrics_url("http://" + std::string(64, 'a') + "/"));
}

TEST(MetricsUrl, EightServersEachOnce) {
  std::vector<std::string> texts;
  for (std::size_t port = 1; port <= limits::kMaxMetricsUrls; ++port)
    texts.push_back("http://h:" + std::to_string(port));
  EXPECT_EQ(parse_metrics_urls(texts)->size(), limits::kMaxMetricsUrls);
  texts.back() = "http://H:1/metrics";
  EXPECT_FALSE(parse_metrics_urls(texts)) << "the first again";
  texts.back() = "gopher://h";
  EXPECT_EQ(parse_metrics_urls(texts).error().where, "--metrics-url number 8");
  texts.back() = "http://h:99";
  texts.emplace_back("http://h:100");
  EXPECT_FALSE(parse_metrics_urls(texts));
}

TEST(MetricsUrl, OnlyNamesAreLookedUp) {
  EXPECT_TRUE(needs_lookup(*parse_metrics_url("http://gpu-7")));
  for (const char* text : {"http://localhost", "http://127.0.0.1", "http://[::1]"})
    EXPECT_FALSE(needs_lookup(*parse_metrics_url(text))) << text;
  EXPECT_EQ(parse_ahosts("2001:db8::7     STREAM gpu-7\n2001:db8::7     DGRAM\n192.0.2.7       STREAM\n"
                         "192.0.2.7       RAW\nfe80::1%2 STREAM\n192.0.2.7 STREAM\nnonsense\n"),
            (std::vector<std::string>{"2001:db8::7", "192.0.2.7"}));
  EXPECT_TRUE(parse_ahosts("").empty());
}

}  // namespace
}  // namespace ihc
