#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// The documents that answer Twilio's webhooks. Serve them as `text/xml`. All values are escaped.
///
///     <?xml version="1.0" encoding="UTF-8"?>
///     <Response>
///       <Connect action="https://phony.example.net/relay/action" method="POST">
///         <ConversationRelay url="wss://phony.example.net/relay/ws"
///                            dtmfDetection="true"
///                            …>
///           <Parameter name="callSid" value="CA77"/>
///           <Parameter name="relayToken" value="1767225600.9f86d0…"/>
///         </ConversationRelay>
///       </Connect>
///     </Response>
///
/// Source: https://www.twilio.com/docs/voice/twiml/connect/conversationrelay
namespace phony::twilio {

enum class TwimlProfile {
    reference,  ///< the API reference's document to the letter; Twilio refuses its voice
    twilio,     ///< what Twilio accepts
};

using Attributes = std::map<std::string, std::string, std::less<>>;

/// How calls are connected; from the configuration. Only the public URL matters to the reference
/// profile.
struct RelayOptions {
    TwimlProfile profile = TwimlProfile::twilio;
    std::string public_url;        ///< http or https, perhaps with a port and a path prefix
    std::string welcome_greeting;  ///< empty: none
    Attributes attributes;         ///< of <ConversationRelay>; they replace ours of the same name
    std::vector<Attributes> languages;  ///< one <Language> each
    Attributes parameters;              ///< one <Parameter> each, by name
};

/// What Twilio hands back in `setup`.
inline constexpr std::string_view call_sid_parameter = "callSid";
inline constexpr std::string_view relay_token_parameter = "relayToken";

/// What is wrong with configured options, one sentence each: a name that is none, a `url` (it is
/// ours), a `voice` without the `ttsProvider` that Twilio needs to understand it, a language
/// without `code`. Whatever is named here is left out of the documents.
std::vector<std::string> problems_of(const RelayOptions& options);

/// A caller whose session is resumed has heard the greeting.
enum class Greeting { spoken, omitted };

/// Connects the call to our relay socket; also what reconnects it, with the greeting omitted.
/// `relay_token`: see RelayTokens; empty: none.
std::string connect(const RelayOptions& options,
                    std::string_view call_sid,
                    std::string_view relay_token = {},
                    Greeting greeting = Greeting::spoken);

/// Bridges the caller to `target`. When that leg ends, Twilio asks `action_url`: answer
/// `after_dial`. An empty caller id lets Twilio choose.
std::string dial(std::string_view target, std::string_view caller_id, std::string_view action_url);

/// After a bridged leg: hangs up if there was a conversation, else says first that there was none.
/// `dial_call_status` is Twilio's `DialCallStatus` ("completed", "busy", "no-answer", …).
std::string after_dial(std::string_view dial_call_status, std::string_view apology);

/// A sentence, then a hang-up, or a number to dial if one is given: all lines are busy.
std::string overflow(std::string_view sentence, std::string_view fallback_number);

std::string say_and_hangup(std::string_view sentence);
std::string hangup();

/// Nothing to do; the answer to a call that is over.
std::string empty_response();

}  // namespace phony::twilio
