#pragma once

#include <boost/asio/ssl/context.hpp>

#include <filesystem>

namespace phony::bench {

/// Makes a certificate for 127.0.0.1 and puts certificate.pem and key.pem into `directory`. The
/// answer is the context of a client that trusts it.
boost::asio::ssl::context make_tls_files(const std::filesystem::path& directory);

}  // namespace phony::bench
