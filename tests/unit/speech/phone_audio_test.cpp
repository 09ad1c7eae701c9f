#include <phony/speech/phone_audio.hpp>

#include "support/every_split.hpp"
#include <phony/speech/mu_law.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>

#include <gtest/gtest.h>

#include <numbers>
#include <span>
#include <string>
#include <string_view>

namespace phony::speech {
namespace {

std::string sine(double hertz, double seconds, double amplitude = 16'000)
{
    std::string pcm;
    const auto samples = static_cast<int>(seconds * PhoneAudio::source_rate);
    for (int at = 0; at < samples; ++at) {
        const double phase = 2 * std::numbers::pi * hertz * at / PhoneAudio::source_rate;
        const auto sample = static_cast<std::int16_t>(std::lround(amplitude * std::sin(phase)));
        pcm += static_cast<char>(sample & 0xFF);
        pcm += static_cast<char>(sample >> 8 & 0xFF);
    }
    return pcm;
}

std::string converted(std::string_view pcm, std::size_t read = 480)
{
    PhoneAudio audio;
    std::string mu_law;
    for (std::size_t at = 0; at < pcm.size(); at += read) audio.feed(pcm.substr(at, read), mu_law);
    audio.finish(mu_law);
    return mu_law;
}

double rms(std::string_view mu_law)
{
    double sum = 0;
    for (const char code : mu_law) {
        const double sample = from_mu_law(static_cast<std::uint8_t>(code));
        sum += sample * sample;
    }
    return std::sqrt(sum / static_cast<double>(mu_law.size()));
}

/// Of a sine: the power of the best sine of that frequency to the power of all that is left.
double signal_to_noise(std::string_view mu_law, double hertz)
{
    double cosines = 0;
    double sines = 0;
    double power = 0;
    const auto count = static_cast<double>(mu_law.size());
    for (std::size_t at = 0; at < mu_law.size(); ++at) {
        const double phase = 2 * std::numbers::pi * hertz * static_cast<double>(at) / phone_rate;
        const double sample = from_mu_law(static_cast<std::uint8_t>(mu_law[at]));
        cosines += sample * std::cos(phase) * 2 / count;
        sines += sample * std::sin(phase) * 2 / count;
        power += sample * sample / count;
    }
    const double signal = (cosines * cosines + sines * sines) / 2;
    return 10 * std::log10(signal / (power - signal));
}

TEST(PhoneAudio, is_as_long_as_what_went_in)
{
    for (const double seconds : {0.001, 0.02, 0.5, 1.2345}) {
        const auto pcm = sine(440, seconds);
        EXPECT_EQ(converted(pcm).size(), (pcm.size() / 2 + 2) / 3) << seconds;
    }
    EXPECT_EQ(converted(""), "");
    EXPECT_EQ(converted("\x01"), "") << "half a sample is none";
}

TEST(PhoneAudio, does_not_depend_on_how_the_network_cut_it)
{
    const std::string pcm = sine(700, 0.012);
    const std::string whole = converted(pcm, pcm.size());
    test::for_each_split(pcm, [&](std::span<const std::string_view> reads) {
        PhoneAudio audio;
        std::string mu_law;
        for (const auto read : reads) audio.feed(read, mu_law);
        audio.finish(mu_law);
        ASSERT_EQ(mu_law, whole);
    });
}

TEST(PhoneAudio, keeps_what_a_telephone_carries)
{
    for (const double hertz : {300., 1000., 2000., 3000.}) {
        const auto mu_law = converted(sine(hertz, 1));
        const std::string_view middle = std::string_view{mu_law}.substr(400, 7200);
        EXPECT_NEAR(20 * std::log10(rms(middle) * std::numbers::sqrt2 / 16'000), 0, 0.5) << hertz;
        // What is lost, is lost to 8 bits: 38 dB is as good as µ-law gets.
        EXPECT_GT(signal_to_noise(middle, hertz), 36) << hertz;
    }
}

TEST(PhoneAudio, takes_away_what_would_be_heard_as_another_tone)
{
    for (const double hertz : {5000., 7000., 11'000.}) {
        const auto mu_law = converted(sine(hertz, 1));
        EXPECT_LT(rms(std::string_view{mu_law}.substr(400, 7200)), 16) << hertz;
    }
}

}  // namespace
}  // namespace phony::speech
