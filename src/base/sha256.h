// SHA-256 (FIPS 180-4) through OpenSSL's EVP interface.
#pragma once

#include <string>
#include <string_view>

namespace ihc {

/// 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace ihc
