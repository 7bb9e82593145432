// Whom a TLS client trusts.
#pragma once

#include <openssl/ssl.h>

namespace ihc {

/// The authorities of SSL_CERT_FILE and SSL_CERT_DIR, else of this build's own places, else of where Linux
/// distributions keep them. None found: every certificate is refused.
void load_authorities(SSL_CTX* tls);

}  // namespace ihc
