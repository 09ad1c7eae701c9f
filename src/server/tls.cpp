#include "server/tls.hpp"

#include "log/log.hpp"

#include <boost/asio/ssl/error.hpp>

#include <algorithm>
#include <ctime>

#include <openssl/ssl.h>
#include <openssl/x509err.h>

#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace phony::server {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

// https://wiki.mozilla.org/Security/Server_Side_TLS, "intermediate", without DHE: whatever is able
// to do that is able to do elliptic curves. Of 1.3 OpenSSL's own list is Mozilla's.
constexpr const char* ciphers_of_1_2 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* curves = "X25519:P-256:P-384";

constexpr std::chrono::seconds session_lifetime = std::chrono::hours{2};
constexpr long most_sessions = 20'000;  // of about 1 KB
constexpr std::string_view session_context = "phony";

constexpr std::string_view our_protocol = "http/1.1";

/// Beast speaks nothing else. Who offers other protocols only is refused (RFC 7301, section 3.2);
/// who offers none is taken at their word.
int choose_protocol(SSL*,
                    const unsigned char** chosen,
                    unsigned char* chosen_size,
                    const unsigned char* offered,
                    unsigned int offered_size,
                    void*)
{
    // Names, each behind its length.
    std::span<const unsigned char> rest{offered, offered_size};
    while (!rest.empty() && rest.front() < rest.size()) {
        const auto name = rest.subspan(1, rest.front());
        if (std::ranges::equal(name, our_protocol)) {
            *chosen = name.data();
            *chosen_size = static_cast<unsigned char>(name.size());
            return SSL_TLSEXT_ERR_OK;
        }
        rest = rest.subspan(1 + name.size());
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

void set_up(SSL_CTX* context)
{
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION);
    // A client knows whether its processor prefers AES, so its order of ciphers counts.
    SSL_CTX_clear_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE);
    // Tickets would be sealed with a key that lives as long as this context, perhaps for months,
    // and whoever came by it could read every connection that 1.2 has resumed. What a ticket refers
    // to is kept here instead.
    SSL_CTX_set_options(context,
                        SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
    if (SSL_CTX_set_cipher_list(context, ciphers_of_1_2) != 1 ||
        SSL_CTX_set1_groups_list(context, curves) != 1)
        throw std::runtime_error{
            "this OpenSSL knows neither the ciphers nor the curves of TLS 1.2"};
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_SERVER);
    SSL_CTX_sess_set_cache_size(context, most_sessions);
    SSL_CTX_set_timeout(context, session_lifetime.count());
    SSL_CTX_set_session_id_context(context,
                                   reinterpret_cast<const unsigned char*>(session_context.data()),
                                   session_context.size());
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
}

std::chrono::sys_seconds expiry_of(const X509* certificate)
{
    std::tm moment{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &moment) != 1) return {};
    return std::chrono::sys_seconds{std::chrono::seconds{timegm(&moment)}};
}

bool is_mismatch(error_code ec)
{
    const int reason = ERR_GET_REASON(static_cast<unsigned long>(ec.value()));
    return ec.category() == boost::asio::error::get_ssl_category() &&
           (reason == X509_R_KEY_VALUES_MISMATCH || reason == X509_R_KEY_TYPE_MISMATCH);
}

/// Throws runtime_error.
std::shared_ptr<TlsContext> load(const TlsFiles& files)
{
    auto loaded = std::make_shared<TlsContext>();
    SSL_CTX* const context = loaded->ssl.native_handle();
    set_up(context);

    error_code ec;
    loaded->ssl.use_certificate_chain_file(files.certificate, ec);
    if (ec) {
        throw std::runtime_error{"PHONY_TLS_CERT: " + files.certificate +
                                 " is no certificate chain that can be used: " + ec.message()};
    }
    // Without this OpenSSL would ask whoever sits at the terminal.
    loaded->ssl.set_password_callback([](std::size_t, auto) { return std::string{}; });
    loaded->ssl.use_private_key_file(files.key, ssl::context::pem, ec);
    if (ec && !is_mismatch(ec)) {
        throw std::runtime_error{"PHONY_TLS_KEY: " + files.key +
                                 " is no key that can be used, or is encrypted: " + ec.message()};
    }
    // A key of another kind than the certificate's is found by asking only.
    if (ec || SSL_CTX_check_private_key(context) != 1) {
        ERR_clear_error();
        throw std::runtime_error{"PHONY_TLS_KEY: " + files.key +
                                 " is not the key of the certificate in " + files.certificate};
    }
    loaded->expires = expiry_of(SSL_CTX_get0_certificate(context));
    return loaded;
}

/// What is wrong with the certificate's dates, if anything.
std::optional<std::string> untimely(TlsContext& loaded, const TlsFiles& files)
{
    const X509* const certificate = SSL_CTX_get0_certificate(loaded.ssl.native_handle());
    if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0)
        return "PHONY_TLS_CERT: the certificate in " + files.certificate + " is not valid yet";
    if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0)
        return "PHONY_TLS_CERT: the certificate in " + files.certificate + " has expired";
    return std::nullopt;
}

}  // namespace

Tls::Tls(TlsFiles files) : files_{std::move(files)}, current_{load(files_)}
{
    // No reason not to start: who renews it has only to send SIGHUP.
    if (const auto problem = untimely(*current(), files_)) log::warn(*problem);
}

std::optional<std::string> Tls::reload()
{
    try {
        auto fresh = load(files_);
        if (auto problem = untimely(*fresh, files_)) return problem;
        current_.with([&](auto& current) { current.swap(fresh); });
        return std::nullopt;
    } catch (const std::runtime_error& problem) {
        return problem.what();
    }
}

std::shared_ptr<TlsContext> Tls::current() const
{
    return current_.with([](const auto& current) { return current; });
}

}  // namespace phony::server
