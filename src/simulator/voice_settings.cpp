#include "simulator/voice_settings.hpp"

#include <algorithm>
#include <array>

namespace phony::simulator {

namespace {

std::string_view value_of(const Attributes& attributes, std::string_view name)
{
    const auto found = attributes.find(name);
    return found == attributes.end() ? std::string_view{} : std::string_view{found->second};
}

bool is_on(std::string_view value)
{
    return !value.empty() && value != "false" && value != "off" && value != "none";
}

/// `events` is a list of words; older documents put the same words into `debug`.
bool lists(const Attributes& attributes, std::string_view word)
{
    for (const std::string_view name : {"events", "debug"}) {
        const std::string padded = " " + std::string{value_of(attributes, name)} + " ";
        if (padded.find(" " + std::string{word} + " ") != std::string::npos) return true;
    }
    return false;
}

}  // namespace

std::optional<Inputs> parse_inputs(std::string_view word)
{
    if (word == "any" || word == "true") return Inputs{true, true};
    if (word == "none" || word == "false") return Inputs{false, false};
    if (word == "speech") return Inputs{true, false};
    if (word == "dtmf") return Inputs{false, true};
    return std::nullopt;
}

std::optional<Inputs> parse_inputs(const boost::json::value& value)
{
    if (const bool* flag = value.if_bool()) return Inputs{*flag, *flag};
    if (const auto* word = value.if_string()) return parse_inputs(std::string_view{*word});
    return std::nullopt;
}

VoiceSettings VoiceSettings::from(const Attributes& attributes)
{
    VoiceSettings settings;
    settings.welcome_greeting = value_of(attributes, "welcomeGreeting");
    settings.greeting_interruptible =
        parse_inputs(value_of(attributes, "welcomeGreetingInterruptible")).value_or(Inputs{});
    settings.interruptible = parse_inputs(value_of(attributes, "interruptible")).value_or(Inputs{});
    settings.reported_during_speech =
        parse_inputs(value_of(attributes, "reportInputDuringAgentSpeech"))
            .value_or(Inputs{false, false});
    settings.preemptible = is_on(value_of(attributes, "preemptible"));
    settings.dtmf_detection = is_on(value_of(attributes, "dtmfDetection"));
    settings.partial_prompts = is_on(value_of(attributes, "partialPrompts"));
    settings.speaker_events = lists(attributes, "speaker-events");
    settings.tokens_played = lists(attributes, "tokens-played");
    for (const std::string_view name : {"transcriptionLanguage", "language"}) {
        if (const auto language = value_of(attributes, name); !language.empty()) {
            settings.language = language;
            break;
        }
    }
    // Flux names the primary subtag alone.
    if (value_of(attributes, "speechModel").find("flux") != std::string_view::npos)
        settings.language.erase(std::min(settings.language.find('-'), settings.language.size()));
    return settings;
}

Pace Pace::hurried(double speed) const
{
    Pace hurried = *this;
    if (!(speed > 0)) return hurried;
    for (Duration Pace::* const figure : std::array{&Pace::greeting_delay,
                                                    &Pace::shortest_start,
                                                    &Pace::longest_start,
                                                    &Pace::per_character,
                                                    &Pace::clause_pause,
                                                    &Pace::patience,
                                                    &Pace::silence_lag,
                                                    &Pace::interrupt_lag,
                                                    &Pace::key_lag,
                                                    &Pace::preemption_lag,
                                                    &Pace::digits,
                                                    &Pace::digit_pause,
                                                    &Pace::sound,
                                                    &Pace::caller_per_character,
                                                    &Pace::partial_interval,
                                                    &Pace::shortest_final,
                                                    &Pace::longest_final,
                                                    &Pace::error_lag,
                                                    &Pace::close_lag}) {
        hurried.*figure = std::chrono::duration_cast<Duration>(this->*figure / speed);
    }
    return hurried;
}

}  // namespace phony::simulator
