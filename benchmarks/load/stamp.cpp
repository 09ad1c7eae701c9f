#include "load/stamp.hpp"

#include <chrono>
#include <cstdint>

namespace phony::bench {
namespace {

using std::chrono::microseconds;

constexpr std::string_view alphabet =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
constexpr unsigned bits = 6;
constexpr std::int64_t cycle = std::int64_t{1} << (bits * (stamp_size - 1));

constexpr std::uint8_t no_digit = 0xFF;
constexpr auto digits = [] {
    std::array<std::uint8_t, 256> table{};
    table.fill(no_digit);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    return table;
}();

std::int64_t count(TimePoint moment)
{
    return std::chrono::floor<microseconds>(moment.time_since_epoch()).count();
}

}  // namespace

TimePoint whole_microseconds(TimePoint moment)
{
    return TimePoint{microseconds{count(moment)}};
}

StampText write_stamp(StampKind kind, TimePoint moment)
{
    StampText text{};
    text[0] = static_cast<char>(kind);
    auto rest = static_cast<std::uint64_t>(count(moment));
    for (std::size_t i = stamp_size - 1; i > 0; --i, rest >>= bits)
        text[i] = alphabet[rest % alphabet.size()];
    return text;
}

std::optional<TimePoint> read_stamp(std::string_view characters, TimePoint now)
{
    if (characters.size() != stamp_size - 1) return std::nullopt;
    std::int64_t told = 0;
    for (const char c : characters) {
        const auto digit = digits[static_cast<unsigned char>(c)];
        if (digit == no_digit) return std::nullopt;
        told = told << bits | digit;
    }
    const std::int64_t present = count(now);
    return TimePoint{microseconds{present - ((present - told) & (cycle - 1))}};
}

std::optional<TimePoint> last_stamp(std::string_view text, StampKind kind, TimePoint now)
{
    const auto at = text.rfind(static_cast<char>(kind));
    if (at == text.npos) return std::nullopt;
    return read_stamp(text.substr(at + 1, stamp_size - 1), now);
}

}  // namespace phony::bench
