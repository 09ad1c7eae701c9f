#pragma once

#include <cstdint>
#include <string_view>

namespace phony::api {

/// How the bytes of a response are compressed (RFC 9110, section 8.4.1). A higher one is smaller.
enum class ContentCoding : std::uint8_t { identity, gzip, brotli };

/// As headers spell it: "identity", "gzip", "br".
std::string_view name_of(ContentCoding coding);

/// What there is to choose from; identity always is.
struct Codings {
    bool gzip = false;
    bool brotli = false;
};

/// The one to answer an Accept-Encoding with: of those offered the one with the highest weight, and
/// among equals the smallest. Identity when the header is missing, and when it leaves nothing else:
/// a client that refuses that too gets what it can at least look at, rather than 406.
///
///     choose_coding("gzip, deflate, br", {true, true})          // brotli
///     choose_coding("br;q=0, *;q=0.5", {true, true})            // gzip
ContentCoding choose_coding(std::string_view accept_encoding, Codings offered);

}  // namespace phony::api
