// The supervisor's dashboard: files, which everyone may have. What they show is asked for by them,
// with a supervisor's session.

#include "documents/documents.hpp"
#include "server/endpoints.hpp"
#include "server/static_files.hpp"

#include <string>
#include <string_view>

namespace phony::server {
namespace {

constexpr std::string_view root = "/dashboard/";
constexpr std::string_view page = "index.html";

}  // namespace

async::awaitable<Response> dashboard_file(Core&, const Request& request)
{
    const std::string_view path = request.path().substr(root.size());
    co_return serve_file(documents::dashboard(), path.empty() ? page : path, request);
}

/// The page's own addresses are relative to the slash.
async::awaitable<Response> dashboard_without_slash(Core&, const Request& request)
{
    std::string location{root};
    if (!request.query().empty()) location.append("?").append(request.query());
    Response response{.status = 308, .content_type = "text/plain; charset=utf-8"};
    response.headers.emplace_back("Location", std::move(location));
    co_return response;
}

}  // namespace phony::server
