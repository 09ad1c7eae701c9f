#include <phony/twilio/signature.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace phony::twilio;

/// Input: a public URL, a line feed, a request target. Whatever they are, what is signed as it
/// stands is accepted, and a signature with another token never is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    const auto line = input.find('\n');
    if (line == std::string_view::npos || input.find('#') != std::string_view::npos) return 0;
    std::string public_url{input.substr(0, line)};
    const auto target = input.substr(line + 1);

    const SignatureValidator validator{{"token"}, public_url};
    while (public_url.ends_with('/')) public_url.pop_back();
    const auto url = public_url.append(target);
    if (!validator.get(target, sign("token", url))) std::abort();
    if (!validator.form_post(target, {}, sign("token", url))) std::abort();
    if (validator.get(target, sign("forged", url))) std::abort();
    if (validator.upgrade(target, sign("forged", url))) std::abort();
    (void)validator.json(target, "{}", sign("token", url));
    return 0;
}
