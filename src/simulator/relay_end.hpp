#pragma once

#include "simulator/relay_frames.hpp"
#include "simulator/voice_settings.hpp"
#include <phony/base/timestamp.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace phony::simulator {

// ── what happens at Twilio's end of a session ──

/// Twilio sends this to the application.
struct SendFrame {
    std::string json;
    bool ends_turn = false;  ///< the caller's: a final transcript, or a key
};
/// Twilio closes the WebSocket. Nothing happens after it.
struct CloseSocket {
    std::uint16_t code = 1000;
    std::string reason;
};
/// The caller begins to hear the agent, hears these words or keys, hears it stop. For printing, and
/// for a scripted caller that listens: no frames.
struct AgentBegan {};
struct AgentSaid {
    std::string text;
    bool cut = false;
};
struct AgentPressed {
    std::string digits;
};
/// Again, without `midway`, when nothing more came.
struct AgentStopped {
    bool midway = false;  ///< in the middle of what it says, as one hears by the tone
};
/// The caller finished a sentence: its final prompt goes out at this moment.
struct CallerSaid {
    std::string text;
};
struct CallerInterrupted {
    std::string heard;
};

struct Happening {
    TimePoint at;
    std::variant<SendFrame,
                 CloseSocket,
                 AgentBegan,
                 AgentSaid,
                 AgentPressed,
                 AgentStopped,
                 CallerSaid,
                 CallerInterrupted>
        what;
};

/// How the session ended, in the words of the `action` request.
struct SessionEnd {
    enum class Status { completed, ended, failed };
    Status status = Status::completed;
    std::string handoff_data;
};

/// The far end of one relay session after the handshake, in whatever dialect. Pure: no socket, no
/// clock; every call gets the moment, which never runs backwards. The owner asks `next_due()` when
/// to come back.
class RelayEnd {
public:
    virtual ~RelayEnd() = default;
    RelayEnd(const RelayEnd&) = delete;
    RelayEnd& operator=(const RelayEnd&) = delete;

    virtual void begin(const CallIdentity& call,
                       std::string_view session_id,
                       std::string_view status,
                       const Attributes& parameters,
                       TimePoint now) = 0;

    /// The application sent a text frame.
    virtual void receive(std::string_view frame, TimePoint now) = 0;
    /// Whether that frame is, or begins, an answer to the caller.
    virtual bool is_answer(std::string_view frame) const = 0;

    // what the caller does
    virtual void speak(std::string_view text, TimePoint now) = 0;
    virtual void press(char key, TimePoint now) = 0;
    virtual void hang_up(TimePoint now) = 0;

    /// The application said goodbye.
    virtual void application_closed(std::uint16_t /*code*/) {}
    /// The application's end of the socket is gone.
    virtual void lose_connection(TimePoint now) = 0;

    virtual std::optional<TimePoint> next_due() const = 0;
    /// Everything up to `now` that was not handed out yet, in order.
    virtual std::vector<Happening> due(TimePoint now) = 0;

    virtual const std::optional<SessionEnd>& ended() const = 0;

protected:
    RelayEnd() = default;
};

}  // namespace phony::simulator
