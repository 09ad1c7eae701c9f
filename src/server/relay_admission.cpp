#include "server/relay_admission.hpp"

#include "server/services.hpp"
#include <phony/twilio/twiml.hpp>

#include <chrono>

namespace phony::server {

RelayAdmission admit(const Services& services,
                     const call::Connected& opening,
                     twilio::Dialect dialect)
{
    using Verdict = twilio::RelayTokens::Verdict;

    const auto& tokens = services.relay_tokens;
    if (!tokens.enabled()) return {};
    // The reference's own dialect has nowhere to carry a token. Where strangers come by, whoever
    // speaks it to a server whose documents are Twilio's has not been sent here by them.
    if (dialect == twilio::Dialect::reference) {
        if (!services.production) return {};
        return {.refusal = "this dialect needs PHONY_TWIML_PROFILE=reference"};
    }
    if (!services.account_sid.empty() && !opening.account_sid.empty() &&
        opening.account_sid != services.account_sid)
        return {.refusal = "accountSid is not ours"};

    const auto given = opening.parameters.find(twilio::relay_token_parameter);
    if (given == opening.parameters.end()) return {.refusal = "relayToken is missing"};
    switch (tokens.check(opening.call_sid, given->second, std::chrono::system_clock::now())) {
    case Verdict::valid: return {};
    case Verdict::expired: return {.only_resumes = true};
    case Verdict::forged: break;
    }
    return {.refusal = "relayToken is not one of this call"};
}

}  // namespace phony::server
