#include <phony/api/origin.hpp>
#include <phony/api/session.hpp>
#include <phony/base/percent.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace phony;

namespace {

void require(bool holds)
{
    if (!holds) std::abort();
}

}  // namespace

/// What a stranger's headers say opens no door: nothing is signed by chance, an origin is accepted
/// only when it is one, and what is decoded is never longer than what was sent.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};

    const auto claim = api::parse_session(text);
    require(!claim || !claim->is_signed_with("a token that no input knows"));
    require(api::find_cookie(text, "phony_session").size() <= size);
    const auto token = api::parse_sign_in(text);
    require(!token || !token->empty());

    const auto split = text.substr(0, text.find('\n'));
    const auto host = text.substr(split.size() == size ? size : split.size() + 1);
    const api::Origins origins{"https://phone.example.com/phony", {}};
    const auto origin = api::parse_origin(split);
    if (origins.accepts(split, host)) {
        if (!origin) std::abort();
        require(api::is_loopback(origin->authority) ||
                origin->authority.host == "phone.example.com");
    }
    if (origin) require(origin->authority.port != 0 && !origin->authority.host.empty());
    if (origins.is_our_host(split)) require(api::parse_authority(split, 80).has_value());

    const auto decoded = percent_decoded(text, Plus::itself);
    require(!decoded || decoded->size() <= size);
    return 0;
}
