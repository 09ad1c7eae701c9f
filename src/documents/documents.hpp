#pragma once

#include <span>
#include <string_view>

/// Files that are compiled into the program, so that one file deploys everything.
namespace phony::documents {

/// Our HTTP API, OpenAPI 3.1: src/documents/openapi.json.
std::string_view openapi();

/// The two WebSockets, AsyncAPI 3.0: src/documents/asyncapi.json.
std::string_view asyncapi();

/// A file that browsers ask for, in every form that it is sent in. All of it lives as long as the
/// program.
struct File {
    std::string_view path;          ///< "index.html", "assets/index-DiwrgTda.js"
    std::string_view content_type;  ///< "text/html; charset=utf-8"
    std::string_view digest;        ///< of its content
    /// Its name is made of its content, so that what was once fetched is right for ever.
    bool immutable = false;
    std::string_view identity;  ///< as it is
    std::string_view gzip;      ///< empty where that would not be smaller
    std::string_view brotli;    ///< likewise
};

/// The dashboard of web/, or of a build without it (PHONY_DASHBOARD) a page that says so.
std::span<const File> dashboard();

/// Whether this build has it.
bool has_dashboard();

}  // namespace phony::documents
