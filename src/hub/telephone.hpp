#pragma once

#include <phony/async/awaitable.hpp>
#include <phony/base/result.hpp>
#include <phony/call/outbound_call.hpp>

#include <string>

namespace phony::hub {

/// What came of an order to place a call.
struct Placement {
    enum class Outcome {
        accepted,  ///< the network calls, and names the call
        refused,   ///< nobody is called
        unknown,   ///< it was asked, and the answer was lost: somebody may be called
    };

    Outcome outcome = Outcome::refused;
    std::string call_sid;  ///< of one that was accepted
    Error error;           ///< of any other
};

/// What a call needs of the telephone network itself, where its relay cannot carry it out. One for
/// each core, used on its thread only.
///
/// Errors: twilio_error, with the network's own code in the clause ("Twilio answered 404, error
/// 20404"), or that it did not answer in time.
class Telephone {
public:
    virtual ~Telephone() = default;
    Telephone(const Telephone&) = delete;
    Telephone& operator=(const Telephone&) = delete;

    /// Succeeds as well when the call is over already. One that is ringing is given up.
    virtual async::awaitable<Result<void>> hang_up(std::string call_sid) = 0;
    /// `target`: E.164.
    virtual async::awaitable<Result<void>> transfer(std::string call_sid, std::string target) = 0;
    /// Never places two calls, whatever happens on the way.
    virtual async::awaitable<Placement> place(call::OutboundCall order) = 0;

protected:
    Telephone() = default;
};

}  // namespace phony::hub
