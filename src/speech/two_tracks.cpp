#include <phony/speech/two_tracks.hpp>

#include <phony/speech/mu_law.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>

namespace phony::speech {
namespace {

constexpr std::size_t most_waiting = 2 * std::size_t{phone_rate};

int sample_of(char code)
{
    return from_mu_law(static_cast<std::uint8_t>(code));
}

void append_little_endian(std::string& out, std::uint32_t number, int bytes)
{
    for (int byte = 0; byte < bytes; ++byte) out += static_cast<char>(number >> (8 * byte) & 0xFF);
}

}  // namespace

void TwoTracks::add(Track track, std::string_view mu_law)
{
    std::string& kept = waiting(track);
    kept.append(mu_law.substr(0, most_waiting - std::min(most_waiting, kept.size())));
}

TwoTracks::Taken TwoTracks::take(TimePoint now)
{
    const auto per_sample = std::chrono::duration_cast<Duration>(std::chrono::seconds{1}) /
                            phone_rate;
    if (now <= taken_until_) return {};
    const auto samples = (now - taken_until_) / per_sample;
    taken_until_ += samples * per_sample;
    const auto count = static_cast<std::size_t>(samples);
    return {take_from(Track::caller, count), take_from(Track::agent, count)};
}

std::string TwoTracks::take_from(Track track, std::size_t samples)
{
    std::string& kept = waiting(track);
    std::string taken = kept.substr(0, samples);
    kept.erase(0, samples);
    taken.resize(samples, static_cast<char>(mu_law_silence));
    return taken;
}

std::string mix(std::string_view one, std::string_view other)
{
    std::string mixed(std::min(one.size(), other.size()), '\0');
    for (std::size_t at = 0; at < mixed.size(); ++at) {
        const int sum = std::clamp<int>(sample_of(one[at]) + sample_of(other[at]),
                                        std::numeric_limits<std::int16_t>::min(),
                                        std::numeric_limits<std::int16_t>::max());
        mixed[at] = static_cast<char>(to_mu_law(static_cast<std::int16_t>(sum)));
    }
    return mixed;
}

std::string interleave(std::string_view left, std::string_view right)
{
    std::string both;
    both.reserve(2 * left.size());
    for (std::size_t at = 0; at < std::min(left.size(), right.size()); ++at) {
        both += left[at];
        both += right[at];
    }
    return both;
}

std::string wav_head(std::size_t bytes)
{
    constexpr std::uint32_t mu_law_format = 7;
    constexpr std::uint32_t channels = 2;
    const auto data = static_cast<std::uint32_t>(bytes);
    std::string head = "RIFF";
    append_little_endian(head, 4 + 26 + 12 + 8 + data, 4);
    head += "WAVEfmt ";
    append_little_endian(head, 18, 4);
    append_little_endian(head, mu_law_format, 2);
    append_little_endian(head, channels, 2);
    append_little_endian(head, phone_rate, 4);
    append_little_endian(head, phone_rate * channels, 4);
    append_little_endian(head, channels, 2);
    append_little_endian(head, 8, 2);
    append_little_endian(head, 0, 2);  // nothing more about the format
    head += "fact";                    // which all but PCM must have
    append_little_endian(head, 4, 4);
    append_little_endian(head, data / channels, 4);
    head += "data";
    append_little_endian(head, data, 4);
    return head;
}

}  // namespace phony::speech
