#include <phony/base/json_text.hpp>

#include <phony/base/utf8.hpp>

#include <boost/json/parse.hpp>

#include <cstdint>
#include <cstdlib>

// Whatever the bytes are, the result parses; text that was valid comes back unchanged.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    std::string json;
    phony::append_json_string(json, text);

    boost::system::error_code ec;
    const auto value = boost::json::parse(json, ec);
    if (ec || !value.is_string()) std::abort();
    const std::string_view back{value.get_string()};
    if (!phony::is_valid_utf8(back)) std::abort();
    if (phony::is_valid_utf8(text) && back != text) std::abort();
    return 0;
}
