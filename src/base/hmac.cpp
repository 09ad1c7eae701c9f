#include <phony/base/hmac.hpp>

#include <array>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <stdexcept>

namespace phony {

std::string hmac_sha256_hex(std::string_view key, std::string_view message)
{
    static constexpr char hex[] = "0123456789abcdef";
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    if (HMAC(EVP_sha256(),
             key.data(),
             static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(message.data()),
             message.size(),
             digest.data(),
             nullptr) == nullptr) {
        throw std::runtime_error{"HMAC-SHA256 is not available"};
    }
    std::string text;
    text.reserve(2 * digest.size());
    for (const auto byte : digest) text += {hex[byte >> 4U], hex[byte & 0x0FU]};
    return text;
}

bool equal_in_constant_time(std::string_view a, std::string_view b)
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace phony
