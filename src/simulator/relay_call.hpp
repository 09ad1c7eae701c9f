#pragma once

#include "simulator/call_plan.hpp"
#include "simulator/dialer.hpp"
#include "simulator/relay_end.hpp"
#include "simulator/scenario_player.hpp"
#include <phony/async/awaitable.hpp>
#include <phony/async/task_group.hpp>

#include <memory>
#include <optional>
#include <string>

namespace phony::simulator {

/// One relay session over a real socket: two loops around a RelayEnd and a ScenarioPlayer, joined
/// before it ends. What happens is told to the observer and added to the outcome, both of which
/// must outlive it, as must everything else that it is given by reference.
class RelayCall {
public:
    RelayCall(const CallPlan& plan,
              CallObserver& observer,
              CallOutcome& outcome,
              Dialer& dialer,
              ScenarioPlayer& player,
              std::unique_ptr<RelayEnd> far_end,
              RelaySocket socket);

    /// Until the socket is closed; answers how the session ended.
    async::awaitable<SessionEnd> run(CallIdentity call,
                                     std::string session_id,
                                     std::string status,
                                     Attributes parameters);

private:
    async::awaitable<void> listen();
    async::awaitable<void> act();
    async::awaitable<void> supervise(std::string response);

    async::awaitable<bool> carry_out(Happening happening);
    void perform(const CallerAct& act, TimePoint now);
    void press_next_key(TimePoint now);
    void hear_application(std::string_view frame, TimePoint now);
    void begin_turn(TimePoint now);
    void finish_turn();
    void complain(std::string what);

    const CallPlan& plan_;
    CallObserver& observer_;
    CallOutcome& outcome_;
    Dialer& dialer_;
    ScenarioPlayer& player_;
    RelaySocket socket_;
    std::unique_ptr<RelayEnd> voice_;
    async::Timer timer_;        ///< for act(); cancelled when listen() has news
    async::TaskGroup errands_;  ///< what the supervisor does meanwhile
    bool connection_over_ = false;

    std::string keys_;  ///< still to be pressed, one after the other
    TimePoint next_key_;
    std::optional<TimePoint> turn_began_;
    TurnLatency turn_;
};

}  // namespace phony::simulator
