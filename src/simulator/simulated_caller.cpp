#include "simulator/simulated_caller.hpp"

#include "simulator/dialer.hpp"
#include "simulator/reference_voice.hpp"
#include "simulator/relay_call.hpp"
#include "simulator/relay_voice.hpp"
#include "simulator/twiml_reader.hpp"
#include <phony/base/fields.hpp>
#include <phony/twilio/public_url.hpp>
#include <phony/twilio/signature.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

namespace phony::simulator {

using async::as_result;
using async::awaitable;

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int most_sessions = 3;
constexpr Duration handshake_lag = 400ms;  ///< TwiML → the relay socket
constexpr Duration action_lag = 700ms;     ///< session over → the action request

struct Address {
    std::string authority;
    std::string target;  ///< path and query
};

/// Of an absolute URL; of a relative one the authority is empty.
Address split_url(std::string_view url)
{
    url = url.substr(0, url.find('#'));
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos)
        return {"", std::string{url.starts_with('/') ? "" : "/"}.append(url)};
    const std::string_view rest = url.substr(scheme + 3);
    const auto path = std::min(rest.find_first_of("/?"), rest.size());
    std::string target{rest.substr(path)};
    if (!target.starts_with('/')) target.insert(0, "/");
    return {std::string{rest.substr(0, path)}, std::move(target)};
}

/// What is the same for all requests of one call.
class PhoneLine {
public:
    PhoneLine(CallPlan plan, CallObserver& observer)
        : plan_{std::move(plan)}, observer_{observer}, dialer_{plan_.host, plan_.port, plan_.tls}
    {
        if (plan_.call_sid.empty()) plan_.call_sid = new_call_sid();
        if (plan_.public_url.empty())
            plan_.public_url = (plan_.tls ? "https://localhost:" : "http://localhost:") +
                               std::to_string(plan_.port);
        outcome_.call_sid = plan_.call_sid;
        if (plan_.account_sid.empty()) plan_.account_sid = new_sid("AC");
        identity_ = {plan_.call_sid, plan_.account_sid, plan_.from, plan_.to};
    }

    awaitable<CallOutcome> call()
    {
        if (plan_.scenario == nullptr)
            fail("there is no scenario");
        else
            co_await converse();
        observer_.ended(outcome_);
        co_return std::move(outcome_);
    }

private:
    awaitable<void> converse()
    {
        auto orders = co_await ask("/receive_call", voice_form(identity_, "ringing"));
        if (!orders) co_return;
        ScenarioPlayer player{*plan_.scenario, plan_.speed, Clock::now()};
        for (;;) {
            if (orders->dial) {
                outcome_.ending = CallOutcome::Ending::transferred;
                outcome_.transferred_to = *orders->dial;
                observer_.transferred(outcome_.transferred_to);
                co_return;
            }
            if (!orders->relay) co_return end_without_relay(*orders);
            if (outcome_.sessions == most_sessions)
                co_return fail("the server connected the call again and again");

            const auto relay = *orders->relay;
            const auto end = co_await hold_session(relay, player);
            if (!end) co_return;
            orders = co_await report(relay, *end);
            if (!orders || end->status == SessionEnd::Status::completed) co_return;
        }
    }

    awaitable<std::optional<SessionEnd>> hold_session(TwimlOrders::Relay relay,
                                                      ScenarioPlayer& player)
    {
        co_await pause(handshake_lag);
        const std::string url = relay.attributes["url"];
        const Address address = split_url(url);
        Dialer::Headers headers;
        if (!plan_.auth_token.empty())
            headers.emplace_back("X-Twilio-Signature", twilio::sign(plan_.auth_token, url));
        auto socket =
            co_await dialer_.open_relay(address.authority.empty() ? plan_.host : address.authority,
                                        local(address.target),
                                        std::move(headers));
        if (!socket) {
            fail(socket.error().detail);
            co_return std::nullopt;
        }

        for (const auto& [name, value] : plan_.relay_attributes)
            relay.attributes.insert_or_assign(name, value);
        session_id_ = new_sid("VX");
        session_began_ = Clock::now();
        if (++outcome_.sessions == 1) {
            observer_.connected(plan_.call_sid);
            player = ScenarioPlayer{*plan_.scenario, plan_.speed, session_began_};
        }
        RelayCall session{plan_,
                          observer_,
                          outcome_,
                          dialer_,
                          player,
                          far_end(relay.attributes),
                          std::move(*socket)};
        co_return co_await session.run(identity_,
                                       session_id_,
                                       outcome_.sessions == 1 ? "RINGING" : "IN_PROGRESS",
                                       relay.parameters);
    }

