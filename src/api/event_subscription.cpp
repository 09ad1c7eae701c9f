#include <phony/api/event_subscription.hpp>

#include <phony/api/call_sid.hpp>
#include <phony/base/fields.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <charconv>
#include <utility>

namespace phony::api {
namespace {

namespace json = boost::json;

Error wrong(std::string_view field, std::string_view problem)
{
    return {
        errc::websocket_error, std::string{field}.append(" ").append(problem), std::string{field}};
}

Error wrong_since()
{
    return wrong("since", "must be the seq of an event, a whole number");
}

Error wrong_tokens()
{
    return wrong("tokens", "must be 0 or 1");
}

Result<EventSubscription> checked(std::string_view call_sid,
                                  std::optional<std::uint64_t> since,
                                  std::optional<bool> tokens)
{
    if (call_sid.empty()) return wrong("callSid", "is missing");
    const bool everywhere = call_sid == all_calls;
    if (!everywhere && !is_call_sid(call_sid)) return wrong("callSid", "is not a call SID");
    if (everywhere && since) return wrong("since", "needs one call: each has its own seq");
    return EventSubscription{.call_sid = std::string{call_sid},
                             .since = since.value_or(0),
                             .tokens = tokens.value_or(!everywhere)};
}

std::optional<std::uint64_t> seq_in(std::string_view text)
{
    std::uint64_t seq = 0;
    const char* begin = text.data();
    const char* end = begin + text.size();
    const auto [stopped, ec] = std::from_chars(begin, end, seq);
    if (ec != std::errc{} || stopped != end) return std::nullopt;
    return seq;
}

std::optional<std::uint64_t> seq_in(const json::value& value)
{
    if (value.is_uint64()) return value.get_uint64();
    if (value.is_int64() && value.get_int64() >= 0)
        return static_cast<std::uint64_t>(value.get_int64());
    if (value.is_string()) return seq_in(std::string_view{value.get_string()});
    return std::nullopt;
}

std::optional<bool> flag_in(std::string_view text)
{
    if (text == "1") return true;
    if (text == "0") return false;
    return std::nullopt;
}

std::optional<bool> flag_in(const json::value& value)
{
    if (value.is_bool()) return value.get_bool();
    if (value.is_int64() && (value.get_int64() == 0 || value.get_int64() == 1))
        return value.get_int64() == 1;
    if (value.is_string()) return flag_in(std::string_view{value.get_string()});
    return std::nullopt;
}

}  // namespace

Result<EventSubscription> parse_subscription(std::string_view call_sid,
                                             std::string_view since,
                                             std::string_view tokens)
{
    const auto seq = seq_in(since);
    if (!since.empty() && !seq) return wrong_since();
    const auto flag = flag_in(tokens);
    if (!tokens.empty() && !flag) return wrong_tokens();
    return checked(call_sid, seq, flag);
}

Result<EventSubscription> parse_subscription_message(std::string_view text)
{
    const auto message = parse_object(text);
    if (!message)
        return Error{errc::websocket_error,
                     "the first message is not a JSON object with a callSid"};

    const auto given = [&](std::string_view name) {
        const json::value* value = message->if_contains(name);
        return value != nullptr && value->is_null() ? nullptr : value;
    };
    std::optional<std::uint64_t> since;
    if (const auto* value = given("since")) {
        since = seq_in(*value);
        if (!since) return wrong_since();
    }
    std::optional<bool> tokens;
    if (const auto* value = given("tokens")) {
        tokens = flag_in(*value);
        if (!tokens) return wrong_tokens();
    }

    const auto* call_sid = given("callSid");
    if (call_sid == nullptr) return wrong("callSid", "is missing");
    if (!call_sid->is_string()) return wrong("callSid", "must be a string");
    return checked(call_sid->get_string(), since, tokens);
}

}  // namespace phony::api
