#include <phony/api/call_sid.hpp>

#include <algorithm>
#include <cstddef>

namespace phony::api {
namespace {

constexpr std::size_t longest_call_sid = 128;

// By hand rather than with <cctype>, whose answers depend on the locale.
bool may_stand_in_call_sid(char c) noexcept
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view{"_-.:="}.find(c) != std::string_view::npos;
}

}  // namespace

bool is_call_sid(std::string_view text) noexcept
{
    return !text.empty() && text.size() <= longest_call_sid &&
           std::all_of(text.begin(), text.end(), may_stand_in_call_sid);
}

Result<std::string> resolve_call_sid(std::string_view in_frame,
                                     std::string_view in_query,
                                     std::string_view in_parameter)
{
    std::string_view found;
    for (const auto candidate : {in_frame, in_query, in_parameter}) {
        if (!is_call_sid(candidate) || candidate == found) continue;
        if (!found.empty()) return Error{errc::websocket_error, "two callSids disagree", "callSid"};
        found = candidate;
    }
    if (found.empty()) return Error{errc::websocket_error, "no usable callSid", "callSid"};
    return std::string{found};
}

}  // namespace phony::api
