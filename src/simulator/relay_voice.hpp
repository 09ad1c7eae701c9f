#pragma once

#include "simulator/caller_speech.hpp"
#include "simulator/playback.hpp"
#include "simulator/random.hpp"
#include "simulator/relay_end.hpp"
#include "simulator/relay_frames.hpp"
#include "simulator/voice_settings.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace phony::simulator {

/// Twilio's side of one ConversationRelay session after the handshake, as recorded on live calls:
/// order of frames, clauses, pace, barge-in, preemption, digits behind speech. Pure: no socket, no
/// clock; every call gets the moment, which never runs backwards.
///
///     RelayVoice voice{VoiceSettings::from(attributes), Pace{}, 42};
///     voice.begin(call, "VX…", "RINGING", {}, now);
///     voice.receive(R"({"type":"text","token":"Hello.","last":true})", now);
///     for (auto& [at, what] : voice.due(now + 1s)) …        // setup, agentSpeaking on, …
///
/// The owner asks `next_due()` when to come back. Seeds make the recorded variation repeatable.
class RelayVoice final : public RelayEnd {
public:
    RelayVoice(const VoiceSettings& settings, const Pace& pace, std::uint64_t seed);

    void begin(const CallIdentity& call,
               std::string_view session_id,
               std::string_view status,
               const Attributes& parameters,
               TimePoint now) override;

    /// The application sent a text frame.
    void receive(std::string_view frame, TimePoint now) override;
    bool is_answer(std::string_view frame) const override;

    // what the caller does
    void speak(std::string_view text, TimePoint now) override;
    void speak(const CallerSpeech& speech, TimePoint now);
    void press(char key, TimePoint now) override;
    void hang_up(TimePoint now) override;

    /// The application's end of the socket is gone.
    void lose_connection(TimePoint now) override;

    std::optional<TimePoint> next_due() const override;
    /// Everything up to `now` that was not handed out yet, in order.
    std::vector<Happening> due(TimePoint now) override;

    bool agent_speaking() const { return playback_.speaking(); }
    /// No speech sounds, none is waiting, no digits are queued.
    bool agent_idle() const { return playback_.idle(); }
    bool caller_speaking() const { return !utterances_in_progress_.empty(); }
    const std::optional<SessionEnd>& ended() const override { return end_; }

private:
    struct HearPartial {
        std::uint32_t utterance = 0;
        std::string text;
        bool noticed = false;  ///< clientSpeaking on comes with this one
    };
    struct HearFinal {
        std::uint32_t utterance = 0;
        std::string text;
    };
    struct InterruptByKey {};
    struct Complain {
        std::string frame;
    };
    struct Close {
        std::uint16_t code = 1000;
        std::string reason;
    };
    using Step = std::variant<HearPartial, HearFinal, InterruptByKey, Complain, Close>;
    /// What became of an utterance of the caller that is under way.
    struct Utterance {
        bool announced = false;  ///< clientSpeaking on was sent
        bool unheard = false;    ///< spoken over uninterruptible speech that does not report input
    };

    void advance(TimePoint now);
    void collect_playback();
    void take(const Step& step, TimePoint at);
    void carry_out(const HearPartial& partial, TimePoint at);
    void carry_out(const HearFinal& final, TimePoint at);
    void carry_out(const InterruptByKey&, TimePoint at);
    void carry_out(const Complain& complaint, TimePoint at);
    void carry_out(const Close& close, TimePoint at);

    void obey(const TextFrame& frame, TimePoint now);
    void obey(const PlayFrame& frame, TimePoint now);
    void obey(const SendDigitsFrame& frame, TimePoint now);
    void obey(const LanguageFrame& frame, TimePoint now);
    void obey(const EndFrame& frame, TimePoint now);
    void reject(std::string_view frame, TimePoint now);

    void interrupt(TimePoint at);
    void end(SessionEnd how, std::uint16_t code, std::string reason, TimePoint at);
    void send(TimePoint at, std::string frame, bool ends_turn = false)
    {
        happen(at, SendFrame{std::move(frame), ends_turn});
    }
    void speaker_event(TimePoint at, std::string_view who, bool on);
    void happen(TimePoint at, decltype(Happening::what) what);

    VoiceSettings settings_;
    Pace pace_;
    Random random_;
    Playback playback_;                     ///< refers to the generator beside it
    std::multimap<TimePoint, Step> steps_;  ///< equal moments keep their order
    std::map<std::uint32_t, Utterance> utterances_in_progress_;
    std::uint32_t last_utterance_ = 0;
    int malformed_in_a_row_ = 0;
    bool ending_ = false;
    std::optional<SessionEnd> end_;
    std::vector<Happening> happened_;
};

}  // namespace phony::simulator