    std::unique_ptr<RelayEnd> far_end(const Attributes& attributes) const
    {
        const Pace pace = Pace{}.hurried(plan_.speed);
        if (plan_.dialect == Dialect::reference)
            return std::make_unique<ReferenceVoice>(pace, plan_.seed);
        return std::make_unique<RelayVoice>(VoiceSettings::from(attributes), pace, plan_.seed);
    }

    /// The session is over: tells the server where the TwiML says to, and answers what it orders.
    awaitable<std::optional<TwimlOrders>> report(TwimlOrders::Relay relay, SessionEnd end)
    {
        using Status = SessionEnd::Status;
        outcome_.handoff_data = end.handoff_data;
        outcome_.ending = end.status == Status::completed ? CallOutcome::Ending::caller_hung_up
                          : end.status == Status::ended   ? CallOutcome::Ending::agent_ended
                                                          : CallOutcome::Ending::failed;
        const auto lasted = std::chrono::round<std::chrono::seconds>(Clock::now() - session_began_);
        if (relay.action.empty()) {
            note_unanswered_transfer();
            co_return std::nullopt;
        }
        co_await pause(action_lag);
        co_return co_await ask(local(split_url(relay.action).target),
                               action_form(identity_, session_id_, end, lasted));
    }

    /// Without an `action` nothing more is asked, and a hand-over is only seen in its data.
    void note_unanswered_transfer()
    {
        const auto object = parse_object(outcome_.handoff_data);
        const auto target = object ? Fields{*object}.string("target") : std::nullopt;
        if (!target) return;
        outcome_.ending = CallOutcome::Ending::transferred;
        outcome_.transferred_to = *target;
        observer_.transferred(outcome_.transferred_to);
    }

    awaitable<std::optional<TwimlOrders>> ask(std::string target, Form form)
    {
        Dialer::Headers headers;
        if (!plan_.auth_token.empty())
            headers.emplace_back("X-Twilio-Signature",
                                 twilio::sign_form_post(plan_.auth_token,
                                                        twilio::url_of(plan_.public_url, target),
                                                        form));
        const auto answer = co_await dialer_.post(
            target, "application/x-www-form-urlencoded", encode_form(form), std::move(headers));
        if (!answer) {
            fail("POST " + target + ": " + answer.error().detail);
            co_return std::nullopt;
        }
        if (answer->status / 100 != 2) {
            fail("POST " + target + " was answered with " + std::to_string(answer->status));
            co_return std::nullopt;
        }
        co_return read_twiml(answer->body);
    }

    void end_without_relay(const TwimlOrders& orders)
    {
        for (const std::string& sentence : orders.sentences) {
            outcome_.agent_said += sentence + '\n';
            observer_.agent_says(sentence, false);
        }
        if (outcome_.sessions == 0) outcome_.ending = CallOutcome::Ending::agent_ended;
    }

    /// The path at the listener itself: without the prefix that a proxy before it would strip.
    std::string local(std::string target) const
    {
        std::string prefix = split_url(plan_.public_url).target;
        while (prefix.ends_with('/')) prefix.pop_back();
        if (!prefix.empty() && target.starts_with(prefix + "/")) target.erase(0, prefix.size());
        return target;
    }

    awaitable<void> pause(Duration human)
    {
        const double speed = plan_.speed > 0 ? plan_.speed : 1;
        async::Timer timer{co_await async::asio::this_coro::executor,
                           std::chrono::duration_cast<Duration>(human / speed)};
        co_await timer.async_wait(as_result);
    }

    void fail(std::string why)
    {
        outcome_.ending = CallOutcome::Ending::failed;
        observer_.problem(why);
        outcome_.errors.push_back(std::move(why));
    }

    CallPlan plan_;
    CallObserver& observer_;
    Dialer dialer_;
    CallIdentity identity_;
    CallOutcome outcome_;
    std::string session_id_;
    TimePoint session_began_;
};

}  // namespace

awaitable<CallOutcome> place_call(CallPlan plan, CallObserver& observer)
{
    PhoneLine line{std::move(plan), observer};
    co_return co_await line.call();
}

}  // namespace phony::simulator
