// In place of the table that web/scripts/pack.mjs makes of the dashboard.

#include "documents/documents.hpp"

#include <array>

namespace phony::documents {
namespace {

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wc23-extensions"
constexpr char page[] = {
#embed "index.html"
};
#pragma clang diagnostic pop

constexpr std::array files{File{.path = "index.html",
                                .content_type = "text/html; charset=utf-8",
                                .digest = "no-dashboard",
                                .identity = {page, sizeof page}}};

}  // namespace

std::span<const File> dashboard()
{
    return files;
}

bool has_dashboard()
{
    return false;
}

}  // namespace phony::documents
