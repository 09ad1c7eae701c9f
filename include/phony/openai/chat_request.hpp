#pragma once

#include <phony/call/message.hpp>

#include <boost/json/object.hpp>

#include <span>
#include <string>

namespace phony::openai {

/// Writes the bodies of `POST {base}/chat/completions`:
///
///     {"model":"…","stream":true,
///      "stream_options":{"include_usage":true,"include_obfuscation":false},
///      "max_completion_tokens":1024,
///      "messages":[{"role":"system","content":"…"},{"role":"user","content":"Hello?"}]}
///
/// The messages come last and a longer dialogue only appends to them. So all bodies of all calls
/// begin with the same bytes, up to the end of the system message, and a call's body begins with
/// its previous one up to the end of its last message: what the servers' prompt caches live on.
///
/// Immutable once made; any thread may use it.
class ChatRequest {
public:
    struct Settings {
        std::string model;
        std::string system_prompt;     ///< none when empty
        std::string prompt_cache_key;  ///< routes requests of one prompt together; none when empty

        /// Put over the fields above and replaced as a whole, so that any server can be pleased:
        /// `{"max_completion_tokens":null,"max_tokens":400,"temperature":0.3}`. A null removes a
        /// field. `stream` and `messages` are ours and are ignored here.
        boost::json::object extra_body;
    };

    explicit ChatRequest(const Settings& settings);

    /// The body for this dialogue. Text that is not UTF-8 is repaired with U+FFFD.
    std::string body(std::span<const call::Message> dialogue) const;

private:
    std::string prefix_;  ///< through the system message
    bool has_system_message_;
};

}  // namespace phony::openai
