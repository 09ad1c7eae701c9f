#include <phony/twilio/relay_token.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace phony;

namespace {

void require(bool holds)
{
    if (!holds) std::abort();
}

}  // namespace

/// Input: a call SID, a line feed, a token. Nothing is signed by chance, and what is issued for a
/// call, whatever its name, is good for it and worth nothing once a piece of the input is joined to
/// it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using twilio::RelayTokens;
    using Verdict = RelayTokens::Verdict;

    const std::string_view input{reinterpret_cast<const char*>(data), size};
    const auto call_sid = input.substr(0, input.find('\n'));
    const auto given = input.substr(call_sid.size() == size ? size : call_sid.size() + 1);

    const RelayTokens tokens{{"an auth token that no input knows"}};
    const WallTime now{std::chrono::seconds{1'767'225'600}};
    require(tokens.check(call_sid, given, now) == Verdict::forged);

    const std::string issued = tokens.issue(call_sid, now);
    require(tokens.check(call_sid, issued, now) == Verdict::valid);
    if (given.empty()) return 0;
    require(tokens.check(call_sid, issued + std::string{given}, now) == Verdict::forged);
    require(tokens.check(call_sid, std::string{given} + issued, now) == Verdict::forged);
    return 0;
}
