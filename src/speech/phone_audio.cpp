#include <phony/speech/phone_audio.hpp>

#include <phony/speech/mu_law.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <new>

#include <speex/speex_resampler.h>

namespace phony::speech {
namespace {

constexpr std::uint64_t ratio = PhoneAudio::source_rate / phone_rate;
constexpr std::size_t most_at_once = 2048;  ///< samples

std::int16_t sample_at(std::string_view pcm, std::size_t at)
{
    const auto low = static_cast<unsigned char>(pcm[at]);
    const auto high = static_cast<unsigned char>(pcm[at + 1]);
    return static_cast<std::int16_t>(low | high << 8);
}

}  // namespace

void PhoneAudio::Deleter::operator()(SpeexResamplerState_* state) const
{
    speex_resampler_destroy(state);
}

PhoneAudio::PhoneAudio()
    : resampler_{
          speex_resampler_init(1, source_rate, phone_rate, SPEEX_RESAMPLER_QUALITY_VOIP, nullptr)}
{
    if (!resampler_) throw std::bad_alloc{};
    speex_resampler_skip_zeros(resampler_.get());  // the filter's run-up is no silence of ours
}

void PhoneAudio::feed(std::string_view pcm, std::string& mu_law)
{
    std::array<std::int16_t, most_at_once> samples;  // NOLINT(*-member-init): filled below
    std::uint32_t count = 0;
    std::size_t at = 0;
    if (!rest_.empty() && !pcm.empty()) {
        rest_ += pcm.front();
        samples[count++] = sample_at(rest_, 0);
        rest_.clear();
        at = 1;
    }
    for (; at + 2 <= pcm.size(); at += 2) {
        if (count == samples.size()) {
            resample(samples.data(), count, mu_law);
            count = 0;
        }
        samples[count++] = sample_at(pcm, at);
    }
    if (at < pcm.size()) rest_ = pcm.substr(at);
    if (count > 0) resample(samples.data(), count, mu_law);
}

void PhoneAudio::finish(std::string& mu_law)
{
    // What is still in the filter comes out when silence goes in; no more than belongs to it.
    const std::uint64_t whole = (taken_ + ratio - 1) / ratio;
    const std::array<std::int16_t, most_at_once> silence{};
    const std::size_t before = mu_law.size();
    const std::uint64_t missing = whole - std::min(produced_, whole);
    if (missing == 0) return;
    const auto latency =
        static_cast<std::uint32_t>(speex_resampler_get_input_latency(resampler_.get()));
    const auto needed = static_cast<std::uint32_t>(missing * ratio) + latency;
    resample(silence.data(), std::min<std::uint32_t>(needed, most_at_once), mu_law);
    mu_law.resize(std::min(mu_law.size(), before + missing));
}

void PhoneAudio::resample(const std::int16_t* samples, std::uint32_t count, std::string& mu_law)
{
    std::array<std::int16_t, most_at_once / ratio + 2> out;  // NOLINT(*-member-init)
    taken_ += count;
    while (count > 0) {
        spx_uint32_t used = count;
        spx_uint32_t made = out.size();
        speex_resampler_process_int(resampler_.get(), 0, samples, &used, out.data(), &made);
        for (std::size_t at = 0; at < made; ++at) mu_law += static_cast<char>(to_mu_law(out[at]));
        produced_ += made;
        samples += used;
        count -= used;
        if (used == 0 && made == 0) return;  // cannot happen; would be an endless loop
    }
}

}  // namespace phony::speech
