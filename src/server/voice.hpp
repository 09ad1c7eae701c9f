#pragma once

#include "hub/reply_slot.hpp"
#include "server/recording.hpp"
#include "server/services.hpp"
#include "server/web_socket.hpp"
#include <phony/async/condition.hpp>
#include <phony/call/action.hpp>
#include <phony/call/input.hpp>
#include <phony/speech/line.hpp>
#include <phony/twilio/reference_relay.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace phony::server {

/// What a relay does elsewhere, where it does nothing but carry audio: speaks what the conversation
/// says, at the pace of the clock, tells it what was played, and has the telephone network carry
/// out what is not the relay's. A stage between `Say` and the socket of a CallSession, with loops
/// of its own:
///
///      say ──▶ Line ──clauses──▶ synthesise ──▶ /audio/speech
///               ▲ └──frames──▶ play ──▶ socket      │
///               └───────────────µ-law───────────────┘
///      HangUpCall, TransferCall ──▶ part ──▶ the network's REST API
///
/// What to play, and when, is the Line's to decide. Lives in its session, on its thread.
class Voice {
public:
    using Step = std::function<void(const call::Input&)>;

    /// `step` steps the session's conversation. All must outlive the voice, but `call_sid`.
    Voice(Core& core,
          WebSocket& socket,
          twilio::ReferenceRelay& codec,
          std::string call_sid,
          Step step);

    /// Until finish(). Writes all that is written to the socket, the heartbeat included.
    async::awaitable<void> run();

    // ── from the session, within a step ──

    void say(const call::Output& output);
    void cut(call::Turn turn);
    /// Says goodbye when all else was written.
    void disconnect();
    void finish();

    // ── from the session, between steps ──

    /// What came from the caller, before the conversation is told: a transcript while we speak
    /// stops us.
    void hear(const call::Input& input);
    /// Whether an order has just been passed on to the network: its answer then waits for it.
    bool is_parting() const { return parting_ordered_; }
    void answer_with(hub::ReplySlot::Reply reply) { asker_.emplace(std::move(reply)); }

private:
    async::awaitable<void> play();
    async::awaitable<void> synthesise();
    async::awaitable<void> part();
    async::awaitable<void> record();

    async::awaitable<void> speak_clause(speech::Line::Clause clause);
    async::awaitable<void> stream_clause(speech::Line::Clause clause);
    async::awaitable<std::optional<std::string>> stream_once(const speech::Line::Clause& clause);
    async::awaitable<void> until_unwanted(speech::Line::ClauseId clause);

    async::awaitable<bool> carry_out_effects();
    async::awaitable<bool> write(std::string_view frame);
    async::awaitable<bool> keep_alive();
    async::awaitable<Result<void>> ask_network(const call::Output& how);
    void carry_out_parting(const call::Output& how, const Result<void>& outcome);
    void changed();

    Core& core_;
    Services& services_;
    WebSocket& socket_;
    twilio::ReferenceRelay& codec_;
    std::string call_sid_;
    Step step_;

    std::optional<Recording> recording_;
    speech::Line line_;
    std::uint64_t told_underruns_ = 0;
    async::Timer timer_;             ///< of play()
    async::Condition has_clause_;    ///< for synthesise()
    async::Condition line_changed_;  ///< a clause may not be wanted any more
    async::Condition has_parting_;
    std::optional<call::Output> parting_;
    bool parting_ordered_ = false;  ///< and not refused by the network
    std::optional<hub::ReplySlot::Reply> asker_;
    TimePoint next_ping_;
    bool disconnecting_ = false;
    bool finished_ = false;
};

}  // namespace phony::server
