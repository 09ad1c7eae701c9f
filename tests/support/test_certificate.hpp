#pragma once

#include <boost/asio/ssl/context.hpp>

#include <string>

namespace phony::test {

/// A certificate that vouches for itself, made when the test runs (P-256, valid for an hour).
struct TestCertificate {
    std::string certificate_pem;
    std::string key_pem;

    /// `host` is a DNS name or an IP address.
    static TestCertificate issue(const std::string& host);

    /// For a server that shows it.
    boost::asio::ssl::context server_context() const;
    /// For a client that trusts it, and nothing else.
    boost::asio::ssl::context client_context() const;
};

}  // namespace phony::test
