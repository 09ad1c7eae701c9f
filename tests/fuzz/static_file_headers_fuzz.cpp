#include <phony/api/content_coding.hpp>
#include <phony/api/entity_tag.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace phony;

namespace {

void require(bool holds)
{
    if (!holds) std::abort();
}

}  // namespace

/// Whatever a client says of encodings and of what it has: it gets a form that there is, and is
/// told that it has a file only when it names its tag.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};

    const auto none = api::choose_coding(text, {});
    require(none == api::ContentCoding::identity);
    require(api::choose_coding(text, {.gzip = true}) != api::ContentCoding::brotli);
    require(api::choose_coding(text, {.brotli = true}) != api::ContentCoding::gzip);

    constexpr std::string_view tag = R"("d1-br")";
    if (api::matches_any(text, tag))
        require(text.find(tag) != std::string_view::npos ||
                text.find('*') != std::string_view::npos);
    if (text.find('"') != std::string_view::npos) return 0;
    std::string two_tags{'"'};
    two_tags.append(text).append("\", ").append(tag);
    require(api::matches_any(two_tags, tag));
    return 0;
}
