#include "simulator/caller_speech.hpp"

#include <algorithm>

namespace phony::simulator {

namespace {

/// Never inside a character.
std::string_view prefix(std::string_view text, std::size_t length)
{
    while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xc0U) == 0x80U)
        ++length;
    return text.substr(0, length);
}

/// A guess at what has been heard so far: the word being spoken may be cut, and a sentence that has
/// just ended still looks as if it went on ("Stop stop," before "Stop. Stop. Stop").
std::string guess(std::string_view heard)
{
    constexpr std::size_t uncertain = 7;

    while (!heard.empty() && heard.back() == ' ') heard.remove_suffix(1);
    std::string text{heard};
    for (std::size_t i = text.size() - std::min(text.size(), uncertain); i + 2 < text.size(); ++i) {
        if (text[i] != '.' || text[i + 1] != ' ') continue;
        text[i] = ',';
        if (text[i + 2] >= 'A' && text[i + 2] <= 'Z')
            text[i + 2] = static_cast<char>(text[i + 2] - 'A' + 'a');
    }
    return text;
}

}  // namespace

CallerSpeech transcribe(std::string_view text, const Pace& pace, Random& random)
{
    CallerSpeech speech;
    speech.final_text = text;

    const std::size_t step = std::max<std::size_t>(
        1,
        pace.caller_per_character.count() > 0
            ? static_cast<std::size_t>(pace.partial_interval / pace.caller_per_character)
            : text.size());
    const std::size_t first_word = std::min(text.find(' '), text.size());

    std::size_t heard = std::max(first_word, std::min(step, text.size()));
    Duration at{};
    speech.partials.push_back({at, guess(prefix(text, first_word))});
    while (heard < text.size()) {
        heard = std::min(heard + step, text.size());
        at += pace.partial_interval;
        std::string next = heard == text.size() ? std::string{text} : guess(prefix(text, heard));
        if (next != speech.partials.back().text) speech.partials.push_back({at, std::move(next)});
    }
    speech.final_after = at + random.between(pace.shortest_final, pace.longest_final);
    return speech;
}

}  // namespace phony::simulator
