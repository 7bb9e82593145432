// Passes over a text, each of which knows one way in which secrets are written down: key blocks, headers, URLs, names
// with values, flags, and the shapes of issued tokens. Every pass is linear in the text (RE2, or a scan that never goes
// back).
#include "bundle/scrub.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <re2/re2.h>

#include "base/text.h"
#include "bundle/secret_names.h"
#include "bundle/value_span.h"

namespace ihc {

namespace {

using Counts = std::map<std::string, std::int64_t>;

std::string replacement(SecretKind kind, Counts& counts) {
  const std::string word(to_word(kind));
  ++counts[word];
  return "[scrubbed:" + word + "]";
}

RE2::Options byte_options() {
  RE2::Options options(RE2::Latin1);  // foreign bytes need not be UTF-8
  options.set_log_errors(false);
  return options;
}

constexpr int kMostGroups = 4;
using Groups = std::array<re2::StringPiece, kMostGroups>;

std::string_view view(const re2::StringPiece& piece) { return {piece.data(), piece.size()}; }

// Replaces each match by what `rewrite` makes of its groups; a match for which it gives nothing stays as it is.
template <class Rewrite>
std::string rewrite_matches(std::string text, const RE2& expression, const Rewrite& rewrite) {
  std::string result;
  std::size_t copied = 0;
  std::size_t from = 0;
  Groups groups;
  const int count = expression.NumberOfCapturingGroups() + 1;
  while (from <= text.size() && expression.Match(text, from, text.size(), RE2::UNANCHORED, groups.data(), count)) {
    const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
    const std::optional<std::string> written = rewrite(groups);
    if (written) {
      result.append(text, copied, begin - copied);
      result += *written;
      copied = begin + groups[0].size();
    }
    from = begin + std::max<std::size_t>(groups[0].size(), 1);
  }
  if (copied == 0 && result.empty()) return text;
  result.append(text, copied);
  return result;
}

std::string scrub_key_blocks(std::string text, Counts& counts) {
  static const RE2 kBlock(
      "-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?s:.*?)"
      "(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\\z)",
      byte_options());
  return rewrite_matches(std::move(text), kBlock,
                         [&](const Groups&) { return std::optional(replacement(SecretKind::private_key, counts)); });
}

// "Bearer" is a word of prose too; a value has a digit or is longer than words are.
bool looks_issued(std::string_view value) {
  constexpr std::size_t kLongWord = 20;
  return value.size() >= kLongWord || value.find_first_of("0123456789") != std::string_view::npos;
}

// "authorization": {"mode": "Webhook"} of a kubelet is a group of settings; what is inside is looked at by its own
// names.
bool opens_settings(std::string_view name, std::string_view value) {
  if (to_lower(name) != "authorization" || !value.starts_with('{')) return false;
  const std::string_view inside = trim(value.substr(1));
  return inside.empty() || inside.starts_with('"');
}

std::string scrub_headers(std::string text, Counts& counts) {
  static const RE2 kAuthorization(
      "(?i)(authorization\\\\?[\"']?[ \\t]*[:=][ \\t]*\\\\?[\"']?(?:[a-z][a-z0-9-]*[ \\t]+)?)([^\\s\"'\\\\]+)",
      byte_options());
  static const RE2 kBearer("(?i)\\b(bearer(?:[ \\t]+|%20))([a-z0-9._~+/=-]{6,})", byte_options());
  text = rewrite_matches(std::move(text), kAuthorization, [&](const Groups& groups) -> std::optional<std::string> {
    if (opens_settings("authorization", view(groups[2])) || is_harmless_value(view(groups[2]), SecretKind::bearer))
      return std::nullopt;
    return std::optional(std::string(view(groups[1])) + replacement(SecretKind::bearer, counts));
  });
  return rewrite_matches(std::move(text), kBearer, [&](const Groups& groups) -> std::optional<std::string> {
    if (!looks_issued(view(groups[2]))) return std::nullopt;
    return std::string(view(groups[1])) + replacement(SecretKind::bearer, counts);
  });
}

// host:8000/users/@me is an address with a port; a password may hold anything, '/' and '@' included.
bool is_port_and_path(std::string_view after_colon) {
  const std::size_t end = after_colon.find_first_of("/?#");
  if (end == std::string_view::npos || after_colon.find("://") != std::string_view::npos) return false;
  return after_colon.substr(0, end).find_first_not_of("0123456789") == std::string_view::npos;
}

std::string scrub_urls(std::string text, Counts& counts) {
  static const RE2 kUserAndPassword("([a-zA-Z][a-zA-Z0-9+.-]{0,40}://)([^\\s\"'<>@:/?#]*):([^\\s\"'<>]*)@",
                                    byte_options());
  static const RE2 kUserOnly("([a-zA-Z][a-zA-Z0-9+.-]{0,40}://)([^\\s\"'<>@:/?#\\[\\]]{20,})@", byte_options());
  static const RE2 kDataSource("([a-zA-Z0-9_.-]{1,64}):([^\\s\"'<>/]+)(@(?:tcp|tcp4|tcp6|udp|unix)\\()",
                               byte_options());
  static const RE2 kParameter(
      "(?i)([?&](?:[a-z0-9_-]*(?:token|secret|password|passwd|signature|credential|api[_-]?key)|key|sig|pwd|code|auth|"
      "sign)=)"
      "([^&\\s\"'<>#]+)",
      byte_options());
  text = rewrite_matches(std::move(text), kUserAndPassword, [&](const Groups& groups) -> std::optional<std::string> {
    if (view(groups[2]) == "[scrubbed" || is_port_and_path(view(groups[3]))) return std::nullopt;
    return std::string(view(groups[1])) + replacement(SecretKind::url_credentials, counts) + "@";
  });
  text = rewrite_matches(std::move(text), kUserOnly, [&](const Groups& groups) {
    return std::optional(std::string(view(groups[1])) + replacement(SecretKind::url_credentials, counts) + "@");
  });
  text = rewrite_matches(std::move(text), kDataSource, [&](const Groups& groups) -> std::optional<std::string> {
    if (view(groups[1]) == "scrubbed") return std::nullopt;
    return std::optional(replacement(SecretKind::url_credentials, counts) + std::string(view(groups[3])));
  });
  return rewrite_matches(std::move(text), kParameter, [&](const Groups& groups) -> std::optional<std::string> {
    if (is_harmless_value(view(groups[2]), SecretKind::token)) return std::nullopt;
    return std::string(view(groups[1])) + replacement(SecretKind::token, counts);
  });
}

// NAME=value, NAME: value, "name": "value", --name value, and '--name', 'value' as a list is printed.
std::string scrub_names(std::string text, Counts& counts) {
  static const RE2 kName(
      "(?i)[a-z0-9_.-]*(?:key|token|secret|pass|pwd|pw|credential|auth|private|cookie|jwt|bearer)[a-z0-9_.-]*",
      byte_options());
  std::string result;
  std::size_t copied = 0;
  std::size_t from = 0;
  re2::StringPiece found;
  while (kName.Match(text, from, text.size(), RE2::UNANCHORED, &found, 1)) {
    const auto begin = static_cast<std::size_t>(found.data() - text.data());
    std::string_view name = view(found);
    from = begin + name.size();
    const auto kind = secret_kind_of_name(name);
    if (!kind) continue;
    const auto value = value_after_name(text, begin, from);
    if (!value) continue;
    const std::string_view content = std::string_view(text).substr(value->begin, value->end - value->begin);
    if (opens_settings(name, content)) continue;
    from = value->end;  // no value is looked at twice
    if (is_harmless_value(content, *kind)) continue;
    result.append(text, copied, value->begin - copied);
    result += replacement(*kind, counts);
    copied = value->end;
  }
  if (copied == 0) return text;
  result.append(text, copied);
  return result;
}

// Containers' settings: the name in one field, the value in the next.
std::string scrub_name_value_pairs(std::string text, Counts& counts) {
  static const RE2 kPair(
      "(\"?\\bname\"?[ \\t]*:[ \\t]*[\"']?([A-Za-z0-9_.-]{1,128})[\"']?[ \\t]*(?:,[ \\t]*\\r?\\n?|\\r?\\n)[ \\t]*"
      "\"?value\"?[ \\t]*:[ \\t]*)(\"(?:[^\"\\\\\\n]|\\\\.)*\"|[^\\n\"]+)",
      byte_options());
  return rewrite_matches(std::move(text), kPair, [&](const Groups& groups) -> std::optional<std::string> {
    const auto kind = secret_kind_of_name(view(groups[2]));
    const bool quoted = groups[3].size() > 1 && groups[3][0] == '"';
    const std::string_view value = quoted ? view(groups[3]).substr(1, groups[3].size() - 2) : trim(view(groups[3]));
    if (!kind || is_harmless_value(value, *kind)) return std::nullopt;
    const std::string mark = quoted ? "\"" : "";
    return std::string(view(groups[1])) + mark + replacement(*kind, counts) + mark;
  });
}

// The few programs that take a password in a short option.
std::string scrub_short_options(std::string text, Counts& counts) {
  static const RE2 kAttached(
      "(\\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump)\\b[^\\n|;&]*?[ \\t]-p)([^\\s\"'\\[]+)", byte_options());
  static const RE2 kSeparate("(\\bsshpass[ \\t]+-p[ \\t]*|\\bredis-cli\\b[^\\n|;&]*?[ \\t]-a[ \\t]+)([^\\s\\[]+)",
                             byte_options());
  static const RE2 kCurl(
      "(\\bcurl\\b[^\\n|;&]*?[ \\t](?:-u[ \\t]*|--user[ \\t=]+|--proxy-user[ \\t=]+)[\"']?[^\\s:\"']+:)([^\\s\"'\\[]+)",
      byte_options());
  for (const RE2* expression : {&kAttached, &kSeparate, &kCurl}) {
    text = rewrite_matches(std::move(text), *expression, [&](const Groups& groups) {
      return std::optional(std::string(view(groups[1])) + replacement(SecretKind::password, counts));
    });
  }
  return text;
}

// Tokens that their issuers made recognisable, wherever they stand.
std::string scrub_shapes(std::string text, Counts& counts) {
  static const RE2 kShape(
      "\\b(?:hf_[A-Za-z0-9]{16,}|api_org_[A-Za-z0-9]{16,}|gh[pousr]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{16,}|"
      "glpat-[A-Za-z0-9_-]{16,}|(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\\b|xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]"
      "{10,}|"
      "eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]*)?|nvapi-[A-Za-z0-9_-]{16,}|AIza[A-Za-z0-9_-]{30,}|"
      "ya29\\.[A-Za-z0-9_-]{16,}|gsk_[A-Za-z0-9]{16,}|r8_[A-Za-z0-9]{30,}|[sr]k_(?:live|test)_[A-Za-z0-9]{10,}|"
      "dckr_pat_[A-Za-z0-9_-]{16,}|npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}|hv[sb]\\.[A-Za-z0-9_-]{20,}|"
      "lsv2_[a-z]{2}_[A-Za-z0-9_]{16,}|dapi[0-9a-f]{32}|tskey-[A-Za-z0-9-]{16,}|xai-[A-Za-z0-9]{20,}|"
      "SG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,})",
      byte_options());
  static const RE2 kSecretKey("\\bsk-[A-Za-z0-9_-]{16,}", byte_options());
  text = rewrite_matches(std::move(text), kShape,
                         [&](const Groups&) { return std::optional(replacement(SecretKind::token, counts)); });
  return rewrite_matches(std::move(text), kSecretKey, [&](const Groups& groups) -> std::optional<std::string> {
    const bool has_digit = view(groups[0]).find_first_of("0123456789") != std::string_view::npos;
    return has_digit ? std::optional(replacement(SecretKind::token, counts)) : std::nullopt;  // else a hyphenated name
  });
}

std::string scrub_text(std::string_view bytes, Counts& counts) {
  std::string text = scrub_key_blocks(std::string(bytes), counts);
  text = scrub_headers(std::move(text), counts);
  text = scrub_urls(std::move(text), counts);
  text = scrub_short_options(std::move(text), counts);
  text = scrub_name_value_pairs(std::move(text), counts);
  text = scrub_names(std::move(text), counts);
  return scrub_shapes(std::move(text), counts);
}

bool is_flag(std::string_view argument) {
  return argument.size() > 1 && argument[0] == '-' && (argument[1] < '0' || argument[1] > '9');
}

std::string_view without_dashes(std::string_view argument) {
  while (argument.starts_with('-')) argument.remove_prefix(1);
  return argument;
}

bool is_mysql(std::string_view program) { return program.starts_with("mysql") || program.starts_with("mariadb"); }

// What the flag's values are, when `argument` is a flag whose values stand in the arguments after it.
std::optional<SecretKind> kind_of_values_after(std::string_view argument, std::string_view program) {
  if (!is_flag(argument) || argument.find('=') != std::string_view::npos) return std::nullopt;
  if (is_mysql(program) && argument.starts_with("-p")) return std::nullopt;  // its value is attached
  if (argument == "-p" && program == "sshpass") return SecretKind::password;
  if (argument == "-a" && program == "redis-cli") return SecretKind::password;
  return secret_kind_of_name(without_dashes(argument));
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// One argument by itself: in a vector the whole rest belongs to the value, blanks included.
std::string scrub_argument(std::string_view argument, std::string_view program, Counts& counts) {
  if (is_mysql(program) && argument.starts_with("-p") && argument.size() > 2) {
    return "-p" + replacement(SecretKind::password, counts);
  }
  const std::size_t equals = argument.find('=');
  if (equals != std::string_view::npos && argument.find_first_of(" \t\n\"'{[:/") > equals) {
    const std::string_view value = argument.substr(equals + 1);
    const auto kind = secret_kind_of_name(without_dashes(argument.substr(0, equals)));
    if (kind && !is_harmless_value(value, *kind)) {
      return std::string(argument.substr(0, equals + 1)) + replacement(*kind, counts);
    }
  }
  return scrub_text(argument, counts);
}

// "user:password" after curl's -u; a token may stand there for the user, without a password.
std::string scrub_user(std::string_view argument, Counts& counts) {
  const std::size_t colon = argument.find(':');
  if (colon == std::string_view::npos || colon + 1 == argument.size()) return scrub_text(argument, counts);
  return scrub_text(argument.substr(0, colon), counts) + ":" + replacement(SecretKind::password, counts);
}

// How many of the arguments from `begin` on are values of the flag before them. vLLM's --api-key takes any number of
// keys.
std::size_t count_values(const std::vector<std::string>& argv, std::size_t begin, std::string_view flag) {
  const bool takes_many = flag == "--api-key" || flag == "--api_key" || flag == "--api-keys" || flag == "--api_keys";
  std::size_t end = begin;
  if (end < argv.size() && !argv[end].starts_with("--")) ++end;
  while (takes_many && end < argv.size() && !is_flag(argv[end])) ++end;
  return end - begin;
}

bool is_curl_user(std::string_view program, const std::vector<std::string>& before) {
  if (program != "curl" || before.empty()) return false;
  return before.back() == "-u" || before.back() == "--user" || before.back() == "--proxy-user";
}

std::vector<std::string> scrub_vector(const std::vector<std::string>& argv, Counts& counts) {
  const std::string_view program = argv.empty() ? std::string_view() : base_name(argv.front());
  std::vector<std::string> scrubbed;
  for (std::size_t i = 0; i < argv.size(); ++i) {
    const bool is_user = is_curl_user(program, scrubbed);
    scrubbed.push_back(is_user ? scrub_user(argv[i], counts) : scrub_argument(argv[i], program, counts));
    const auto kind = kind_of_values_after(argv[i], program);
    if (!kind) continue;
    for (std::size_t left = count_values(argv, i + 1, argv[i]); left > 0; --left) {
      const std::string& value = argv[++i];
      scrubbed.push_back(is_harmless_value(value, *kind) ? scrub_text(value, counts) : replacement(*kind, counts));
    }
  }
  return scrubbed;
}

// Keeps a final NUL, and the NULs that a process left behind when it shortened its own title.
std::string scrub_nul_vector(std::string_view bytes, Counts& counts) {
  const std::size_t end = bytes.find_last_not_of('\0');
  if (end == std::string_view::npos) return std::string(bytes);
  const std::string_view padding = bytes.substr(end + 1);
  std::vector<std::string> argv;
  for (const std::string_view argument : split(bytes.substr(0, end + 1), '\0')) argv.emplace_back(argument);
  std::string joined;
  for (const std::string& argument : scrub_vector(argv, counts)) {
    joined += argument;
    joined += '\0';
  }
  joined.pop_back();
  return joined + std::string(padding);
}

bool is_variable_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-';
  });
}

