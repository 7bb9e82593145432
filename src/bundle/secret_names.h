// Which names stand for secrets: of flags (--api-key), variables (HF_TOKEN), settings (ssl.keystore.password) and JSON
// keys (apiKey). Inference software is full of harmless names with the same words (--max-tokens, num_key_value_heads),
// so a name is judged by its parts and their neighbours.
#pragma once

#include <optional>
#include <string_view>

namespace ihc {

/// Where a value that must not be kept stands; also what the counts in the manifest are kept by.
enum class SecretKind { token, password, url_credentials, private_key, bearer, environment };
/// "token", "password", …: the word in "[scrubbed:<word>]".
std::string_view to_word(SecretKind kind);

/// What a value under this name is, if it is a secret. Names are split at '_', '-', '.' and where lower case turns
/// upper.
std::optional<SecretKind> secret_kind_of_name(std::string_view name);

/// Whether an environment variable's value may be kept: it configures threads, devices or an inference engine, and its
/// name has no part that stands for a secret.
bool is_harmless_variable(std::string_view name);

/// Whether a value under a secret's name is visibly none: empty, a switch, a small number, a path, a reference such as
/// ${TOKEN}, or replaced already.
bool is_harmless_value(std::string_view value, SecretKind kind);

}  // namespace ihc
