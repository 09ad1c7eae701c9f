#pragma once

#include <phony/base/guarded.hpp>

#include <boost/asio/ssl/context.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace phony::server {

/// Where the certificate chain and its private key are: PEM files.
struct TlsFiles {
    std::string certificate;
    std::string key;
};

/// What a connection over TLS begins with.
struct TlsContext {
    boost::asio::ssl::context ssl{boost::asio::ssl::context::tls_server};
    std::chrono::sys_seconds expires;  ///< the certificate
};

/// The TLS that this server speaks: versions 1.2 and 1.3, and of the ciphers that Mozilla calls
/// intermediate those with elliptic curves. Sessions are resumed from a cache that all cores share;
/// one that another process or an older certificate began is simply begun anew.
///
///     Tls tls{{.certificate = "cert.pem", .key = "key.pem"}};
///     const auto context = tls.current();      // kept for as long as the connection
///     Stream stream{std::move(socket), context->ssl};
///
/// Any thread.
class Tls {
public:
    /// Throws runtime_error with one sentence when the files cannot be used.
    explicit Tls(TlsFiles files);

    /// Reads the files again. Connections that begin from now on get the new certificate, others
    /// keep theirs. When the files cannot be used or the certificate is not valid now: why, in one
    /// sentence, and all is as it was.
    std::optional<std::string> reload();

    std::shared_ptr<TlsContext> current() const;

private:
    TlsFiles files_;
    Guarded<std::shared_ptr<TlsContext>> current_;
};

}  // namespace phony::server
