#include <phony/twilio/twiml.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace phony::twilio;

namespace {

/// The markup of a document: everything that text cannot contribute to.
std::ptrdiff_t markup_of(std::string_view xml)
{
    return std::ranges::count_if(xml, [](char c) { return c == '<' || c == '>' || c == '"'; });
}

/// Text from outside adds no markup, and no byte that XML 1.0 forbids.
void check(std::string_view xml, std::string_view with_harmless_text)
{
    if (markup_of(xml) != markup_of(with_harmless_text)) std::abort();
    const auto forbidden = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; };
    if (std::ranges::any_of(xml, forbidden)) std::abort();
}

RelayOptions options_with(const std::string& text)
{
    RelayOptions options;
    options.public_url = "https://a.test/" + text;
    options.welcome_greeting = "a" + text;
    options.attributes = {{"hints", text}};
    options.languages = {{{"code", text}}};
    options.parameters = {{"tenant", text}};
    return options;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{reinterpret_cast<const char*>(data), size};
    check(connect(options_with(text), text), connect(options_with("x"), "x"));
    check(dial(text, "a" + text, text), dial("x", "x", "x"));
    check(overflow(text, "a" + text), overflow("x", "x"));
    check(say_and_hangup(text), say_and_hangup("x"));

    // Names come from the configuration, and one that is no name must not reach the document.
    RelayOptions named;
    named.attributes = {{text, "x"}};
    const auto markup = markup_of(connect(named, "x"));
    const auto plain = markup_of(connect(RelayOptions{}, "x"));
    if (markup != plain && (markup != plain + 2 || !problems_of(named).empty())) std::abort();
    return 0;
}
