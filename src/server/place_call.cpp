#include "log/log.hpp"
#include "server/audit.hpp"
#include "server/endpoints.hpp"
#include "server/services.hpp"
#include <phony/api/error.hpp>
#include <phony/api/order_keys.hpp>
#include <phony/api/place_call_request.hpp>
#include <phony/base/fields.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace phony::server {
namespace {

using namespace std::chrono_literals;
using api::KeptAnswer;
using api::OrderKeys;
using call::OutboundCall;
using Clock = std::chrono::steady_clock;
using hub::Placement;

constexpr std::string_view key_header = "Idempotency-Key";

/// When to come back because all lines are busy, or the same order is underway.
constexpr auto soon = 1s;
constexpr auto later = 5s;

/// What an order has come to.
struct Outcome {
    Response answer;
    std::string call_sid;        ///< of a call that is being placed
    std::optional<Error> error;  ///< of any other
    /// Somebody is called, or may be: who sends the order again is told the same.
    bool settled = false;
};

Outcome refused(Error error)
{
    return {.answer = refuse(error), .error = std::move(error)};
}

Outcome put_off(Core& core, Duration wait, const std::string& why)
{
    core.services.metrics.rate_limited("call");
    return {.answer = refuse_haste(wait, why), .error = Error{errc::rate_limited, why}};
}

Outcome accepted(const OutboundCall& order, std::string call_sid)
{
    Response answer = json(api::placed_body(order, call_sid));
    answer.status = 201;
    answer.headers.emplace_back("Location", "/calls/" + call_sid);
    return {.answer = std::move(answer), .call_sid = std::move(call_sid), .settled = true};
}

Outcome unknown(Error error)
{
    return {.answer = refuse(error, {{"outcome", "unknown"}}),
            .error = std::move(error),
            .settled = true};
}

// ── may it be placed? ──

std::optional<Error> why_not(const Core& core, const OutboundCall& order)
{
    const Services& services = core.services;
    if (!services.outbound.allowed.contains(order.to))
        return invalid_field("to", "is not among the numbers of PHONY_OUTBOUND_ALLOW");
    if (core.telephone != nullptr) return std::nullopt;
    std::string why = "no calls can be placed without TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN";
    if (services.simulate) why += "; POST /test/simulate_call simulates one";
    return Error{errc::twilio_error, std::move(why)};
}

// ── placing it ──

async::awaitable<Outcome> give(Core& core, hub::PlacedCalls::Attempt attempt, OutboundCall order)
{
    attempt.asked();
    Placement placement = co_await core.telephone->place(order);
    switch (placement.outcome) {
    case Placement::Outcome::accepted:
        attempt.accepted(placement.call_sid, Clock::now());
        co_return accepted(order, std::move(placement.call_sid));
    case Placement::Outcome::unknown:
        attempt.unknown();
        co_return unknown(std::move(placement.error));
    case Placement::Outcome::refused: break;
    }
    attempt.refused();
    co_return refused(std::move(placement.error));
}

/// A place first, so that nobody is called whom nothing would answer.
async::awaitable<Outcome> place(Core& core, OutboundCall order)
{
    Services& services = core.services;
    if (services.draining || services.succeeded) co_return refused(Error{errc::shutting_down});
    auto attempt = services.placed.attempt(order, services.max_calls, Clock::now());
    if (!attempt) co_return put_off(core, later, "as many calls as PHONY_MAX_CALLS allows");
    const auto turn =
        services.outbound.pace.with([](Pace& pace) { return pace.take(Clock::now()); });
    if (!turn.granted) {
        co_return put_off(core,
                          turn.wait,
                          "at most " + std::to_string(services.outbound.per_second) +
                              " calls a second (PHONY_CALLS_PER_SECOND)");
    }
    async::Timer line{core.executor, turn.wait};
    if (auto [stopped] = co_await line.async_wait(async::as_result); stopped)
        co_return refused(Error{errc::shutting_down});
    co_return co_await give(core, std::move(*attempt), std::move(order));
}

async::awaitable<void> write_down(Core& core,
                                  const Request& request,
                                  const OutboundCall& order,
                                  const Outcome& outcome)
{
    auto audit = audit_of(core.services.events,
                          request,
                          outcome.call_sid,
                          "place_call",
                          api::audit_value(order),
                          outcome.error);
    log::info("call ordered",
              {{"callSid", audit.call_sid},
               {"to", log::redact_number(order.to)},
               {"supervisor", audit.supervisor},
               {"peer", audit.peer},
               {"outcome", audit.outcome},
               {"why", audit.reason}});
    co_await core.services.history.audit(std::move(audit), audit_limit);
}

async::awaitable<Outcome> carry_out(Core& core, const Request& request, const OutboundCall& order)
{
    auto error = why_not(core, order);
    Outcome outcome = error ? refused(std::move(*error)) : co_await place(core, order);
    co_await write_down(core, request, order, outcome);
    co_return outcome;
}

// ── under a key ──

KeptAnswer kept(const Response& answer, const std::string& call_sid)
{
    return {.status = answer.status,
            .body = answer.body,
            .location = call_sid.empty() ? std::string{} : "/calls/" + call_sid};
}

/// An order that was claimed has an outcome when its frame ends, or somebody may be called.
class Claimed {
public:
    Claimed(OutboundRules& rules, std::string owner, std::string key)
        : rules_{rules}, owner_{std::move(owner)}, key_{std::move(key)}
    {
    }
    ~Claimed()
    {
        if (over_) return;
        rules_.keys.with([this](OrderKeys& keys) {
            keys.answer(owner_, key_, std::move(without_outcome_), Clock::now());
        });
    }
    Claimed(const Claimed&) = delete;
    Claimed& operator=(const Claimed&) = delete;

