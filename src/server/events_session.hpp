#pragma once

#include "hub/event_hub.hpp"
#include "server/services.hpp"
#include "server/web_socket.hpp"
#include <phony/api/event_subscription.hpp>
#include <phony/async/awaitable.hpp>
#include <phony/base/token_bucket.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace phony::server {

/// One viewer of `/events/ws`: three loops around its place in the event hub.
///
///      viewer ───sign of life──▶ listen ─┐
///      clock ──────ping is due──▶ beat ──┼──▶ tell ──events, pings, farewell──▶ viewer
///      event hub ────────────────────────┘
///
/// `tell` alone writes, so that a farewell comes after all events before it. A local variable of
/// the coroutine that runs it; everything happens on its core's thread. A viewer that is slow, mute
/// or noisy is sent away with a reason; no call ever waits for it.
class EventsSession {
public:
    /// `wanted`: what the query asked for; nothing when the first message decides.
    EventsSession(Core& core, WebSocket socket, std::optional<api::EventSubscription> wanted);

    /// Until the call has ended or the viewer is gone.
    async::awaitable<void> run();

private:
    struct Farewell {
        CloseCode code;
        std::string_view reason;  ///< for the viewer; a literal
    };

    async::awaitable<std::optional<api::EventSubscription>> read_subscription();
    async::awaitable<std::optional<api::EventSubscription>> read_first_message();
    async::awaitable<void> give_up_waiting();

    async::awaitable<void> listen();
    async::awaitable<void> tell();
    async::awaitable<void> beat();

    async::awaitable<bool> tell_next();
    async::awaitable<bool> tell_of(hub::EventText text);
    async::awaitable<bool> ping();
    void part(Farewell farewell);
    void send_away(std::string_view why, std::string_view reason);
    void finish();

    Core& core_;
    Services& services_;
    WebSocket socket_;
    std::optional<api::EventSubscription> wanted_;
    std::string call_sid_;  ///< these two once it is known what is wanted
    std::unique_ptr<hub::EventHub::Viewer> viewer_;
    TokenBucket messages_;
    async::Timer timer_;
    std::optional<Farewell> farewell_;
    bool ping_due_ = false;
    bool finished_ = false;
};

}  // namespace phony::server
