#pragma once

#include "hub/calls.hpp"
#include "hub/event_hub.hpp"
#include "server/relay_admission.hpp"
#include "server/services.hpp"
#include "server/voice.hpp"
#include "server/web_socket.hpp"
#include <phony/async/condition.hpp>
#include <phony/async/interruptible.hpp>
#include <phony/async/latest.hpp>
#include <phony/base/trace_context.hpp>
#include <phony/call/conversation.hpp>
#include <phony/call/outbox.hpp>
#include <phony/twilio/relay.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace phony::server {

/// One phone call on its relay socket. Five small loops move the data around a Conversation, which
/// decides everything:
///
///      Twilio ──────frames──▶ listen ─┐                    ┌─▶ speak ──frames──▶ Twilio
///      supervisor ─▶ mailbox ─▶ obey ─┼──▶ step(input) ────┼─▶ event hub
///      model ───────tokens──▶ think ──┤                    │
///      clock ─────deadline──▶ tick ───┘                    │
///                               ▲─────── newest turn ──────┘
///
/// A local variable of the coroutine that runs it; everything happens on its core's thread.
class CallSession {
public:
    /// `peer`: the address that the socket comes from. `call_sid_in_query`: empty when the URL
    /// names none. `trace`: that the call continues.
    CallSession(Core& core,
                WebSocket socket,
                std::string peer,
                std::string call_sid_in_query,
                std::optional<TraceContext> trace);

    /// From the first frame to the last.
    async::awaitable<void> run();

private:
    /// What the first frame said.
    struct Opening {
        call::Connected connected;
        std::optional<call::Input> first;  ///< when the first frame was not a setup
        bool only_resumes = false;         ///< see RelayAdmission
    };

    async::awaitable<std::optional<Opening>> read_opening();
    async::awaitable<std::optional<Opening>> read_first_frame();
    async::awaitable<void> give_up_waiting();
    async::awaitable<void> turn_away(std::string_view why);
    async::awaitable<std::optional<hub::HeldCall>> find_broken();
    async::awaitable<void> converse(Opening opening, std::optional<hub::HeldCall> before);
    void give_up_to(hub::Succession succession);

    async::awaitable<void> side_by_side(async::awaitable<void> loop);
    async::awaitable<void> listen();
    async::awaitable<void> obey();
    async::awaitable<void> think();
    async::awaitable<void> speak();
    async::awaitable<void> tick();

    async::awaitable<void> stream(call::Turn turn);
    async::awaitable<void> stream_reply(call::Turn turn);
    async::awaitable<bool> write(const call::Output& output);

    void step(const call::Input& input);
    void remember_news();
    void speak_now();
    void written(const call::Outbox::Next& next);
    void carry_out(call::Say& say);
    void carry_out(const call::CutSpeech& cut);
    void carry_out(const call::Think& think);
    void carry_out(const call::StopThinking& stop);
    void carry_out(const call::Publish& publish);
    void carry_out(const call::Disconnect&);
    void carry_out(call::Answer& answer);

    void hang_up();
    void break_off(std::string_view why);
    void finish();
    void skip_frame(const Error& error);

    Core& core_;
    Services& services_;
    WebSocket socket_;
    std::string peer_;
    std::string call_sid_;
    bool continues_trace_;  ///< the one that the upgrade named
    TraceContext trace_;
    std::unique_ptr<twilio::RelayCodec> codec_;
    std::unique_ptr<Voice>
        voice_;  ///< where the relay carries audio alone; it then does what speak() does
    /// These two once the call is known; the first is gone when another session goes on with it.
    std::unique_ptr<hub::EventHub::Source> events_;
    std::unique_ptr<call::Conversation> conversation_;
    hub::Orders orders_;
    int resumed_ = 0;

    std::vector<call::Action> actions_;  ///< of the step under way; its memory is reused
    call::Outbox outbox_;
    async::Condition outbox_changed_;
    async::Condition outbox_drained_;
    async::Latest<call::Turn> turns_;
    async::Interruptible thinking_;  ///< a newer turn interrupts the one being thought
    std::uint64_t thought_ =
        0;  ///< numbers what the model is asked, so that late words are known as such
    bool model_late_ = false;  ///< the request that was given up last took too long
    async::Timer timer_;
    std::optional<Error> refused_;  ///< the answer to the override of this step
    int steps_ = 0;  ///< under way: one is taken within another; and those that an exception ended

    bool finished_ = false;
    bool disconnecting_ = false;
    bool replaced_ = false;  ///< another session has the call now
    bool warned_of_frames_ = false;
};

}  // namespace phony::server
