#pragma once

#include <string>
#include <string_view>

/// What our own tokens are signed with. A message begins with the purpose that it is signed for, so
/// that what was signed for one is worth nothing for another.
namespace phony {

/// HMAC-SHA256 as 64 lower-case hex digits.
std::string hmac_sha256_hex(std::string_view key, std::string_view message);

/// Takes as long wherever they differ, so that nobody finds a secret digit by digit.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace phony
