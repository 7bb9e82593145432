#include "bundle/secret_names.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.h"

namespace ihc {

namespace {

using Words = std::initializer_list<std::string_view>;

bool is_one_of(std::string_view word, Words words) { return std::ranges::find(words, word) != words.end(); }

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_separator(char c) { return c == '_' || c == '-' || c == '.'; }

// "openaiApiKey" → openai api key; "APIKey" → api key; "HF_TOKEN" → hf token.
std::vector<std::string> parts_of_name(std::string_view name) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool after_lower = i > 0 && is_lower(name[i - 1]);
    const bool ends_acronym = i > 0 && is_upper(name[i - 1]) && i + 1 < name.size() && is_lower(name[i + 1]);
    const bool begins_part = is_separator(c) || (is_upper(c) && (after_lower || ends_acronym));
    if (begins_part && !parts.back().empty()) parts.emplace_back();
    if (!is_separator(c)) parts.back() += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (parts.back().empty()) parts.pop_back();
  return parts;
}

// A name that says where or how something is kept, counted or switched, rather than what it is.
bool is_about(std::string_view next) {
  return is_one_of(
      next,
      {"file",   "files",  "path",     "paths",   "dir",      "directory",   "name",    "type",          "types",
       "mode",   "method", "methods",  "backend", "provider", "plugin",      "enabled", "timeout",       "sock",
       "url",    "uri",    "endpoint", "host",    "port",     "realm",       "policy",  "length",        "len",
       "id",     "ids",    "count",    "counts",  "limit",    "budget",      "rate",    "bucket",        "format",
       "agent",  "agents", "ref",      "mount",   "helper",   "namespace",   "version", "prompt",        "command",
       "expiry", "ttl",    "age",      "min",     "max",      "parallelism", "usage",   "authentication"});
}

bool is_switch(std::string_view first) {
  return is_one_of(first, {"enable", "disable", "no", "use", "require", "requires", "skip", "with", "without", "allow",
                           "has", "is"});
}

// Text tokens, not access tokens: eos_token, time_per_token, max_token.
bool counts_text_tokens(std::string_view previous) {
  return is_one_of(previous, {"eos",     "bos",    "pad",    "unk",      "sep",       "cls",       "mask",   "stop",
                              "special", "image",  "video",  "audio",    "first",     "next",      "last",   "per",
                              "max",     "min",    "num",    "n",        "total",     "prompt",    "output", "input",
                              "new",     "draft",  "think",  "thinking", "reasoning", "newline",   "start",  "end",
                              "begin",   "prefix", "suffix", "middle",   "decode",    "generated", "inter",  "second"});
}

bool is_index_key(std::string_view previous) {
  return is_one_of(previous, {"primary", "sort", "partition", "public", "foreign", "cache", "routing", "subject",
                              "group", "hash", "pub", "map", "dict", "lookup", "json", "row", "index"});
}

bool is_pass_of_many(std::string_view previous) {
  return is_one_of(previous,
                   {"single", "multi", "two", "one", "first", "second", "forward", "backward", "by", "bypass", "num"});
}

bool ends_like_password(std::string_view part) {
  return part.ends_with("password") || part.ends_with("passwd") || part.ends_with("passphrase") ||
         part.ends_with("passwort");
}

bool ends_like_joined_key(std::string_view part) {
  return part.ends_with("apikey") || part.ends_with("accesskey") || part.ends_with("secretkey") ||
         part.ends_with("privatekey") || part.ends_with("authkey") || part.ends_with("accountkey") ||
         part.ends_with("sharedkey");
}

// The part at `i` with what stands before and after it; "" where there is nothing.
struct Part {
  std::string_view previous;
  std::string_view word;
  std::string_view next;
};

std::optional<SecretKind> kind_of_part(const Part& part, bool is_upper_case) {
  const auto& [previous, word, next] = part;
  if (is_about(next)) return std::nullopt;
  if (ends_like_password(word)) return SecretKind::password;
  if (word == "pwd") return previous.empty() && is_upper_case ? std::nullopt : std::optional(SecretKind::password);
  if (word == "pass" || word == "pw") {
    return next.empty() && !is_pass_of_many(previous) ? std::optional(SecretKind::password) : std::nullopt;
  }
  if (word.ends_with("secret") || word == "secrets") return SecretKind::token;
  if (word == "credential" || word == "credentials") {
    return is_one_of(previous, {"load", "import"}) ? std::nullopt : std::optional(SecretKind::token);
  }
  if (word.ends_with("token")) {
    return counts_text_tokens(previous) || is_one_of(next, {"to", "per"}) ? std::nullopt
                                                                          : std::optional(SecretKind::token);
  }
  if (word == "tokens") {
    return is_one_of(previous, {"api", "auth", "access", "bearer", "secret", "refresh"})
               ? std::optional(SecretKind::token)
               : std::nullopt;
  }
  if (ends_like_joined_key(word)) return SecretKind::token;
  if (word == "key" || word == "keys") {
    const bool names_one = next.empty() ||
                           is_one_of(next, {"base64", "b64", "hex", "pem", "data", "value", "primary", "secondary"}) ||
                           is_one_of(previous, {"api", "access", "secret", "private"});
    return names_one && !previous.empty() && !is_index_key(previous) ? std::optional(SecretKind::token) : std::nullopt;
  }
  if (is_one_of(word, {"auth", "authorization", "jwt", "cookie", "cookies", "bearer"})) return SecretKind::token;
  if (word == "private" && is_upper_case) return SecretKind::token;
  return std::nullopt;
}

// A path and nothing else: a value with '=' could hold another setting.
bool is_path(std::string_view value) {
  if (value.find('=') != std::string_view::npos) return false;
  constexpr std::array<std::string_view, 20> kRoots{
      "/etc/", "/run/",     "/var/", "/usr/",    "/opt/", "/home/", "/root/",      "/mnt/", "/data/", "/tmp/",
      "/srv/", "/secrets/", "/dev/", "/models/", "/app/", "/proc/", "/workspace/", "./",    "../",    "~/"};
  return std::ranges::any_of(kRoots, [&](std::string_view root) { return value.starts_with(root); });
}

// $NAME and ${NAME}, without a default that could be the secret itself.
bool is_reference(std::string_view value) {
  if (!value.starts_with('$')) return false;
  value.remove_prefix(1);
  if (value.starts_with('{') && value.ends_with('}')) value = value.substr(1, value.size() - 2);
  return !value.empty() && std::ranges::all_of(value, [](char c) {
    return is_upper(c) || is_lower(c) || c == '_' || (c >= '0' && c <= '9');
  });
}

// "[scrubbed:token]", or after the one word of a scheme: "Bearer [scrubbed:bearer]".
bool is_scrubbed(std::string_view value) {
  constexpr std::string_view kMark = "[scrubbed:";
  const std::size_t at = value.find(kMark);
  if (at == std::string_view::npos || value.find(']', at) + 1 != value.size()) return false;
  return std::ranges::all_of(value.substr(0, at), [](char c) { return is_upper(c) || is_lower(c) || c == ' '; });
}

bool is_small_number(std::string_view value) {
  constexpr std::size_t kDigits = 4;
  return value.size() <= kDigits && std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string_view to_word(SecretKind kind) {
  switch (kind) {
    case SecretKind::token:
      return "token";
    case SecretKind::password:
      return "password";
    case SecretKind::url_credentials:
      return "url_credentials";
    case SecretKind::private_key:
      return "private_key";
    case SecretKind::bearer:
      return "bearer";
    case SecretKind::environment:
      return "environment";
  }
  return {};
}

std::optional<SecretKind> secret_kind_of_name(std::string_view name) {
  constexpr std::size_t kLongestName = 256;  // what is longer is no name
  if (name.size() > kLongestName) return std::nullopt;
  const std::vector<std::string> parts = parts_of_name(name);
  const bool is_upper_case = std::ranges::none_of(name, is_lower);
  if (parts.size() > 1 && is_switch(parts.front())) return std::nullopt;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string_view previous = i == 0 ? std::string_view() : parts[i - 1];
    const std::string_view next = i + 1 == parts.size() ? std::string_view() : parts[i + 1];
    if (const auto kind = kind_of_part({previous, parts[i], next}, is_upper_case)) return kind;
  }
  return std::nullopt;
}

bool is_harmless_variable(std::string_view name) {
  constexpr std::array<std::string_view, 13> kFamilies{"OMP_",  "MKL_",    "OPENBLAS_", "GOMP_",   "KMP_",
                                                       "NCCL_", "VLLM_",   "SGLANG_",   "MALLOC_", "RAY_",
                                                       "UCX_",  "OLLAMA_", "GGML_"};
  if (is_one_of(name, {"CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "CUDA_MODULE_LOADING",
                       "CUDA_DEVICE_MAX_CONNECTIONS", "NVIDIA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES",
                       "ROCR_VISIBLE_DEVICES", "TOKENIZERS_PARALLELISM", "RAYON_NUM_THREADS", "NUMEXPR_NUM_THREADS",
                       "PYTORCH_CUDA_ALLOC_CONF", "GLOO_SOCKET_IFNAME", "LD_PRELOAD"})) {
    return true;
  }
  const bool is_family =
      std::ranges::any_of(kFamilies, [&](std::string_view family) { return name.starts_with(family); });
  return is_family && !secret_kind_of_name(name);
}

bool is_harmless_value(std::string_view value, SecretKind kind) {
  if (value.empty() || is_scrubbed(value) || is_reference(value)) return true;
  if (kind == SecretKind::password) return false;
  return is_path(value) || is_small_number(value) ||
         is_one_of(to_lower(value),
                   {"true", "false", "yes", "no", "on", "off", "none", "null", "auto", "enabled", "disabled"});
}

}  // namespace ihc
