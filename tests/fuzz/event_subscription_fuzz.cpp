#include <phony/api/event_subscription.hpp>

#include <phony/api/call_sid.hpp>
#include <phony/api/error.hpp>

#include <boost/json/parse.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace phony::api;

namespace {

/// Who is let in names a call or all of them; who is not learns why, in the reference's shape.
void check(const phony::Result<EventSubscription>& wanted)
{
    if (wanted) {
        if (!wanted->everywhere() && !is_call_sid(wanted->call_sid)) std::abort();
        if (wanted->everywhere() && wanted->since != 0) std::abort();
        return;
    }
    const auto refusal = boost::json::parse(error_body(wanted.error()));
    if (refusal.at("error").at("code") != "WEBSOCKET_ERROR") std::abort();
    if (wanted.error().detail.size() > 100) std::abort();  // it must fit into a close frame
}

}  // namespace

/// A first message; and a query's three parameters, a line for each.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    check(parse_subscription_message(input));

    std::string_view rest = input;
    const auto line = [&rest] {
        const auto end = rest.find('\n');
        const auto found = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        return found;
    };
    const auto call_sid = line();
    const auto since = line();
    check(parse_subscription(call_sid, since, line()));
    return 0;
}
