#include "load/tls_files.hpp"

#include "support/test_certificate.hpp"

#include <fstream>

namespace phony::bench {

boost::asio::ssl::context make_tls_files(const std::filesystem::path& directory)
{
    const auto certificate = test::TestCertificate::issue("127.0.0.1");
    std::ofstream{directory / "certificate.pem"} << certificate.certificate_pem;
    std::ofstream{directory / "key.pem"} << certificate.key_pem;
    return certificate.client_context();
}

}  // namespace phony::bench
