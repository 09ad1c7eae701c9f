#pragma once

#include <phony/base/fields.hpp>
#include <phony/base/result.hpp>
#include <phony/base/utf8.hpp>
#include <phony/call/input.hpp>
#include <phony/twilio/relay.hpp>

#include <optional>
#include <string>
#include <string_view>

/// What the codecs of both dialects take out of a frame alike.
namespace phony::twilio {

inline Error malformed(std::string_view why)
{
    return {errc::websocket_error, std::string{why}};
}

inline std::string text_of(const Fields& fields, std::string_view key)
{
    return std::string{fields.string(key).value_or("")};
}

/// What the caller said. A frame that does not tell whether it was all is all.
inline call::Prompted prompted(std::string_view text, std::optional<bool> last)
{
    return {std::string{cut_at_character(text, longest_prompt)}, last.value_or(true)};
}

}  // namespace phony::twilio
