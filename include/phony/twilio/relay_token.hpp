#pragma once

#include <phony/base/timestamp.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

/// Says that a call was announced to us by Twilio's signed webhook: our TwiML carries it as
/// `<Parameter name="relayToken" value="1767225600.9f86d0…"/>`, Twilio hands it back in the
/// `customParameters` of `setup`. The upgrade's signature cannot say as much: it covers a URL that
/// is the same for every call, so whoever has seen one of them could open any number of sockets.
///
///     EXPIRY "." hex(HMAC-SHA256(auth token, "phony relay token 1" LF callSid LF EXPIRY))
///
/// EXPIRY is in seconds since 1970. Nothing is kept: every process with the same auth token can
/// tell. A token is good for its one call, and for as many sockets as that needs: a session that
/// broke is resumed with the same.
namespace phony::twilio {

/// Immutable: any thread may use it.
class RelayTokens {
public:
    /// From the webhook's answer to `setup` it takes Twilio half a second, and a webhook's whole
    /// time limit is 15 s; the rest is for clocks that differ. A call on the line outlives it: see
    /// Verdict::expired.
    static constexpr std::chrono::minutes lifetime{5};

    /// Signs with the first, knows by all of them: another process may have been given the new one
    /// already. Empty ones do not count.
    explicit RelayTokens(std::vector<std::string> auth_tokens = {});

    /// Without an auth token none is issued, and none asked for.
    bool enabled() const { return !auth_tokens_.empty(); }

    /// Empty when not enabled.
    std::string issue(std::string_view call_sid, WallTime now) const;

    enum class Verdict {
        valid,
        /// Ours, of this call, and too old to begin it, or of a clock that was ahead. Twilio
        /// repeats an old `setup` when it reconnects by itself, so for a call that is known to be
        /// on the line, or was announced a moment ago, it is good enough.
        expired,
        forged,  ///< or missing, or another call's
    };
    Verdict check(std::string_view call_sid, std::string_view token, WallTime now) const;

private:
    std::vector<std::string> auth_tokens_;
};

}  // namespace phony::twilio
