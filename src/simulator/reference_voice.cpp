#include "simulator/reference_voice.hpp"

#include "simulator/tone_voice.hpp"
#include <phony/base/base64.hpp>
#include <phony/base/fields.hpp>
#include <phony/base/json_text.hpp>
#include <phony/speech/mu_law.hpp>
#include <phony/speech/phone_audio.hpp>

#include <chrono>
#include <iterator>
#include <utility>

namespace phony::simulator {
namespace {

using namespace std::chrono_literals;

/// A pause of the agent's that is no end of what it says.
constexpr Duration breath = 400ms;
constexpr std::size_t frame_bytes = 160;
constexpr Duration frame_time = 20ms;

Duration time_of(std::size_t bytes)
{
    return std::chrono::duration_cast<Duration>(1s) * static_cast<std::int64_t>(bytes) /
           speech::phone_rate;
}

std::string member(std::string_view name, std::string_view value)
{
    std::string json = "\"" + std::string{name} + "\":";
    append_json_string(json, value);
    return json;
}

std::string transcript(std::string_view text, bool final)
{
    return R"({"event":"transcript","transcript":{)" + member("text", text) +
           R"(,"confidence":0.98,"final":)" + (final ? "true}}" : "false}}");
}

std::string media(std::string_view mu_law, Duration timestamp)
{
    std::string frame = R"({"event":"media","media":{"chunk":")";
    append_base64(frame, mu_law);
    frame +=
        R"(","timestamp":)" +
        std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(timestamp).count());
    return frame += "}}";
}

/// The caller's own voice, as it is heard while it is transcribed.
std::string audio_of(std::string_view text, Duration length)
{
    ToneVoice voice{text};
    speech::PhoneAudio phone;
    std::string mu_law;
    phone.feed(voice.next(static_cast<std::size_t>(std::chrono::duration<double>(length).count() *
                                                   ToneVoice::rate)),
               mu_law);
    phone.finish(mu_law);
    return mu_law;
}

}  // namespace

void ReferenceVoice::begin(
    const CallIdentity& call, std::string_view, std::string_view, const Attributes&, TimePoint now)
{
    happen(now,
           SendFrame{R"({"event":"start",)" + member("callSid", call.call_sid) + "," +
                     member("from", call.from) + "," + member("to", call.to) + "}"});
}

void ReferenceVoice::receive(std::string_view frame, TimePoint now)
{
    advance(now);
    const auto object = parse_object(frame);
    if (!object) return;
    const Fields fields{*object};
    const auto event = fields.string("event");
    if (fields.string("type") == "ping") {
        happen(now, SendFrame{R"({"type":"pong"})"});
    } else if (event == "media") {
        const auto* carried = fields.object("media");
        const auto audio = carried == nullptr
                               ? std::nullopt
                               : from_base64(Fields{*carried}.string("chunk").value_or(""));
        if (audio) play(audio->size(), now);
    } else if (event == "clear") {
        stop_playing(now, true);
    } else if (event == "dtmf") {
        const auto* key = fields.object("dtmf");
        if (key != nullptr)
            happen(now, AgentPressed{std::string{Fields{*key}.string("digit").value_or("")}});
    }
}

bool ReferenceVoice::is_answer(std::string_view frame) const
{
    return frame.starts_with(R"({"event":"media")") || frame.starts_with(R"({"event":"dtmf")");
}

void ReferenceVoice::play(std::size_t bytes, TimePoint now)
{
    if (!std::exchange(playing_, true)) {
        began_ = plays_until_ = now;
        happen(now, AgentBegan{});
    }
    plays_until_ = std::max(plays_until_, now) + time_of(bytes);
}

void ReferenceVoice::stop_playing(TimePoint at, bool cut)
{
    if (!std::exchange(playing_, false)) return;
    const auto heard =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::min(at, plays_until_) - began_);
    happen(at, AgentSaid{"(" + std::to_string(heard.count()) + " ms of speech)", cut});
    if (cut) happen(at, CallerInterrupted{});
    happen(at, AgentStopped{});
}

void ReferenceVoice::speak(std::string_view text, TimePoint now)
{
    const CallerSpeech speech = transcribe(text, pace_, random_);
    const auto add = [this](TimePoint at, decltype(Happening::what) what) {
        to_come_.emplace(at, Happening{at, std::move(what)});
    };
    for (const auto& partial : speech.partials)
        add(now + partial.after, SendFrame{transcript(partial.text, false)});
    const std::string audio = audio_of(text, speech.final_after);
    Duration after{};
    for (std::size_t at = 0; at < audio.size(); at += frame_bytes, after += frame_time)
        add(now + after, SendFrame{media(std::string_view{audio}.substr(at, frame_bytes), after)});
    const TimePoint end = now + speech.final_after;
    add(end, CallerSaid{speech.final_text});
    add(end, SendFrame{transcript(speech.final_text, true), true});
}

void ReferenceVoice::press(char key, TimePoint now)
{
    happen(
        now,
        SendFrame{R"({"event":"dtmf","dtmf":{"digit":")" + std::string(1, key) + R"("}})", true});
}

void ReferenceVoice::hang_up(TimePoint now)
{
    if (end_) return;
    end_ = SessionEnd{SessionEnd::Status::completed, {}};
    to_come_.clear();
    happen(now, CloseSocket{});
}

/// Here the end of the socket is how a call is ended.
void ReferenceVoice::application_closed(std::uint16_t code)
{
    constexpr std::uint16_t normal = 1000;
    if (!end_ && code == normal) end_ = SessionEnd{SessionEnd::Status::ended, {}};
}

void ReferenceVoice::lose_connection(TimePoint now)
{
    advance(now);
    stop_playing(now, false);
    to_come_.clear();
    if (!end_) end_ = SessionEnd{SessionEnd::Status::failed, {}};
}

std::optional<TimePoint> ReferenceVoice::next_due() const
{
    std::optional<TimePoint> due;
    if (!happened_.empty()) due = happened_.front().at;
    if (!to_come_.empty() && (!due || to_come_.begin()->first < *due))
        due = to_come_.begin()->first;
    if (playing_ && (!due || plays_until_ + breath < *due)) due = plays_until_ + breath;
    return due;
}

std::vector<Happening> ReferenceVoice::due(TimePoint now)
{
    advance(now);
    return std::exchange(happened_, {});
}

void ReferenceVoice::advance(TimePoint now)
{
    const auto end = to_come_.upper_bound(now);
    for (auto next = to_come_.begin(); next != end; ++next)
        happened_.push_back(std::move(next->second));
    to_come_.erase(to_come_.begin(), end);
    if (playing_ && plays_until_ + breath <= now) stop_playing(plays_until_ + breath, false);
}

void ReferenceVoice::happen(TimePoint at, decltype(Happening::what) what)
{
    happened_.push_back({at, std::move(what)});
}

}  // namespace phony::simulator
