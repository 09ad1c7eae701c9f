#pragma once

#include <phony/base/timestamp.hpp>
#include <phony/call/action.hpp>
#include <phony/call/command.hpp>
#include <phony/call/dialogue.hpp>
#include <phony/call/event.hpp>
#include <phony/call/message.hpp>
#include <phony/call/playback.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace phony::call {

/// A line of the dialogue as it has become, for whoever keeps it beyond this process.
struct RememberedLine {
    Dialogue::Entry entry = 0;
    Role role = Role::user;
    Turn turn = 0;  ///< the newest one by then
    /// What was said; of ours, what was handed over to be played. Nothing: the same as before.
    std::optional<std::string> text;
    /// So many bytes of it are known, or estimated, to have been heard; nothing: all of it.
    std::optional<std::size_t> heard;
    friend bool operator==(const RememberedLine&, const RememberedLine&) = default;
};

/// How the relay comes back to a call whose socket broke.
enum class Reconnection {
    /// A session of its own: what was still to be played is forgotten. So Twilio does when
    /// `/relay/action` has told it to connect again.
    new_session,
    /// It goes on playing what it has, and tells later what has happened meanwhile: Twilio's
    /// `applicationReconnect`, or a socket that replaces one that is still open.
    same_session,
};

/// What a conversation leaves to the session that goes on with its call. A value.
struct Memory {
    struct Question {
        std::string prompt;
        TimePoint expires;
    };
    /// The end that the relay was told of, and may not have heard of.
    struct Parting {
        Output how;  ///< HangUpCall or TransferCall
        std::string reason;
    };

    Dialogue dialogue;  ///< with all that was handed over to be played
    Turn turn = 0;      ///< the newest
    Playback playback;
    std::optional<Playback::Id> cut;  ///< a reply that was not handed over to its end
    TimePoint lost_at;                ///< until when what was handed over was played
    std::optional<Question> question;
    std::string keys;                 ///< pressed, and not yet a turn
    std::optional<Command> farewell;  ///< an end_call or transfer whose sentence was being played
    std::optional<Parting> parting;

    /// Of a call that has not ended meanwhile, as far as anybody was told: when it began.
    std::optional<TimePoint> started;
    CallMetrics metrics;  ///< since then
};

}  // namespace phony::call
