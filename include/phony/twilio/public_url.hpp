#pragma once

#include <string>
#include <string_view>

/// Addresses as Twilio sees them: built from the configured public URL, which may carry a port and
/// a path prefix that a proxy strips, and never from a request's Host.
namespace phony::twilio {

/// `public_url` followed by a request target ("/start_call?tenant=7") as it was received,
/// undecoded. A fragment is left out: it holds connection overrides, is never sent and never
/// signed.
///
///     url_of("https://agent.example.net/phony/", "/start_call")
///     // "https://agent.example.net/phony/start_call"
std::string url_of(std::string_view public_url, std::string_view target);

/// The same with the scheme `wss`, the only one that Twilio opens a relay socket with.
std::string wss_url_of(std::string_view public_url, std::string_view target);

inline constexpr std::string_view relay_path = "/relay/ws";
inline constexpr std::string_view action_path = "/relay/action";

}  // namespace phony::twilio
