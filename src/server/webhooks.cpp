#include "log/log.hpp"
#include "server/endpoints.hpp"
#include "server/services.hpp"
#include <phony/api/call_sid.hpp>
#include <phony/base/fields.hpp>
#include <phony/base/form.hpp>
#include <phony/call/outbound_call.hpp>
#include <phony/twilio/outbound.hpp>
#include <phony/twilio/public_url.hpp>
#include <phony/twilio/relay.hpp>
#include <phony/twilio/twiml.hpp>

#include <chrono>

namespace phony::server {
namespace {

using Clock = std::chrono::steady_clock;

/// A call whose relay socket keeps breaking is let go after so many new ones.
constexpr int most_resumptions = 3;

/// A webhook of Twilio's, read and verified.
struct Webhook {
    Form form;
    std::string call_sid;

    std::string_view field(std::string_view name) const { return form.find(name).value_or(""); }
};

Result<Webhook> read_webhook(Core& core, const Request& request)
{
    auto form = parse_form(request.body);
    if (!form) return form.error();

    const auto& signatures = core.services.signatures;
    if (signatures.enabled() &&
        !signatures.form_post(request.target, *form, request.only("X-Twilio-Signature"))) {
        core.services.metrics.signature_failed("webhook");
        const auto call_sid = form->find("CallSid").value_or("");
        log::warn("refused a webhook without Twilio's signature",
                  {{"callSid", api::is_call_sid(call_sid) ? call_sid : std::string_view{}},
                   {"path", request.path()},
                   {"peer", request.peer}});
        return Error{errc::invalid_signature};
    }
    Webhook webhook{.form = std::move(*form), .call_sid = {}};
    webhook.call_sid = webhook.field("CallSid");
    if (webhook.call_sid.empty()) return invalid_field("CallSid", "is missing");
    if (!api::is_call_sid(webhook.call_sid)) return invalid_field("CallSid", "is not a call SID");
    return webhook;
}

/// Nothing when there is a place for the call, which is then kept for it.
std::string_view why_not_take(const Services& services, std::string_view call_sid)
{
    if (services.succeeded) return {};  // whoever accepts the relay's socket counts the call
    // Whoever we have called is not told to call again.
    if (services.draining && !services.placed.contains(call_sid)) return "draining";
    return services.calls.keep_place(call_sid, services.max_calls, Clock::now()) ? "" : "full";
}

std::string token_for(const Webhook& webhook, const Services& services)
{
    return services.relay_tokens.issue(webhook.call_sid, std::chrono::system_clock::now());
}

/// Both directions are answered alike: the call is connected to our relay socket. Answering is
/// idempotent, because Twilio asks again when it gets no answer.
Response connect_call(Core& core, const Webhook& webhook)
{
    const Services& services = core.services;
    if (const auto why = why_not_take(services, webhook.call_sid); !why.empty()) {
        services.metrics.call_turned_away(why);
        log::warn("turned a call away", {{"callSid", webhook.call_sid}, {"why", why}});
        return twiml(twilio::overflow(services.overflow_sentence, services.overflow_number));
    }
    log::info("call announced",
              {{"callSid", webhook.call_sid},
               {"from", log::redact_number(webhook.field("From"))},
               {"to", log::redact_number(webhook.field("To"))},
               {"status", webhook.field("CallStatus")}});
    return twiml(twilio::connect(services.relay, webhook.call_sid, token_for(webhook, services)));
}

/// Nobody wants to talk to a fax; what is to be done with an answering machine was decided when the
/// call was placed, and stands in the address that Twilio asks.
bool is_to_be_hung_up_on(const Webhook& webhook, const Request& request)
{
    const auto answered_by = webhook.field("AnsweredBy");
    if (twilio::is_fax(answered_by)) return true;
    return twilio::is_machine(answered_by) &&
           request.parameter(twilio::on_machine_parameter) == twilio::hang_up_on_machine;
}

/// A call that we have placed, or someone else has for us, was answered.
Response connect_answered(Core& core, const Webhook& webhook, const Request& request)
{
    hub::PlacedCalls& placed = core.services.placed;
    if (is_to_be_hung_up_on(webhook, request)) {
        log::info("hanging up on a machine",
                  {{"callSid", webhook.call_sid}, {"answeredBy", webhook.field("AnsweredBy")}});
        placed.end(webhook.call_sid, "machine");
        return twiml(twilio::hangup());
    }
    placed.report(webhook.call_sid, {call::LineState::answered, {}}, Clock::now());
    return connect_call(core, webhook);
}

/// What happens to the caller when the relay session is over.
Response after_relay(Core& core, const Webhook& webhook)
{
    const Services& services = core.services;
    if (webhook.field("CallStatus") == "completed") return twiml(twilio::empty_response());
    if (const auto dial_status = webhook.field("DialCallStatus"); !dial_status.empty()) {
        return twiml(twilio::after_dial(dial_status, services.transfer_apology));
    }
    if (const auto target = twilio::parse_handoff(webhook.field("HandoffData"))) {
        // From whom the call comes is shown to the other side, as with any transfer.
        return twiml(twilio::dial(
            *target, {}, twilio::url_of(services.relay.public_url, twilio::action_path)));
    }
    if (webhook.field("SessionStatus") == "failed") {
        const auto resumed = services.calls.resumptions_of_held(webhook.call_sid, Clock::now());
        if (resumed && *resumed < most_resumptions) {
            log::warn("resuming a call whose relay socket broke", {{"callSid", webhook.call_sid}});
            return twiml(twilio::connect(services.relay,
                                         webhook.call_sid,
                                         token_for(webhook, services),
                                         twilio::Greeting::omitted));
        }
        return twiml(twilio::say_and_hangup(services.transfer_apology));
    }
    return twiml(twilio::hangup());
}

}  // namespace

async::awaitable<Response> start_call(Core& core, const Request& request)
{
    const auto webhook = read_webhook(core, request);
    if (!webhook) co_return refuse(webhook.error());
    co_return connect_answered(core, *webhook, request);
}

async::awaitable<Response> receive_call(Core& core, const Request& request)
{
    const auto webhook = read_webhook(core, request);
    if (!webhook) co_return refuse(webhook.error());
    co_return connect_call(core, *webhook);
}

async::awaitable<Response> call_status(Core& core, const Request& request)
{
    const auto webhook = read_webhook(core, request);
    if (!webhook) co_return refuse(webhook.error());
    const auto status = webhook->field("CallStatus");
    const auto report = twilio::parse_call_status(status);
    const bool ours = report &&
                      core.services.placed.report(webhook->call_sid, *report, Clock::now());
    log::info("call status",
              {{"callSid", webhook->call_sid},
               {"status", report ? status : std::string_view{"unknown"}},
               {"connecting", ours},
               {"sipResponseCode", webhook->field("SipResponseCode")},
               {"error", webhook->field("ErrorCode")}});
    co_return Response{.status = 204};
}

async::awaitable<Response> relay_action(Core& core, const Request& request)
{
    const auto webhook = read_webhook(core, request);
    if (!webhook) co_return refuse(webhook.error());
    log::info("relay session ended",
              {{"callSid", webhook->call_sid},
               {"status", webhook->field("SessionStatus")},
               {"error", webhook->field("ErrorCode")}});
    co_return after_relay(core, *webhook);
}

}  // namespace phony::server