    void ends_with(const Outcome& outcome)
    {
        rules_.keys.with([&](OrderKeys& keys) {
            if (outcome.settled)
                keys.answer(owner_, key_, kept(outcome.answer, outcome.call_sid), Clock::now());
            else
                keys.withdraw(owner_, key_);
        });
        over_ = true;
    }

private:
    OutboundRules& rules_;
    std::string owner_;
    std::string key_;
    KeptAnswer without_outcome_ = kept(
        unknown(Error{errc::twilio_error, "it is not known whether the call was placed"}).answer,
        {});
    bool over_ = false;
};

Response replay(KeptAnswer answer)
{
    Response again = json(std::move(answer.body));
    again.status = answer.status;
    if (!answer.location.empty()) again.headers.emplace_back("Location", answer.location);
    again.headers.emplace_back("Idempotency-Replayed", "true");
    return again;
}

Response wait_for_first()
{
    Response refusal = refuse(Error{errc::conflict, "ask again for its answer"});
    refusal.headers.emplace_back("Retry-After", std::to_string(std::chrono::seconds{soon}.count()));
    return refusal;
}

async::awaitable<Response> answer_under_key(Core& core,
                                            const Request& request,
                                            const OutboundCall& order,
                                            const std::string& key)
{
    OutboundRules& rules = core.services.outbound;
    auto claim = rules.keys.with(
        [&](OrderKeys& keys) { return keys.claim(request.supervisor, key, order, Clock::now()); });
    switch (claim.verdict) {
    case OrderKeys::Verdict::answered: co_return replay(std::move(claim.answer));
    case OrderKeys::Verdict::underway: co_return wait_for_first();
    case OrderKeys::Verdict::other: co_return refuse(Error{errc::key_reused});
    case OrderKeys::Verdict::fresh: break;
    }
    Claimed claimed{rules, request.supervisor, key};
    Outcome outcome = co_await carry_out(core, request, order);
    claimed.ends_with(outcome);
    co_return std::move(outcome.answer);
}

}  // namespace

async::awaitable<Response> place_call(Core& core, const Request& request)
{
    const auto order = api::parse_place_call(request.body, core.services.outbound.caller_id);
    if (!order) co_return refuse(order.error());
    if (!request.has(key_header)) {
        Outcome outcome = co_await carry_out(core, request, *order);
        co_return std::move(outcome.answer);
    }
    const std::string key{request.only(key_header)};
    if (!OrderKeys::is_key(key))
        co_return refuse(invalid_field(key_header, "must be 1 to 255 printable characters"));
    co_return co_await answer_under_key(core, request, *order, key);
}

}  // namespace phony::server
