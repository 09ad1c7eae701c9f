#include "support/test_certificate.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>

#include <memory>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace phony::test {
namespace {

namespace ssl = boost::asio::ssl;

template <auto free>
struct Free {
    void operator()(auto* object) const { free(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using Memory = std::unique_ptr<BIO, Free<BIO_free>>;

void check(bool worked)
{
    if (!worked) throw std::runtime_error{"OpenSSL could not make the test certificate"};
}

void add_extension(X509* certificate, int nid, const std::string& value)
{
    const Extension extension{X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str())};
    check(extension != nullptr);
    check(X509_add_ext(certificate, extension.get(), -1) == 1);
}

std::string alternative_name(const std::string& host)
{
    boost::system::error_code not_an_address;
    boost::asio::ip::make_address(host, not_an_address);
    return (not_an_address ? "DNS:" : "IP:") + host;
}

std::string text_of(const Memory& memory)
{
    char* data = nullptr;
    const auto size = BIO_get_mem_data(memory.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace

TestCertificate TestCertificate::issue(const std::string& host)
{
    const Key key{EVP_EC_gen("P-256")};
    const Certificate certificate{X509_new()};
    check(key && certificate);

    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    auto* name = X509_get_subject_name(certificate.get());
    check(X509_NAME_add_entry_by_txt(name,
                                     "CN",
                                     MBSTRING_ASC,
                                     reinterpret_cast<const unsigned char*>("phony test"),
                                     -1,
                                     -1,
                                     0) == 1);
    X509_set_issuer_name(certificate.get(), name);
    add_extension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
    add_extension(certificate.get(), NID_subject_alt_name, alternative_name(host));
    check(X509_sign(certificate.get(), key.get(), EVP_sha256()) != 0);

    const Memory certificate_pem{BIO_new(BIO_s_mem())};
    const Memory key_pem{BIO_new(BIO_s_mem())};
    check(PEM_write_bio_X509(certificate_pem.get(), certificate.get()) == 1);
    check(PEM_write_bio_PrivateKey(
              key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
    return {text_of(certificate_pem), text_of(key_pem)};
}

ssl::context TestCertificate::server_context() const
{
    ssl::context context{ssl::context::tls_server};
    context.use_certificate_chain(boost::asio::buffer(certificate_pem));
    context.use_private_key(boost::asio::buffer(key_pem), ssl::context::pem);
    return context;
}

ssl::context TestCertificate::client_context() const
{
    ssl::context context{ssl::context::tls_client};
    context.add_certificate_authority(boost::asio::buffer(certificate_pem));
    return context;
}

}  // namespace phony::test
