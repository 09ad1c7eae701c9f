#pragma once

#include "simulator/caller_speech.hpp"
#include "simulator/random.hpp"
#include "simulator/relay_end.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace phony::simulator {

/// The far end of a session in the API reference's own dialect: transcribes the caller and carries
/// audio both ways. What the agent says it plays one frame after the other until it is told to
/// throw the rest away; which words they are it cannot know.
class ReferenceVoice final : public RelayEnd {
public:
    ReferenceVoice(const Pace& pace, std::uint64_t seed) : pace_{pace}, random_{seed} {}

    void begin(const CallIdentity& call,
               std::string_view session_id,
               std::string_view status,
               const Attributes& parameters,
               TimePoint now) override;
    void receive(std::string_view frame, TimePoint now) override;
    bool is_answer(std::string_view frame) const override;
    void speak(std::string_view text, TimePoint now) override;
    void press(char key, TimePoint now) override;
    void hang_up(TimePoint now) override;
    void application_closed(std::uint16_t code) override;
    void lose_connection(TimePoint now) override;
    std::optional<TimePoint> next_due() const override;
    std::vector<Happening> due(TimePoint now) override;
    const std::optional<SessionEnd>& ended() const override { return end_; }

private:
    void advance(TimePoint now);
    void play(std::size_t bytes, TimePoint now);
    void stop_playing(TimePoint at, bool cut);
    void happen(TimePoint at, decltype(Happening::what) what);

    Pace pace_;
    Random random_;
    std::multimap<TimePoint, Happening> to_come_;  ///< what the caller is saying
    std::vector<Happening> happened_;
    bool playing_ = false;
    TimePoint began_;  ///< when the agent did
    TimePoint plays_until_;
    std::optional<SessionEnd> end_;
};

}  // namespace phony::simulator
