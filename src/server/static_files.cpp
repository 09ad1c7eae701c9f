#include "server/static_files.hpp"

#include <phony/api/content_coding.hpp>
#include <phony/api/entity_tag.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace phony::server {
namespace {

using api::ContentCoding;
using documents::File;

/// A page runs the scripts that came with it and talks to the server that it came from, and does
/// nothing else: what a caller said is shown there, and could never be more than text.
constexpr std::string_view content_security_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; font-src 'self'; media-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

constexpr std::string_view keep_for_ever = "public, max-age=31536000, immutable";
constexpr std::string_view ask_each_time = "no-cache";

std::string_view form_of(const File& file, ContentCoding coding)
{
    switch (coding) {
    case ContentCoding::gzip: return file.gzip;
    case ContentCoding::brotli: return file.brotli;
    case ContentCoding::identity: break;
    }
    return file.identity;
}

/// Other bytes are another representation and have a tag of their own.
std::string entity_tag(const File& file, ContentCoding coding)
{
    std::string tag{'"'};
    tag.append(file.digest);
    if (coding != ContentCoding::identity) tag.append("-").append(name_of(coding));
    return tag += '"';
}

/// What a browser shall never do with a page of ours.
void guard_page(Response& response)
{
    auto& headers = response.headers;
    headers.emplace_back("Content-Security-Policy", content_security_policy);
    headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
    headers.emplace_back("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    headers.emplace_back("Referrer-Policy", "no-referrer");
    headers.emplace_back("X-Frame-Options", "DENY");  // for who does not know frame-ancestors
}

}  // namespace

Response serve_file(std::span<const File> files, std::string_view path, const Request& request)
{
    const auto file = std::ranges::find(files, path, &File::path);
    if (file == files.end()) return refuse(Error{errc::not_found});

    const ContentCoding coding =
        api::choose_coding(request.joined("Accept-Encoding"),
                           {.gzip = !file->gzip.empty(), .brotli = !file->brotli.empty()});
    std::string tag = entity_tag(*file, coding);
    const bool known = api::matches_any(request.joined("If-None-Match"), tag);

    Response response{.status = known ? 304U : 200U,
                      .content_type = std::string{file->content_type}};
    auto& headers = response.headers;
    headers.emplace_back("ETag", std::move(tag));
    headers.emplace_back("Cache-Control", file->immutable ? keep_for_ever : ask_each_time);
    headers.emplace_back("Vary", "Accept-Encoding");
    headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
    if (file->content_type.starts_with("text/html")) guard_page(response);
    if (known) return response;

    if (coding != ContentCoding::identity)
        headers.emplace_back("Content-Encoding", name_of(coding));
    response.body = form_of(*file, coding);
    return response;
}

}  // namespace phony::server
