#pragma once

#include <phony/call/input.hpp>
#include <phony/twilio/relay.hpp>

#include <string_view>

namespace phony::server {

struct Services;

/// Whether the call that a relay session says it is was announced to us by Twilio.
struct RelayAdmission {
    /// Empty: it may begin. A reason to close the socket with, which tells nothing that its peer
    /// does not know.
    std::string_view refusal;
    /// It may go on, if it is known, but not begin: its token is too old for that, as far as the
    /// clock is right.
    bool only_resumes = false;
};

/// Looks at what the first frame says; the callSid in `opening` is the session's.
RelayAdmission admit(const Services& services,
                     const call::Connected& opening,
                     twilio::Dialect dialect);

}  // namespace phony::server
