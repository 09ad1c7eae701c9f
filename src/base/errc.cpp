#include <phony/base/errc.hpp>

#include <string>

namespace phony {
namespace {

class Category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "phony"; }

    std::string message(int value) const override
    {
        switch (static_cast<errc>(value)) {
        case errc::success: return "success";
        case errc::invalid_request: return "invalid request";
        case errc::call_not_found: return "call not found";
        case errc::websocket_error: return "WebSocket error";
        case errc::openai_error: return "OpenAI error";
        case errc::twilio_error: return "Twilio error";
        case errc::internal_error: return "internal error";
        case errc::unauthorized: return "unauthorized";
        case errc::invalid_signature: return "invalid signature";
        case errc::forbidden: return "forbidden";
        case errc::not_found: return "not found";
        case errc::method_not_allowed: return "method not allowed";
        case errc::payload_too_large: return "payload too large";
        case errc::rate_limited: return "rate limited";
        case errc::shutting_down: return "shutting down";
        case errc::no_answer: return "no answer in time";
        case errc::conflict: return "conflict";
        case errc::key_reused: return "key reused";
        case errc::upgrade_required: return "upgrade required";
        }
        return "unknown error";
    }
};

}  // namespace

const boost::system::error_category& phony_category() noexcept
{
    static const Category category;
    return category;
}

}  // namespace phony
