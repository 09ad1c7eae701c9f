#pragma once

#include "documents/documents.hpp"
#include "server/http_message.hpp"

#include <span>
#include <string_view>

namespace phony::server {

/// The file of this path as the client wants it: compressed as its Accept-Encoding allows, 304 when
/// its If-None-Match shows that it has it already; 404 when there is none. Files whose names change
/// with their content are kept for a year, all others are asked for again each time.
Response serve_file(std::span<const documents::File> files,
                    std::string_view path,
                    const Request& request);

}  // namespace phony::server
