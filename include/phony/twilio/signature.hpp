#pragma once

#include <phony/base/form.hpp>

#include <string>
#include <string_view>
#include <vector>

/// X-Twilio-Signature = base64(HMAC-SHA1(auth token, message)). The message is the URL that Twilio
/// was given, followed for a form POST by every name and value, names in byte order:
///
///     https://agent.example.net/v1/voiceCallSidCA77CallStatusringingFrom+441632960011
///
/// Source: https://www.twilio.com/docs/usage/webhooks/webhooks-security, and the official libraries
/// (twilio-node webhooks.ts, twilio-python request_validator.py) for what it leaves open.
namespace phony::twilio {

std::string sign(std::string_view auth_token, std::string_view message);

/// What Twilio sends along with a form POST to `url`, and with a request that has no body.
std::string sign_form_post(std::string_view auth_token, std::string_view url, const Form& form);

/// Decides whether a request comes from Twilio. Immutable: any thread may use it.
///
///     SignatureValidator validator{{token}, "https://phony.example.net"};
///     if (!validator.form_post("/start_call", form, signature)) return
///     refuse(errc::invalid_signature);
///
/// `target` is the request's path and query as received, undecoded. `signature` is the value of the
/// one X-Twilio-Signature header; pass an empty one when there is none or several. A signature
/// neither expires nor names a moment: what a replay may do is the caller's concern.
class SignatureValidator {
public:
    /// Two tokens while rotating: Twilio signs with the old one until the new one is promoted.
    /// Empty ones do not count. `public_url` is what Twilio was configured with, http or https.
    SignatureValidator(std::vector<std::string> auth_tokens, std::string public_url);

    /// False without a token: nothing can be validated then, and every check says no.
    bool enabled() const { return !auth_tokens_.empty(); }

    bool form_post(std::string_view target, const Form& form, std::string_view signature) const;

    /// GET, or any request without a body: its parameters are in the URL already.
    bool get(std::string_view target, std::string_view signature) const;

    /// Any other body: the URL carries its digest as `bodySHA256`, which must match too.
    bool json(std::string_view target, std::string_view body, std::string_view signature) const;

    /// The relay's WebSocket handshake, signed over the `wss` URL.
    bool upgrade(std::string_view target, std::string_view signature) const;

private:
    bool matches(const std::string& url,
                 std::string_view parameters,
                 std::string_view signature) const;

    std::vector<std::string> auth_tokens_;
    std::string public_url_;
};

}  // namespace phony::twilio
