#include "documents/documents.hpp"
#include "server/endpoints.hpp"

#include <string>

namespace phony::server {

async::awaitable<Response> openapi_document(Core&, const Request&)
{
    co_return json(std::string{documents::openapi()});
}

async::awaitable<Response> asyncapi_document(Core&, const Request&)
{
    co_return json(std::string{documents::asyncapi()});
}

}  // namespace phony::server
