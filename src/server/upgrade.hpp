#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

namespace phony::server {

/// For the two files that include Beast: the request that asks for a WebSocket.
struct Upgrade {
    boost::beast::http::request<boost::beast::http::string_body> request;
};

}  // namespace phony::server
