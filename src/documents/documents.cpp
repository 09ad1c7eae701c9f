#include "documents/documents.hpp"

#include <cstddef>

namespace phony::documents {
namespace {

// clang has C23's #embed in C++, too, and only warns that it is ahead of the standard.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wc23-extensions"

constexpr char openapi_bytes[] = {
#embed "openapi.json"
};

constexpr char asyncapi_bytes[] = {
#embed "asyncapi.json"
};

#pragma clang diagnostic pop

template <std::size_t size>
std::string_view view(const char (&bytes)[size])
{
    return {bytes, size};
}

}  // namespace

std::string_view openapi()
{
    return view(openapi_bytes);
}

std::string_view asyncapi()
{
    return view(asyncapi_bytes);
}

}  // namespace phony::documents
