#pragma once

#include <string_view>

namespace phony::api {

/// Whether a client that sends this If-None-Match has what `entity_tag` names already: the header
/// is
/// "*", or one of its tags is this one (RFC 9110, section 13.1.2). A proxy may have weakened what
/// it was given, so W/ does not count. What is no list of tags matches as far as it is one.
///
///     matches_any(R"("a", W/"b")", R"("b")")      // true
bool matches_any(std::string_view if_none_match, std::string_view entity_tag);

}  // namespace phony::api
