#pragma once

#include <string>
#include <string_view>

namespace phony::twilio {

/// Appends `text` so that it stands for itself between tags and between double quotes. Line breaks
/// and tabs are written as references, because a parser turns them into spaces inside an attribute.
/// What XML 1.0 has no way to write (other control characters, U+FFFE, U+FFFF) is left out; bytes
/// that are not UTF-8 become U+FFFD.
void append_xml_text(std::string& out, std::string_view text);

/// Whether `text` can name an attribute: a letter, then letters, digits, `-` and `_`.
bool is_xml_name(std::string_view text) noexcept;

}  // namespace phony::twilio
