#pragma once

#include <optional>
#include <string_view>

namespace phony::server {

/// Whether a path as it was sent follows a pattern of the table of endpoints. `{callSid}` stands
/// for one segment that is not empty; everything else must be the same byte for byte, because
/// another spelling is another address.
///
///     match_path("/calls/{callSid}", "/calls/v3%3Aabc")    // "v3%3Aabc", still encoded
///     match_path("/healthz", "/healthz")                   // ""
///     match_path("/dashboard/*", "/dashboard/assets/a.js") // "": * at the end is whatever follows
///     match_path("/calls/{callSid}", "/calls/")            // nothing
std::optional<std::string_view> match_path(std::string_view pattern, std::string_view path);

}  // namespace phony::server
