#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace phony {

/// Appends `bytes` in base64 (RFC 4648, section 4), with padding.
void append_base64(std::string& out, std::string_view bytes);

/// Reads base64 strictly: the standard alphabet, whole groups of four, padding only where it
/// belongs, and no bits that are not used. Nothing when it is anything else.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace phony
