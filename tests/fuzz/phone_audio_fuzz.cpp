#include <phony/speech/phone_audio.hpp>

#include <phony/base/base64.hpp>
#include <phony/speech/mu_law.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace phony;

namespace {

std::string convert(std::string_view pcm, std::size_t read)
{
    speech::PhoneAudio audio;
    std::string mu_law;
    for (std::size_t at = 0; at < pcm.size(); at += read) audio.feed(pcm.substr(at, read), mu_law);
    audio.finish(mu_law);
    return mu_law;
}

}  // namespace

/// Audio is as long as what went in, however it came; base64 and µ-law give back what they were
/// given.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    const auto whole = convert(input, input.size() + 1);
    if (whole.size() != (input.size() / 2 + 2) / 3 || whole != convert(input, 5)) std::abort();

    std::string text;
    append_base64(text, input);
    if (from_base64(text) != input) std::abort();
    if (const auto bytes = from_base64(input)) {
        std::string again;
        append_base64(again, *bytes);
        if (again != input) std::abort();
    }
    for (const std::uint8_t code : std::basic_string_view<std::uint8_t>{data, size}) {
        const auto again = speech::to_mu_law(speech::from_mu_law(code));
        if (again != code && code != 0x7F) std::abort();
    }
    return 0;
}
