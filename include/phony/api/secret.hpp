#pragma once

#include <optional>
#include <string_view>

namespace phony::api {

/// How long it takes does not tell how much of the secret was right.
bool is_same_secret(std::string_view secret, std::string_view given);

/// The token of an Authorization header: "Bearer TOKEN". Nothing when it is of another scheme.
std::optional<std::string_view> bearer_token(std::string_view authorization);

}  // namespace phony::api
