#pragma once

#include <string_view>

/// Files that are compiled into the program, so that one file deploys everything.
namespace phony::documents {

/// Our HTTP API, OpenAPI 3.1: src/documents/openapi.json.
std::string_view openapi();

/// The two WebSockets, AsyncAPI 3.0: src/documents/asyncapi.json.
std::string_view asyncapi();

}  // namespace phony::documents
