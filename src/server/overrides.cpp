#include "log/log.hpp"
#include "server/audit.hpp"
#include "server/endpoints.hpp"
#include "server/services.hpp"
#include <phony/api/error.hpp>
#include <phony/api/override_request.hpp>
#include <phony/async/with_deadline.hpp>
#include <phony/call/override.hpp>

#include <chrono>
#include <utility>
#include <variant>

namespace phony::server {
namespace {

using namespace std::chrono_literals;
using api::OverrideAction;

/// Longer than Twilio's REST API may take, or nobody would learn what it has answered.
constexpr auto answer_limit = 3s;

/// A call that we place has nobody to be told yet: the network gives it up.
async::awaitable<Result<void>> give_up(Core& core, const std::string& call_sid)
{
    if (core.telephone == nullptr) co_return Error{errc::call_not_found};
    const auto given_up = co_await core.telephone->hang_up(call_sid);
    if (given_up) core.services.placed.end(call_sid, "canceled");
    co_return given_up;
}

/// What the call says to it. An order that it has not looked at by then is void: the slot is gone.
async::awaitable<Result<void>> place(Core& core,
                                     const std::string& call_sid,
                                     const call::Overridden& ordered)
{
    if (std::holds_alternative<call::EndNow>(ordered.order) &&
        core.services.placed.contains(call_sid))
        co_return co_await give_up(core, call_sid);
    hub::ReplySlot slot{core.executor};
    core.services.calls.send(call_sid, {ordered, slot.reply()});
    const auto answered = co_await async::with_deadline(slot.answer(), answer_limit);
    co_return answered ? *answered : Result<void>{Error{errc::no_answer}};
}

/// What the order came to, as metrics name it.
std::string_view outcome_of(const Result<void>& placed)
{
    if (placed) return "accepted";
    if (placed.error().code == errc::call_not_found) return "not_found";
    if (placed.error().code == errc::no_answer) return "no_answer";
    if (placed.error().code == errc::rate_limited) return "too_many";
    return "refused";
}

/// The body is checked before the call is looked up; the answer waits until the call has accepted
/// or refused the order, whichever core it lives on.
async::awaitable<Response> order(Core& core, OverrideAction action, const Request& request)
{
    metrics::Metrics& metrics = core.services.metrics;
    auto wanted = api::parse_override(action, request.body);
    if (!wanted) {
        metrics.override_answered(api::name_of(action), "invalid");
        co_return refuse(wanted.error());
    }
    const std::string success = api::override_success_body(wanted->order);
    const std::string name{call::action_of(wanted->order)};
    const call::Overridden ordered{std::move(wanted->order), request.supervisor};

    const auto outcome = co_await place(core, wanted->call_sid, ordered);
    metrics.override_answered(name, outcome_of(outcome));
    log::info("supervisor override",
              {{"callSid", wanted->call_sid},
               {"action", name},
               {"supervisor", request.supervisor},
               {"peer", request.peer},
               {"outcome", outcome ? std::string{"accepted"} : outcome.error().code.message()}});
    co_await core.services.history.audit(
        audit_of(core.services.events,
                 request,
                 wanted->call_sid,
                 name,
                 call::value_of(ordered.order),
                 outcome ? std::nullopt : std::optional{outcome.error()}),
        audit_limit);
    if (outcome) co_return json(success);
    if (outcome.error().code == errc::rate_limited) {
        metrics.rate_limited("order");
        co_return refuse_haste(1s, "the call has too many orders to carry out");
    }
    co_return refuse(outcome.error());
}

}  // namespace

async::awaitable<Response> override_text(Core& core, const Request& request)
{
    return order(core, OverrideAction::text, request);
}

async::awaitable<Response> override_dtmf(Core& core, const Request& request)
{
    return order(core, OverrideAction::dtmf, request);
}

async::awaitable<Response> override_end(Core& core, const Request& request)
{
    return order(core, OverrideAction::end, request);
}

async::awaitable<Response> override_transfer(Core& core, const Request& request)
{
    return order(core, OverrideAction::transfer, request);
}

async::awaitable<Response> override_clarification(Core& core, const Request& request)
{
    return order(core, OverrideAction::clarification, request);
}

}  // namespace phony::server
