#include "base/tls_authorities.h"

#include <array>
#include <cstdlib>

#include <openssl/x509.h>
#include <unistd.h>

namespace ihc {

namespace {

/// Where systems keep the authorities that they trust. The program may have been built on another one, whose places
/// OpenSSL would look at alone.
constexpr std::array kAuthorityFiles{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                     "/etc/ssl/ca-bundle.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
                                     "/etc/ssl/cert.pem"};

}  // namespace

void load_authorities(SSL_CTX* tls) {
  ::SSL_CTX_set_default_verify_paths(tls);
  if (std::getenv(::X509_get_default_cert_file_env()) != nullptr ||
      std::getenv(::X509_get_default_cert_dir_env()) != nullptr)
    return;
  if (::access(::X509_get_default_cert_file(), R_OK) == 0 || ::access(::X509_get_default_cert_dir(), R_OK) == 0) return;
  for (const char* file : kAuthorityFiles) {
    if (::SSL_CTX_load_verify_locations(tls, file, nullptr) == 1) return;
  }
}

}  // namespace ihc
