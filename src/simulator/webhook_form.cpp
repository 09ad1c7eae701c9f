#include "simulator/webhook_form.hpp"

#include <random>
#include <vector>

namespace phony::simulator {
namespace {

/// In the order of recorded requests; an order that no code may depend on.
std::vector<FormField> common_fields(const CallIdentity& call, std::string_view call_status)
{
    return {{"Called", call.to},
            {"ToState", ""},
            {"CallerCountry", "US"},
            {"Direction", "inbound"},
            {"CallerState", ""},
            {"ToZip", ""},
            {"CallSid", call.call_sid},
            {"To", call.to},
            {"CallerZip", ""},
            {"ToCountry", "US"},
            {"CalledZip", ""},
            {"ApiVersion", "2010-04-01"},
            {"CalledCity", ""},
            {"CallStatus", std::string{call_status}},
            {"From", call.from},
            {"AccountSid", call.account_sid},
            {"CalledCountry", "US"},
            {"CallerCity", ""},
            {"ToCity", ""},
            {"FromCountry", "US"},
            {"Caller", call.from},
            {"FromCity", ""},
            {"CalledState", ""},
            {"FromZip", ""},
            {"FromState", ""}};
}

}  // namespace

std::string new_sid(std::string_view prefix)
{
    constexpr std::string_view hex = "0123456789abcdef";
    thread_local std::random_device entropy;
    std::string sid{prefix};
    for (int word = 0; word < 4; ++word) {
        std::uint32_t bits = entropy();
        for (int digit = 0; digit < 8; ++digit, bits >>= 4U) sid += hex[bits & 0xfU];
    }
    return sid;
}

Form voice_form(const CallIdentity& call, std::string_view call_status)
{
    auto fields = common_fields(call, call_status);
    fields.push_back({"StirVerstat", "TN-Validation-Passed-C"});
    fields.push_back({"CallToken", R"({"parentCallInfoToken":"simulated"})"});
    return Form{std::move(fields)};
}

Form action_form(const CallIdentity& call,
                 std::string_view session_id,
                 const SessionEnd& end,
                 std::chrono::seconds lasted)
{
    using Status = SessionEnd::Status;
    auto fields =
        common_fields(call, end.status == Status::completed ? "completed" : "in-progress");
    fields.push_back({"SessionId", std::string{session_id}});
    fields.push_back({"SessionStatus",
                      end.status == Status::completed ? "completed"
                      : end.status == Status::ended   ? "ended"
                                                      : "failed"});
    fields.push_back({"SessionDuration", std::to_string(lasted.count())});
    if (end.status == Status::ended && !end.handoff_data.empty())
        fields.push_back({"HandoffData", end.handoff_data});
    if (end.status == Status::failed) {
        fields.push_back({"ErrorCode", "64105"});
        fields.push_back({"ErrorMessage", "Websocket ended"});
    }
    return Form{std::move(fields)};
}

}  // namespace phony::simulator
