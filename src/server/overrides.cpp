#include "log/log.hpp"
#include "server/endpoints.hpp"
#include "server/services.hpp"
#include <phony/api/override_request.hpp>
#include <phony/async/with_deadline.hpp>
#include <phony/call/override.hpp>

#include <chrono>
#include <utility>

namespace phony::server {
namespace {

using namespace std::chrono_literals;
using api::OverrideAction;

constexpr auto answer_limit = 2s;

/// The body is checked before the call is looked up; the answer waits until the call has accepted
/// or refused the order, whichever core it lives on.
async::awaitable<Response> order(Core& core, OverrideAction action, const Request& request)
{
    auto wanted = api::parse_override(action, request.body);
    if (!wanted) co_return refuse(wanted.error());
    const std::string success = api::override_success_body(wanted->order);
    const std::string name{call::action_of(wanted->order)};

    hub::ReplySlot slot{core.executor};
    core.services.calls.send(
        wanted->call_sid,
        {call::Overridden{std::move(wanted->order), request.supervisor}, slot.reply()});
    const auto answered = co_await async::with_deadline(slot.answer(), answer_limit);
    const Result<void> outcome = answered ? *answered : Result<void>{Error{errc::no_answer}};
    log::info("supervisor override",
              {{"callSid", wanted->call_sid},
               {"action", name},
               {"supervisor", request.supervisor},
               {"peer", request.peer},
               {"outcome", outcome ? std::string{"accepted"} : outcome.error().code.message()}});
    if (outcome) co_return json(success);
    if (outcome.error().code == errc::rate_limited) {
        core.services.metrics.rate_limited("order");
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
