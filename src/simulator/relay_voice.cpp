#include "simulator/relay_voice.hpp"

#include <algorithm>
#include <utility>

namespace phony::simulator {

namespace {

constexpr int most_malformed_in_a_row = 10;

}  // namespace

RelayVoice::RelayVoice(const VoiceSettings& settings, const Pace& pace, std::uint64_t seed)
    : settings_{settings}, pace_{pace}, random_{seed}, playback_{pace_, random_}
{
}

void RelayVoice::begin(const CallIdentity& call,
                       std::string_view session_id,
                       std::string_view status,
                       const Attributes& parameters,
                       TimePoint now)
{
    send(now, frames::setup(call, session_id, status, parameters));
    if (!settings_.welcome_greeting.empty())
        playback_.greet(settings_.welcome_greeting,
                        settings_.greeting_interruptible,
                        now + pace_.greeting_delay);
}

void RelayVoice::receive(std::string_view frame, TimePoint now)
{
    advance(now);
    if (ending_) return;
    const auto parsed = read_application_frame(frame);
    if (!parsed) return reject(frame, now);
    malformed_in_a_row_ = 0;
    std::visit([&](const auto& known) { obey(known, now); }, *parsed);
    collect_playback();
}

bool RelayVoice::is_answer(std::string_view frame) const
{
    const auto parsed = read_application_frame(frame);
    if (!parsed) return false;
    const auto* text = std::get_if<TextFrame>(&*parsed);
    return (text != nullptr && !text->token.empty()) ||
           std::holds_alternative<SendDigitsFrame>(*parsed);
}

void RelayVoice::speak(std::string_view text, TimePoint now)
{
    speak(transcribe(text, pace_, random_), now);
}

void RelayVoice::speak(const CallerSpeech& speech, TimePoint now)
{
    advance(now);
    if (ending_) return;
    const std::uint32_t id = ++last_utterance_;
    utterances_in_progress_[id] = {};
    for (std::size_t i = 0; i < speech.partials.size(); ++i) {
        const bool noticed = i >= speech.noticed_with || i + 1 == speech.partials.size();
        steps_.emplace(now + speech.partials[i].after,
                       HearPartial{id, speech.partials[i].text, noticed});
    }
    steps_.emplace(now + speech.final_after, HearFinal{id, speech.final_text});
    advance(now);
}

void RelayVoice::press(char key, TimePoint now)
{
    advance(now);
    if (ending_) return;
    const bool interrupts = playback_.interruptible_by_key();
    const bool unheard = playback_.audible() && !interrupts &&
                         !settings_.reported_during_speech.dtmf;
    if (settings_.dtmf_detection && !unheard) send(now, frames::dtmf(key), true);
    // A moment later, so that an answer sent in that moment survives (recording B).
    if (interrupts) steps_.emplace(now + pace_.key_lag, InterruptByKey{});
}

void RelayVoice::hang_up(TimePoint now)
{
    advance(now);
    if (!ending_) end({SessionEnd::Status::completed, {}}, 1000, "Closing websocket session", now);
    advance(now);
}

void RelayVoice::lose_connection(TimePoint now)
{
    advance(now);
    if (end_) return;
    steps_.clear();
    playback_.stop(now);
    collect_playback();
    ending_ = true;
    end_ = SessionEnd{SessionEnd::Status::failed, {}};
}

std::optional<TimePoint> RelayVoice::next_due() const
{
    std::optional<TimePoint> due = playback_.next_due();
    if (!steps_.empty() && (!due || steps_.begin()->first < *due)) due = steps_.begin()->first;
    if (!happened_.empty() && (!due || happened_.front().at < *due)) due = happened_.front().at;
    return due;
}

std::vector<Happening> RelayVoice::due(TimePoint now)
{
    advance(now);
    return std::exchange(happened_, {});
}

void RelayVoice::advance(TimePoint now)
{
    for (;;) {
        const auto playback = playback_.next_due();
        const bool step_is_due = !steps_.empty() && steps_.begin()->first <= now;
        if (playback && *playback <= now && (!step_is_due || *playback <= steps_.begin()->first)) {
            playback_.advance(*playback);
            collect_playback();
        } else if (step_is_due) {
            const auto next = steps_.extract(steps_.begin());
            take(next.mapped(), next.key());
        } else {
            return;
        }
    }
}

void RelayVoice::collect_playback()
{
    for (auto& [at, what] : playback_.take_events()) {
        if (const auto* played = std::get_if<Played>(&what)) {
            if (settings_.tokens_played) send(at, frames::info("tokensPlayed", played->text));
            if (played->digits)
                happen(at, AgentPressed{played->text});
            else
                happen(at, AgentSaid{played->text, played->cut});
        } else if (std::holds_alternative<CycleEnded>(what)) {
            happen(at, AgentStopped{});
        } else {
            const auto* ended = std::get_if<SpeakingEnded>(&what);
            speaker_event(at, "agentSpeaking", ended == nullptr);
            if (ended == nullptr)
                happen(at, AgentBegan{});
            else
                happen(at, AgentStopped{ended->midway});
        }
    }
}

void RelayVoice::take(const Step& step, TimePoint at)
{
    std::visit([&](const auto& known) { carry_out(known, at); }, step);
}

void RelayVoice::carry_out(const HearPartial& partial, TimePoint at)
{
    Utterance& utterance = utterances_in_progress_[partial.utterance];
    const bool interrupts = playback_.interruptible_by_speech();
    if (playback_.audible() && !interrupts && !settings_.reported_during_speech.speech)
        utterance.unheard = true;
    if (!utterance.announced && (partial.noticed || playback_.audible())) {
        utterance.announced = true;
        speaker_event(at, "clientSpeaking", true);
    }
    // The order of one moment: clientSpeaking, tokensPlayed, interrupt, prompt (recording A).
    if (interrupts) interrupt(at);
    if (settings_.partial_prompts && !utterance.unheard)
        send(at, frames::prompt(partial.text, settings_.language, false));
}

void RelayVoice::carry_out(const HearFinal& final, TimePoint at)
{
    const Utterance utterance = utterances_in_progress_[final.utterance];
    utterances_in_progress_.erase(final.utterance);
    if (utterance.announced) speaker_event(at, "clientSpeaking", false);
    happen(at, CallerSaid{final.text});
    if (!utterance.unheard) send(at, frames::prompt(final.text, settings_.language, true), true);
}

void RelayVoice::carry_out(const InterruptByKey&, TimePoint at)
{
    if (playback_.interruptible_by_key()) interrupt(at);
}

void RelayVoice::carry_out(const Complain& complaint, TimePoint at)
{
    send(at, frames::invalid_message(complaint.frame));
}

void RelayVoice::carry_out(const Close& close, TimePoint at)
{
    playback_.stop(at);
    collect_playback();
    steps_.clear();
    happen(at, CloseSocket{close.code, close.reason});
}

void RelayVoice::obey(const TextFrame& frame, TimePoint now)
{
    playback_.say(frame.token,
                  {frame.last,
                   frame.preemptible.value_or(settings_.preemptible),
                   frame.interruptible.value_or(settings_.interruptible)},
                  now);
}

void RelayVoice::obey(const PlayFrame& frame, TimePoint now)
{
    playback_.play_sound(
        frame.source,
        frame.times,
        {true, frame.preemptible, frame.interruptible.value_or(settings_.interruptible)},
        now);
}

void RelayVoice::obey(const SendDigitsFrame& frame, TimePoint now)
{
    playback_.send_digits(frame.digits, now);
}

void RelayVoice::obey(const LanguageFrame& frame, TimePoint)
{
    if (!frame.transcription_language.empty()) settings_.language = frame.transcription_language;
}

void RelayVoice::obey(const EndFrame& frame, TimePoint now)
{
    end({SessionEnd::Status::ended, frame.handoff_data},
        1000,
        "Closing websocket session",
        now + pace_.close_lag);
}

void RelayVoice::reject(std::string_view frame, TimePoint now)
{
    steps_.emplace(now + pace_.error_lag, Complain{std::string{frame}});
    if (++malformed_in_a_row_ >= most_malformed_in_a_row)
        end({SessionEnd::Status::failed, {}},
            1007,
            "Too many consecutive malformed messages.",
            now + pace_.error_lag + pace_.close_lag);
}

void RelayVoice::interrupt(TimePoint at)
{
    const Playback::Cut cut = playback_.interrupt(at);
    collect_playback();
    send(at, frames::interrupt(cut.heard, cut.lasted));
    happen(at, CallerInterrupted{cut.heard});
}

/// From here on the session only runs out.
void RelayVoice::end(SessionEnd how, std::uint16_t code, std::string reason, TimePoint at)
{
    ending_ = true;
    end_ = std::move(how);
    steps_.emplace(at, Close{code, std::move(reason)});
}

void RelayVoice::speaker_event(TimePoint at, std::string_view who, bool on)
{
    if (settings_.speaker_events) send(at, frames::info(who, on ? "on" : "off"));
}

void RelayVoice::happen(TimePoint at, decltype(Happening::what) what)
{
    happened_.push_back({at, std::move(what)});
}

}  // namespace phony::simulator
