#include "bundle/scrub.h"

#include <chrono>

#include <gtest/gtest.h>

namespace ihc {
namespace {

using Argv = std::vector<std::string>;

struct TextCase {
  std::string before;
  std::string after;
};

void check_texts(const std::vector<TextCase>& cases) {
  for (const TextCase& row : cases) {
    Scrubber scrubber;
    const std::string once = scrubber.scrub(row.before, ScrubKind::text);
    EXPECT_EQ(once, row.after) << row.before;
    Scrubber again;
    EXPECT_EQ(again.scrub(once, ScrubKind::text), once) << "scrubbed twice: " << row.before;
    EXPECT_TRUE(again.counts().empty()) << "nothing is left to count: " << once;
  }
}

// No literal here is a token of anyone: they only have the shape.
const std::string kHf = "hf_" + std::string(34, 'Z');
const std::string kJwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl";

TEST(Scrub, FindsNamedSecretsInText) {
  check_texts({
      {"vllm serve m --api-key abc123 --port 80", "vllm serve m --api-key [scrubbed:token] --port 80"},
      {"vllm serve m --api-key=abc123 --port 80", "vllm serve m --api-key=[scrubbed:token] --port 80"},
      {"x --hf-token \"a b\" --port 80", "x --hf-token \"[scrubbed:token]\" --port 80"},
      {"x --password 'it''s' -v", "x --password [scrubbed:password] -v"},
      {"x --ssl-keyfile-password pw --y", "x --ssl-keyfile-password [scrubbed:password] --y"},
      {"x --token \\\n  abc \\\n  --port 1", "x --token \\\n  [scrubbed:token] \\\n  --port 1"},
      {"['serve', '--api-key', 'abc', '--port', '1']", "['serve', '--api-key', '[scrubbed:token]', '--port', '1']"},
      {"Namespace(api_key=['one', 'two'], port=1)", "Namespace(api_key=[scrubbed:token], port=1)"},
      {"Namespace(api_key='one', port=1)", "Namespace(api_key='[scrubbed:token]', port=1)"},
      {"HF_TOKEN=abc OMP_NUM_THREADS=8", "HF_TOKEN=[scrubbed:token] OMP_NUM_THREADS=8"},
      {"Environment=HF_TOKEN=abc OMP_NUM_THREADS=8", "Environment=HF_TOKEN=[scrubbed:token] OMP_NUM_THREADS=8"},
      {"Environment=\"HF_TOKEN=a b\" \"X=1\"", "Environment=\"HF_TOKEN=[scrubbed:token]\" \"X=1\""},
      {"Environment='DB_PASSWORD=a\\'b' X=1", "Environment='DB_PASSWORD=[scrubbed:password]' X=1"},
      {"Environment=\"A_SECRET=a\\\"b c\" X=1", "Environment=\"A_SECRET=[scrubbed:token]\" X=1"},
      {"TOKEN=abc def\nX=1\n", "TOKEN=[scrubbed:token]\nX=1\n"},
      {"export AWS_SECRET_ACCESS_KEY=a/b+c=\r\nX=1\r\n", "export AWS_SECRET_ACCESS_KEY=[scrubbed:token]\nX=1\r\n"},
      {"PASSWORD=\"a\\\"b\"\n", "PASSWORD=\"[scrubbed:password]\"\n"},
      {"PASSWORD=correct, horse; battery\n", "PASSWORD=[scrubbed:password]\n"},
      {"SetCredential=name:abc", "SetCredential=[scrubbed:token]"},
      {"ExecStart=/bin/sh -c 'OPENAI_KEY=abc exec vllm serve m --tensor-parallel-size 8'",
       "ExecStart=/bin/sh -c 'OPENAI_KEY=[scrubbed:token] --tensor-parallel-size 8'"},
      {R"({"api_key": "ab\"c", "port": 1})", R"({"api_key": "[scrubbed:token]", "port": 1})"},
      {R"({"apiKey":"abc","port":1})", R"({"apiKey":"[scrubbed:token]","port":1})"},
      {R"("{\"password\":\"abc\",\"port\":1}")", R"("{\"password\":\"[scrubbed:password]\",\"port\":1}")"},
      {R"("Env": ["HF_TOKEN=abc", "X=1"])", R"("Env": ["HF_TOKEN=[scrubbed:token]", "X=1"])"},
      {"auth: {user: me, pass: x}\nport: 1", "auth: [scrubbed:token]\nport: 1"},
      {"  password: correct horse\n  port: 1\n", "  password: [scrubbed:password]\n  port: 1\n"},
      {"- name: HF_TOKEN\n  value: abc\n- name: X\n  value: y\n",
       "- name: HF_TOKEN\n  value: [scrubbed:token]\n- name: X\n  value: y\n"},
      {R"({"name":"DB_PASSWORD","value":"x y"})", R"({"name":"DB_PASSWORD","value":"[scrubbed:password]"})"},
      {"Server=db;User Id=me;Password=a b;Timeout=5", "Server=db;User Id=me;Password=[scrubbed:password];Timeout=5"},
      {"host=db user=me password=x dbname=d", "host=db user=me password=[scrubbed:password] dbname=d"},
      {"AccountName=n;AccountKey=a+b/c==;EndpointSuffix=core",
       "AccountName=n;AccountKey=[scrubbed:token];EndpointSuffix=core"},
      {"X-Api-Key: abc\r\nAccept: */*", "X-Api-Key: [scrubbed:token]\nAccept: */*"},
      {"net.ipv4.tcp_fastopen_key = 1-2-3-4", "net.ipv4.tcp_fastopen_key = [scrubbed:token]"},
  });
}

TEST(Scrub, FindsHeadersUrlsAndShapes) {
  check_texts({
      {"Authorization: Bearer abc.def", "Authorization: Bearer [scrubbed:bearer]"},
      {"authorization: basic dXNlcjpwYXNz", "authorization: basic [scrubbed:bearer]"},
      {"curl -H 'Authorization: Bearer abc' http://h/", "curl -H 'Authorization: Bearer [scrubbed:bearer]' http://h/"},
      {"\"authorization\": {\n  \"mode\": \"Webhook\"\n}", "\"authorization\": {\n  \"mode\": \"Webhook\"\n}"},
      {R"({"authorization":{"mode":"Webhook","apiKey":"abc"}})",
       R"({"authorization":{"mode":"Webhook","apiKey":"[scrubbed:token]"}})"},
      {R"({"Authorization": "Bearer abc"})", R"({"Authorization": "Bearer [scrubbed:bearer]"})"},
      {"used bearer a1b2c3d4 today", "used bearer [scrubbed:bearer] today"},
      {"postgres://me:pw@db:5432/x", "postgres://[scrubbed:url_credentials]@db:5432/x"},
      {"postgres://me:p@w/d@db/x", "postgres://[scrubbed:url_credentials]@db/x"},
      {"redis://:pw@h:6379/0", "redis://[scrubbed:url_credentials]@h:6379/0"},
      {"http://a:80/x,http://u:p@h", "http://[scrubbed:url_credentials]@h"},
      {"https://0123456789abcdef0123@git.example/x", "https://[scrubbed:url_credentials]@git.example/x"},
      {"me:pw@tcp(db:3306)/x", "[scrubbed:url_credentials]@tcp(db:3306)/x"},
      {"http://h/x?a=1&token=abc&b=2", "http://h/x?a=1&token=[scrubbed:token]&b=2"},
      {"http://h/x?X-Amz-Signature=0a1b&X-Amz-Date=2026",
       "http://h/x?X-Amz-Signature=[scrubbed:token]&X-Amz-Date=2026"},
      {"http://h/x?sv=1&sig=a%2Fb", "http://h/x?sv=1&sig=[scrubbed:token]"},
      {"mysqldump -u me -psecret db", "mysqldump -u me -p[scrubbed:password] db"},
      {"sshpass -p secret ssh h", "sshpass -p [scrubbed:password] ssh h"},
      {"curl -s -u me:pw http://h/", "curl -s -u me:[scrubbed:password] http://h/"},
      {"loaded " + kHf + ".", "loaded [scrubbed:token]."},
      {"sk-proj-" + std::string(20, '7'), "[scrubbed:token]"},
      {"ghp_" + std::string(36, 'a') + " gho_" + std::string(36, 'b'), "[scrubbed:token] [scrubbed:token]"},
      {"github_pat_" + std::string(40, 'c'), "[scrubbed:token]"},
      {"AKIA" + std::string(16, 'Q'), "[scrubbed:token]"},
      {"xoxb-123456789012-abc", "[scrubbed:token]"},
      {"jwt=" + kJwt, "jwt=[scrubbed:token]"},
      {"seen " + kJwt + " here", "seen [scrubbed:token] here"},
      {"nvapi-" + std::string(40, 'n'), "[scrubbed:token]"},
      {"AIza" + std::string(35, 'x'), "[scrubbed:token]"},
      {"glpat-" + std::string(20, 'x'), "[scrubbed:token]"},
      {"a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nb", "a\n[scrubbed:private_key]\nb"},
      {"K=\"-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\"", "K=\"[scrubbed:private_key]\""},
      {"-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl", "[scrubbed:private_key]"},
  });
}

TEST(Scrub, KeepsWhatIsNoSecret) {
  const std::vector<std::string> harmless{
      "",
      "vllm serve meta-llama/Llama-3.1-8B-Instruct --max-tokens 4096 --port 8000",
      "--tokenizer /models/tokenizer --tokenizer-mode auto",
      "--max-num-batched-tokens 8192 --max-num-batched-tokens=8192",
      "--tensor-parallel-size 8 --served-model-name llama",
      "--key-value-cache-dtype fp8",
      "--max-total-tokens 4096 --max-batch-prefill-tokens 4096",
      "--ssl-keyfile /etc/ssl/key.pem --ssl-certfile /etc/ssl/cert.pem",
      "--api-key-file /run/secrets/k",
      "--disable-auth --port 80",
      "--stop-token-ids 1,2",
      "kv_cache_dtype=auto",
      "\"kv_cache_dtype\": \"fp8\"",
      "\"num_key_value_heads\": 8, \"eos_token_id\": 2",
      "\"bos_token\": \"<s>\", \"pad_token\": \"<pad>\"",
      "time_per_output_token_ms: 12.5",
      "time_to_first_token: 81.25",
      "\"inter_token_latency\": 300.0, \"time_to_second_token\": {\"unit\": \"ms\", \"avg\": 8.6}",
      "TOKENIZERS_PARALLELISM=false",
      "MAX_TOTAL_TOKENS=16384",
      "PrivateTmp=yes\nPrivateDevices=no\nKeyringMode=private\n",
      "LoadCredential=hf:/etc/credstore/hf",
      "GOOGLE_APPLICATION_CREDENTIALS=/etc/gcp/key.json",
      "SSH_AUTH_SOCK=/tmp/ssh/agent",
      "PWD=/root\nOLDPWD=/srv\n",
      "HF_TOKEN=${HF_TOKEN}",
      "HF_TOKEN=\n",
      "kernel.keys.maxkeys = 200",
      "monkey=1 keyboard=us author=me",
      "ssh://git@host/x http://host:8000/v1/@me",
      "https://hub.example/v1/models?page=2&limit=100",
      "mail me@example.org: port 80",
      "std::auth::token::parse",
      "a bearer of news",
      "sk-learn-compatible-estimators",
      "disk-0123456789abcdef01234567 risk-assessment",
      "-p 8080 -p8080:80",
      "hf_transfer hf_hub_download",
      "cpu0 1 2 3\n\0\xff raw",
      "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
      "password:\n",
      "subject_key=gpu0 primary_key=id",
      "PASSWORD_FILE=/run/secrets/pw",
  };
  for (const std::string& text : harmless) {
    Scrubber scrubber;
    EXPECT_EQ(scrubber.scrub(text, ScrubKind::text), text);
    EXPECT_TRUE(scrubber.counts().empty()) << text;
  }
}

TEST(Scrub, ArgumentVectors) {
  struct Case {
    Argv before;
    Argv after;
  };
  const std::vector<Case> cases{
      {{}, {}},
      {{"vllm", "serve", "--api-key", "a b", "--port", "1"},
       {"vllm", "serve", "--api-key", "[scrubbed:token]", "--port", "1"}},
      {{"vllm", "--api-key", "k1", "k2", "--port", "1"},
       {"vllm", "--api-key", "[scrubbed:token]", "[scrubbed:token]", "--port", "1"}},
      {{"x", "--api-key=a b c", "m"}, {"x", "--api-key=[scrubbed:token]", "m"}},
      {{"x", "--token", "-abc", "m"}, {"x", "--token", "[scrubbed:token]", "m"}},
      {{"x", "--token"}, {"x", "--token"}},
      {{"x", "--hf-token", "--port", "1"}, {"x", "--hf-token", "--port", "1"}},
      {{"x", "--password", "1234"}, {"x", "--password", "[scrubbed:password]"}},
      {{"env", "HF_TOKEN=a b", "OMP_NUM_THREADS=4"}, {"env", "HF_TOKEN=[scrubbed:token]", "OMP_NUM_THREADS=4"}},
      {{"x", "--db=postgres://me:pw@db/x"}, {"x", "--db=postgres://[scrubbed:url_credentials]@db/x"}},
      {{"curl", "-H", "Authorization: Bearer abc"}, {"curl", "-H", "Authorization: Bearer [scrubbed:bearer]"}},
      {{"curl", "-u", "me:pw", "h"}, {"curl", "-u", "me:[scrubbed:password]", "h"}},
      {{"curl", "-u", "hf_abcdefghijABCDEFGHIJ0123456789", "h"}, {"curl", "-u", "[scrubbed:token]", "h"}},
      {{"curl", "-u", "hf_abcdefghijABCDEFGHIJ0123456789:x", "h"},
       {"curl", "-u", "[scrubbed:token]:[scrubbed:password]", "h"}},
      {{"/usr/bin/mysql", "-psecret", "db"}, {"/usr/bin/mysql", "-p[scrubbed:password]", "db"}},
      {{"sshpass", "-p", "secret", "ssh"}, {"sshpass", "-p", "[scrubbed:password]", "ssh"}},
      {{"sh", "-c", "serve --api-key abc --tp 8"}, {"sh", "-c", "serve --api-key [scrubbed:token] --tp 8"}},
      {{"x", "--config", R"({"token": "abc"})"}, {"x", "--config", R"({"token": "[scrubbed:token]"})"}},
      {{"x", kHf}, {"x", "[scrubbed:token]"}},
      {{"x", "--token", "../" + kHf}, {"x", "--token", "../[scrubbed:token]"}},
      {{"nginx", "-p", "8080"}, {"nginx", "-p", "8080"}},
      {{"vllm", "--max-tokens", "4096", "--tokenizer", "/models/t", "--max-num-batched-tokens", "8192"},
       {"vllm", "--max-tokens", "4096", "--tokenizer", "/models/t", "--max-num-batched-tokens", "8192"}},
      {{"x", "--ssl-keyfile", "/etc/k.pem", "--key-value-cache-dtype", "fp8", "--enable-auth", "m"},
       {"x", "--ssl-keyfile", "/etc/k.pem", "--key-value-cache-dtype", "fp8", "--enable-auth", "m"}},
  };
  for (const Case& row : cases) {
    Scrubber scrubber;
    EXPECT_EQ(scrubber.scrub_argv(row.before), row.after);
  }
}

TEST(Scrub, NulVectorsKeepTheirForm) {
  using namespace std::string_literals;
  Scrubber scrubber;
  EXPECT_EQ(scrubber.scrub("vllm\0--api-key\0abc\0--port\0001\0"s, ScrubKind::nul_vector),
            "vllm\0--api-key\0[scrubbed:token]\0--port\0001\0"s);
  EXPECT_EQ(scrubber.scrub("x\0\0y\0\0\0"s, ScrubKind::nul_vector), "x\0\0y\0\0\0"s);
  EXPECT_EQ(scrubber.scrub("serve --token abc"s, ScrubKind::nul_vector), "serve --token [scrubbed:token]"s);
  EXPECT_EQ(scrubber.scrub("", ScrubKind::nul_vector), "");
  EXPECT_EQ(scrubber.scrub("\0\0"s, ScrubKind::nul_vector), "\0\0"s);
  EXPECT_EQ(scrubber.counts(), (std::map<std::string, std::int64_t>{{"token", 2}}));
}

TEST(Scrub, OnlyHarmlessVariablesKeepTheirValue) {
  struct Case {
    std::string variable;
    std::string after;
  };
  const std::string gone = "[scrubbed:environment]";
  const std::vector<Case> cases{
      {"OMP_NUM_THREADS=8", "OMP_NUM_THREADS=8"},
      {"MKL_NUM_THREADS=8", "MKL_NUM_THREADS=8"},
      {"KMP_AFFINITY=granularity=fine,compact", "KMP_AFFINITY=granularity=fine,compact"},
      {"CUDA_VISIBLE_DEVICES=0,1", "CUDA_VISIBLE_DEVICES=0,1"},
      {"CUDA_DEVICE_ORDER=PCI_BUS_ID", "CUDA_DEVICE_ORDER=PCI_BUS_ID"},
      {"NCCL_SOCKET_IFNAME=eth0", "NCCL_SOCKET_IFNAME=eth0"},
      {"VLLM_MAX_TOKENS=4", "VLLM_MAX_TOKENS=4"},
      {"TOKENIZERS_PARALLELISM=false", "TOKENIZERS_PARALLELISM=false"},
      {"MALLOC_ARENA_MAX=2", "MALLOC_ARENA_MAX=2"},
      {"LD_PRELOAD=/usr/lib/libjemalloc.so.2", "LD_PRELOAD=/usr/lib/libjemalloc.so.2"},
      {"RAY_ADDRESS=10.0.0.1:6379", "RAY_ADDRESS=10.0.0.1:6379"},
      {"RAY_REDIS_PASSWORD=abc", "RAY_REDIS_PASSWORD=" + gone},
      {"RAY_ADDRESS=redis://:pw@h", "RAY_ADDRESS=redis://[scrubbed:url_credentials]@h"},
      {"VLLM_API_KEY=abc", "VLLM_API_KEY=" + gone},
      {"VLLM_HF_TOKEN=abc", "VLLM_HF_TOKEN=" + gone},
      {"SGLANG_X=" + kHf, "SGLANG_X=[scrubbed:token]"},
      {"HF_TOKEN=abc", "HF_TOKEN=" + gone},
      {"PATH=/usr/bin", "PATH=" + gone},
      {"USER=me", "USER=" + gone},
      {"EMPTY=", "EMPTY="},
      {"no variable at all", gone},
      {"CUDA_VISIBLE_DEVICES_X=1", "CUDA_VISIBLE_DEVICES_X=" + gone},
      {"omp_num_threads=8", "omp_num_threads=" + gone},
  };
  for (const Case& row : cases) {
    Scrubber scrubber;
    const std::string nul(1, '\0');
    EXPECT_EQ(scrubber.scrub("OMP_PROC_BIND=true" + nul + row.variable + nul, ScrubKind::environment),
              "OMP_PROC_BIND=true" + nul + row.after + nul);
  }
  Scrubber scrubber;
  EXPECT_EQ(scrubber.scrub("", ScrubKind::environment), "");
}

TEST(Scrub, LeavesNumericFilesAloneAndCountsByKind) {
  Scrubber scrubber;
  EXPECT_EQ(scrubber.scrub("password=x", ScrubKind::none), "password=x");
  (void)scrubber.scrub("HF_TOKEN=a b_password=c postgres://u:p@h", ScrubKind::text);
  (void)scrubber.scrub("A=1", ScrubKind::environment);
  EXPECT_EQ(scrubber.counts(), (std::map<std::string, std::int64_t>{
                                   {"environment", 1}, {"password", 1}, {"token", 1}, {"url_credentials", 1}}));
}

// Each text is a shape that a backtracking or rescanning scrubber would take minutes over.
TEST(Scrub, TakesTimeInProportionToTheText) {
  constexpr std::size_t kBytes = 1 << 20;
  for (const std::string& unit :
       {std::string("a"), std::string("token="), std::string("auth=/etc/x"), std::string("a://b:1/"),
        std::string("\"token=\\"), std::string("-----BEGIN PRIVATE KEY"), std::string("key,"), std::string("[{("),
        std::string("api_key=[scrubbed:token]"), std::string("--token \""), std::string(";password=a "),
        std::string("name: a_token\nvalue: "), std::string("sk-aaaaaaaaaaaaaaaaaaaa ")}) {
    std::string text;
    while (text.size() < kBytes) text += unit;
    Scrubber scrubber;
    const auto begin = std::chrono::steady_clock::now();
    (void)scrubber.scrub(text, ScrubKind::text);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20)) << unit;
  }
}

}  // namespace
}  // namespace ihc
