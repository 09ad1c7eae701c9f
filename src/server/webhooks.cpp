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
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace phony::server {
namespace {

using Clock = std::chrono::steady_clock;

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

hub::PlacedCalls::Parties parties_of(const Webhook& webhook)
{
    return {.from = webhook.field("From"), .to = webhook.field("To")};
}

/// A call that we have placed, or someone else has for us, was answered.
Response connect_answered(Core& core, const Webhook& webhook, const Request& request)
{
    hub::PlacedCalls& placed = core.services.placed;
    placed.report(
        webhook.call_sid, {call::LineState::answered, {}}, Clock::now(), parties_of(webhook));
    if (is_to_be_hung_up_on(webhook, request)) {
        log::info("hanging up on a machine",
                  {{"callSid", webhook.call_sid}, {"answeredBy", webhook.field("AnsweredBy")}});
        placed.end(webhook.call_sid, "machine");
        return twiml(twilio::hangup());
    }
    return connect_call(core, webhook);
}

/// From whom the call comes is shown to the other side, as with any transfer.
Response transfer(const Services& services, std::string_view target)
{
    return twiml(
        twilio::dial(target, {}, twilio::url_of(services.relay.public_url, twilio::action_path)));
}

/// Where a call stands whose relay socket broke.
struct Broken {
    bool resumable = false;
    std::optional<call::Memory::Parting> parting;  ///< what it was to come to
};

/// Here it is known for some seconds, and from the history for some minutes, whichever process it
/// was in. That its socket broke may not have been noticed here yet: then its next session takes it
/// over.
async::awaitable<Broken> look_for_broken(Services& services, const std::string& call_sid)
{
    if (const auto resumed = services.calls.resumptions_of_held(call_sid, Clock::now()))
        co_return Broken{.resumable = *resumed < hub::most_resumptions, .parting = {}};
    if (services.calls.contains(call_sid)) co_return Broken{.resumable = true, .parting = {}};
    auto found = co_await services.history.broken_call(call_sid);
    if (!found) co_return Broken{};
    Broken broken{.resumable = found->resumed < hub::most_resumptions,
                  .parting = found->memory.parting};
    if (broken.resumable && !broken.parting)
        services.calls.hold(call_sid, std::move(*found), Clock::now());
    co_return broken;
}

/// The caller is still there, and goes on with the conversation, or is passed on where it had come
/// to that.
async::awaitable<Response> after_failure(Services& services, const Webhook& webhook)
{
    const auto broken = co_await look_for_broken(services, webhook.call_sid);
    if (broken.parting) {
        const auto* to = std::get_if<call::TransferCall>(&broken.parting->how);
        co_return to != nullptr ? transfer(services, to->target) : twiml(twilio::hangup());
    }
    if (!broken.resumable) {
        log::warn("letting a call go whose relay socket broke", {{"callSid", webhook.call_sid}});
        co_return twiml(twilio::say_and_hangup(services.transfer_apology));
    }
    log::warn("resuming a call whose relay socket broke", {{"callSid", webhook.call_sid}});
    services.calls.expect_session(webhook.call_sid, Clock::now());
    co_return twiml(twilio::connect(
        services.relay, webhook.call_sid, token_for(webhook, services), twilio::Greeting::omitted));
}

/// What happens to the caller when the relay session is over.
async::awaitable<Response> after_relay(Services& services, const Webhook& webhook)
{
    if (webhook.field("CallStatus") == "completed") co_return twiml(twilio::empty_response());
    if (const auto dial_status = webhook.field("DialCallStatus"); !dial_status.empty())
        co_return twiml(twilio::after_dial(dial_status, services.transfer_apology));
    if (const auto target = twilio::parse_handoff(webhook.field("HandoffData")))
        co_return transfer(services, *target);
    if (webhook.field("SessionStatus") == "failed")
        co_return co_await after_failure(services, webhook);
    co_return twiml(twilio::hangup());
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
    const bool ours = report && core.services.placed.report(
                                    webhook->call_sid, *report, Clock::now(), parties_of(*webhook));
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
    co_return co_await after_relay(core.services, *webhook);
}

}  // namespace phony::server
