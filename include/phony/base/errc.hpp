#pragma once

#include <boost/system/error_code.hpp>

#include <type_traits>

namespace phony {

/// Everything that input from outside can cause. `api/error.cpp` maps each value to an HTTP status,
/// a CODE and a message; nothing else does.
enum class errc {
    success = 0,
    invalid_request,
    call_not_found,
    websocket_error,
    openai_error,
    twilio_error,
    internal_error,
    unauthorized,
    invalid_signature,
    forbidden,
    not_found,
    method_not_allowed,
    payload_too_large,
    rate_limited,
    shutting_down,
    no_answer,         ///< a call did not answer an order in time (HTTP 503, INTERNAL_ERROR)
    conflict,          ///< a request with the same Idempotency-Key is still being answered
    key_reused,        ///< an Idempotency-Key that came with another request before (HTTP 422)
    upgrade_required,  ///< a plain request where only WebSocket is spoken (HTTP 426,
                       ///< WEBSOCKET_ERROR)
};

const boost::system::error_category& phony_category() noexcept;

inline boost::system::error_code make_error_code(errc code) noexcept
{
    return {static_cast<int>(code), phony_category()};
}

}  // namespace phony

template <>
struct boost::system::is_error_code_enum<phony::errc> : std::true_type {};