// What has no name is part of something else, a secret perhaps; and a name could have the shape of a token itself.
std::string scrub_variable(std::string_view variable, Counts& counts) {
  if (variable.empty()) return {};
  const std::size_t equals = variable.find('=');
  const std::string_view name = variable.substr(0, equals);
  if (equals == std::string_view::npos || !is_variable_name(name)) return replacement(SecretKind::environment, counts);
  const std::string_view value = variable.substr(equals + 1);
  const std::string kept_name = scrub_shapes(std::string(name), counts) + "=";
  if (value.empty()) return kept_name;
  if (!is_harmless_variable(name)) return kept_name + replacement(SecretKind::environment, counts);
  return kept_name + scrub_text(value, counts);
}

std::string scrub_environment(std::string_view bytes, Counts& counts) {
  std::string scrubbed;
  for (const std::string_view variable : split(bytes, '\0')) {
    scrubbed += scrub_variable(variable, counts);
    scrubbed += '\0';
  }
  scrubbed.pop_back();
  return scrubbed;
}

}  // namespace

std::string Scrubber::scrub(std::string_view bytes, ScrubKind kind) {
  switch (kind) {
    case ScrubKind::none:
      return std::string(bytes);
    case ScrubKind::text:
      return scrub_text(bytes, counts_);
    case ScrubKind::nul_vector:
      return scrub_nul_vector(bytes, counts_);
    case ScrubKind::environment:
      return scrub_environment(bytes, counts_);
  }
  return {};
}

std::vector<std::string> Scrubber::scrub_argv(const std::vector<std::string>& argv) {
  return scrub_vector(argv, counts_);
}

}  // namespace ihc
