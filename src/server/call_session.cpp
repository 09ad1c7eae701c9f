#include "server/call_session.hpp"

#include "log/log.hpp"
#include "server/call_trace.hpp"
#include <phony/api/call_sid.hpp>
#include <phony/async/log_exception.hpp>
#include <phony/async/together.hpp>
#include <phony/call/model_failure.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <chrono>
#include <exception>
#include <utility>
#include <variant>

namespace phony::server {
namespace {

using namespace std::chrono_literals;
using namespace boost::asio::experimental::awaitable_operators;
using async::as_result;
using async::awaitable;
using Clock = std::chrono::steady_clock;

constexpr std::size_t orders_capacity = 32;

// A model that generates faster than the relay reads waits for it.
constexpr std::size_t long_outbox = 64;

// The turn that stops the model without asking it anything.
constexpr call::Turn no_turn = 0;

/// Counts one request to the model when its frame ends, however it does.
class RequestCount {
public:
    RequestCount(metrics::Metrics& metrics, const hub::ModelReply& reply, const bool& late)
        : metrics_{metrics}, reply_{reply}, late_{late}
    {
    }
    ~RequestCount()
    {
        try {
            count();
        } catch (const std::exception& failure) {  // there is no memory to count with
            log::warn("a request was not counted", {{"what", failure.what()}});
        }
    }
    RequestCount(const RequestCount&) = delete;
    RequestCount& operator=(const RequestCount&) = delete;

    void words(TimePoint now)
    {
        if (first_words_ == TimePoint{}) first_words_ = now;
        last_words_ = now;
    }
    void ended(std::string_view result) { result_ = result; }

private:
    void count() const
    {
        const auto report = reply_.report();
        const auto usage = report.usage.value_or(openai::Usage{});
        metrics_.model_request({.result = !result_.empty() ? result_
                                          : late_          ? "timeout"
                                                           : "cancelled",
                                .input_tokens = usage.prompt_tokens,
                                .cached_tokens = usage.cached_tokens,
                                .output_tokens = usage.completion_tokens,
                                .skipped_events = report.skipped_events,
                                .generating = last_words_ - first_words_});
    }

    metrics::Metrics& metrics_;
    const hub::ModelReply& reply_;
    const bool& late_;
    std::string_view result_;
    TimePoint first_words_;
    TimePoint last_words_;
};

}  // namespace

CallSession::CallSession(Core& core,
                         WebSocket socket,
                         std::string peer,
                         std::string call_sid_in_query,
                         std::optional<TraceContext> trace)
    : core_{core},
      services_{core.services},
      socket_{std::move(socket)},
      peer_{std::move(peer)},
      call_sid_{std::move(call_sid_in_query)},
      continues_trace_{trace.has_value()},
      trace_{trace ? *std::move(trace) : begin_trace()},
      orders_{core.executor, orders_capacity},
      outbox_changed_{core.executor},
      outbox_drained_{core.executor},
      turns_{core.executor},
      thinking_{core.executor},
      timer_{core.executor}
{
}

awaitable<void> CallSession::run()
{
    auto opening = co_await read_opening();  // says which call this is
    if (!opening) co_return;
    auto before = co_await find_broken();
    // One that was announced here within seconds has a token that is older only by a clock that was
    // set meanwhile.
    const auto& calls = services_.calls;
    const bool is_known = before || calls.contains(call_sid_) || calls.has_place(call_sid_);
    if (opening->only_resumes && !is_known) {
        co_await turn_away("relayToken has expired");
        co_return;
    }
    if (before && before->resumed >= hub::most_resumptions) {
        log::warn("letting a call go whose relay socket broke", {{"callSid", call_sid_}});
        co_await socket_.close(CloseCode::policy, "the call was resumed too often");
        co_return;
    }
    // Whoever has the call until now hands it over.
    hub::ReplySlot slot{core_.executor};
    const auto handover = std::make_shared<hub::Handover>();
    const auto registration = services_.calls.add(
        call_sid_, orders_, {handover, slot.reply()});  // leaves with this frame
    core_.model.warm();
    if (co_await slot.answer()) {
        log::info("another relay session goes on with the call", {{"callSid", call_sid_}});
        before = std::move(handover->call);
        events_ = std::move(handover->events);
    } else if (!before) {
        before = services_.calls.take_held(call_sid_, Clock::now());
    }
    co_await converse(std::move(*opening), std::move(before));
}

/// The call that this session goes on with, if it is one whose socket broke.
awaitable<std::optional<hub::HeldCall>> CallSession::find_broken()
{
    auto& calls = services_.calls;
    if (auto held = calls.take_held(call_sid_, Clock::now())) co_return held;
    // One that was announced has no past, and one on the line is not broken.
    if (calls.has_place(call_sid_) || calls.contains(call_sid_)) co_return std::nullopt;
    auto found = co_await services_.history.broken_call(call_sid_);
    if (found && !found->past) co_return std::nullopt;  // it had ended, and begins anew
    co_return found;
}

awaitable<void> CallSession::converse(Opening opening, std::optional<hub::HeldCall> before)
{
    // Where the relay carries audio, what was to be played was here, and is gone.
    const bool expected = services_.calls.take_expected(call_sid_, Clock::now());
    auto* const audio_relay = dynamic_cast<twilio::ReferenceRelay*>(codec_.get());
    const auto how = expected || audio_relay != nullptr ? call::Reconnection::new_session
                                                        : call::Reconnection::same_session;
    if (before) resumed_ = before->resumed + (events_ ? 0 : 1);
    if (before && !continues_trace_) trace_ = std::move(before->trace);
    opening.connected.trace_id = to_hex(trace_.trace_id);
    if (!events_)
        events_ = std::make_unique<hub::EventHub::Source>(
            services_.events, call_sid_, before && before->past ? &*before->past : nullptr);
    services_.placed.connected(call_sid_);
    conversation_ = before ? std::make_unique<call::Conversation>(
                                 services_.policy, std::move(before->memory), how)
                           : std::make_unique<call::Conversation>(services_.policy);

    if (audio_relay != nullptr)
        voice_ = std::make_unique<Voice>(
            core_, socket_, *audio_relay, call_sid_, [this](const call::Input& input) {
                step(input);
            });
    std::exception_ptr bug;
    try {
        step(opening.connected);
        services_.history.remember(call_sid_, trace_);
        if (opening.first) step(*opening.first);
        co_await async::together(side_by_side(listen()),
                                 side_by_side(obey()),
                                 think(),
                                 side_by_side(voice_ ? voice_->run() : speak()),
                                 side_by_side(tick()));
        co_return;
    } catch (...) {
        bug = std::current_exception();
    }
    // A bug ends this call, or the process ends; it is accounted for like any other.
    if (!async::is_cancellation(bug))
        log::error("the call failed", {{"callSid", call_sid_}, {"what", async::describe(bug)}});
    if (!finished_) break_off(async::is_cancellation(bug) ? "shutdown" : "internal_error");
    std::rethrow_exception(bug);
}

/// A loop that fails ends the others; what think() is waiting for is not theirs to cancel.
awaitable<void> CallSession::side_by_side(awaitable<void> loop)
{
    std::exception_ptr failure;
    try {
        co_await std::move(loop);
    } catch (...) {
        failure = std::current_exception();
    }
    if (!failure) co_return;
    ++thought_;
    thinking_.interrupt();
    std::rethrow_exception(failure);
}

// ── the first frame ──

awaitable<std::optional<CallSession::Opening>> CallSession::read_opening()
{
    timer_.expires_after(services_.limits.first_frame);
    co_return co_await (read_first_frame() && give_up_waiting());
}

/// Not a cancelled read: after one a WebSocket cannot even send a farewell.
awaitable<void> CallSession::give_up_waiting()
{
    auto [cancelled] = co_await timer_.async_wait(as_result);
    if (!cancelled) co_await socket_.close(CloseCode::policy, "no first frame in time");
}

awaitable<std::optional<CallSession::Opening>> CallSession::read_first_frame()
{
    const auto frame = co_await socket_.read();
    timer_.cancel();
    if (!frame) co_return std::nullopt;
    services_.metrics.frame_received();

    const auto dialect = twilio::detect_dialect(frame->text);
    if (!dialect) {
        co_await socket_.close(CloseCode::policy, dialect.error().detail);
        co_return std::nullopt;
    }
    codec_ = twilio::make_codec(*dialect);
    auto input = codec_->parse_frame(frame->text);
    if (!input) {
        co_await socket_.close(CloseCode::policy, input.error().detail);
        co_return std::nullopt;
    }

    Opening opening;
    if (auto* connected = std::get_if<call::Connected>(&*input)) {
        opening.connected = std::move(*connected);
    } else {
        opening.connected.carries_audio = *dialect == twilio::Dialect::reference;
        opening.first = std::move(*input);
    }
    const auto& parameters = opening.connected.parameters;
    const auto parameter = parameters.find("callSid");
    auto call_sid = api::resolve_call_sid(opening.connected.call_sid,
                                          call_sid_,
                                          parameter == parameters.end() ? "" : parameter->second);
    if (!call_sid) {
        co_await socket_.close(CloseCode::policy, call_sid.error().detail);
        co_return std::nullopt;
    }
    call_sid_ = std::move(*call_sid);
    opening.connected.call_sid = call_sid_;

    const auto admission = admit(services_, opening.connected, *dialect);
    opening.only_resumes = admission.only_resumes;
    if (!admission.refusal.empty()) {
        co_await turn_away(admission.refusal);
        co_return std::nullopt;
    }
    co_return opening;
}

/// The reason names no token: it is a secret for as long as it is good.
awaitable<void> CallSession::turn_away(std::string_view why)
{
    services_.metrics.signature_failed("setup");
    log::warn("refused a relay session that Twilio has not announced",
              {{"callSid", call_sid_}, {"why", why}, {"peer", peer_}});
    co_await socket_.close(CloseCode::policy, why);
}

// ── the five loops ──

awaitable<void> CallSession::listen()
{
    while (const auto frame = co_await socket_.read()) {
        services_.metrics.frame_received();
        const auto input = frame->binary
                               ? Result<call::Input>{Error{errc::websocket_error, "a binary frame"}}
                               : codec_->parse_frame(frame->text);
        if (!input) {
            skip_frame(input.error());
            continue;
        }
        if (const auto* ignored = std::get_if<call::Ignored>(&*input);
            ignored != nullptr && !ignored->known)
            services_.metrics.frame_unknown();
        if (voice_) voice_->hear(*input);
        step(*input);
    }
    const auto state = co_await async::asio::this_coro::cancellation_state;
    if (state.cancelled() == async::asio::cancellation_type::none) {
        hang_up();
    } else {
        break_off("shutdown");
    }
}

awaitable<void> CallSession::obey()
{
    while (auto message = co_await orders_.receive()) {
        if (auto* succession = std::get_if<hub::Succession>(&*message)) {
            if (!succession->reply.is_awaited()) continue;
            give_up_to(std::move(*succession));
            co_await socket_.close(CloseCode::normal, "another socket of the call took over");
            co_return;
        }
        auto& order = std::get<hub::Order>(*message);
        if (!order.reply.is_awaited()) continue;
        step(std::move(order.what));
        if (voice_ && !refused_ && voice_->is_parting()) {
            voice_->answer_with(std::move(order.reply));
        } else {
            order.reply.send(std::exchange(refused_, std::nullopt));
        }
    }
}

awaitable<void> CallSession::think()
{
    while (const auto turn = co_await turns_.take()) co_await thinking_.run(stream(*turn));
}

awaitable<void> CallSession::speak()
{
    while (!finished_) {
        if (socket_.needs_flush()) {
            if (co_await socket_.flush()) co_return;  // listen learns of it, too
        } else if (auto next = outbox_.pop()) {
            if (!co_await write(next->output)) co_return;
            written(*next);
        } else if (disconnecting_) {
            co_await socket_.close(CloseCode::normal, "the call is over");
            co_return;
        } else {
            outbox_drained_.notify_all();
            co_await outbox_changed_.wait();
        }
    }
}

awaitable<void> CallSession::tick()
{
    while (!finished_) {
        const auto due = conversation_->deadline();
        timer_.expires_at(due.value_or(TimePoint::max()));
        auto [rearmed] = co_await timer_.async_wait(as_result);
        if (!rearmed && !finished_) step(call::DeadlineReached{});
    }
}

// ── the model ──

awaitable<void> CallSession::stream(call::Turn turn)
{
    if (turn == no_turn) co_return;
    const auto thought = thought_;
    std::string bug;
    try {
        co_await stream_reply(turn);
        co_return;
    } catch (const std::exception& error) {
        if (steps_ > 0) throw;  // what a step has left undone, the call cannot go on without
        bug = error.what();
    }
    if (thought != thought_ || finished_) co_return;  // not a bug: a newer turn has cancelled us
    log::error("thinking failed", {{"callSid", call_sid_}, {"turn", turn}, {"what", bug}});
    step(call::ThinkFailed{turn, call::ModelFailure::cut, "internal error"});
}

awaitable<void> CallSession::stream_reply(call::Turn turn)
{
    const auto thought = thought_;
    const auto wanted = [&] { return thought == thought_ && !finished_; };
    const auto reply = core_.model.ask();
    model_late_ = false;
    RequestCount count{services_.metrics, *reply, model_late_};
    const auto failed = [&](const openai::Failure& failure) {
        if (!wanted()) return;
        count.ended(name_of(failure.reason));
        step(call::ThinkFailed{
            turn, failure.reason, failure.detail, std::string{reply->request_id()}});
    };

    if (const auto sent =
            co_await reply->send(services_.chat_request.body(conversation_->history()),
                                 trace_headers(begin_span(trace_)));
        !sent)
        co_return failed(sent.error());
    if (!wanted()) co_return;
    step(call::RequestWritten{turn});

    if (const auto started = co_await reply->started(); !started) co_return failed(started.error());
    if (!wanted()) co_return;
    step(call::ResponseStarted{turn, std::string{reply->request_id()}});

    bool complete = false;
    const auto take = [&](const hub::ModelRead& read) {
        if (!wanted()) return false;
        complete = read.complete;
        count.words(Clock::now());
        step(call::TokensArrived{turn, read.text, complete});
        return wanted() && outbox_.size() <= long_outbox;
    };
    while (!complete) {
        const auto read = co_await reply->read(take);
        if (!wanted()) co_return;
        if (!read) co_return failed(read.error());
        while (outbox_.size() > long_outbox && wanted()) co_await outbox_drained_.wait();
        if (!wanted()) co_return;
    }
    count.ended("ok");
    co_await reply->finish();
}

// ── from the conversation to the world ──

void CallSession::step(const call::Input& input)
{
    ++steps_;
    actions_.clear();
    conversation_->step(input, Clock::now(), actions_);
    for (call::Action& action : actions_) {
        std::visit([this](auto& what) { carry_out(what); }, action);
    }
    if (conversation_->has_news()) remember_news();
    speak_now();
    // The timer is moved only forwards: when it fires too early, tick() looks again.
    if (const auto due = conversation_->deadline(); due && *due < timer_.expiry()) timer_.cancel();
    --steps_;
}

void CallSession::remember_news()
{
    for (auto& line : conversation_->take_news())
        services_.history.remember(call_sid_, std::move(line));
}

/// Most words leave within the step that they arrive in; speak() sees to the rest.
void CallSession::speak_now()
{
    const auto leaves = [this] { return !finished_ && !outbox_.empty() && socket_.takes_now(); };
    while (leaves()) {
        for (const std::string_view frame : codec_->frames(outbox_.front())) {
            socket_.write_now(frame);
            services_.metrics.frame_sent();
        }
        if (const auto begun = outbox_.drop_front()) step(call::SpeechWritten{*begun});
    }
    if (!outbox_.empty() || socket_.needs_flush()) outbox_changed_.notify_one();
}

void CallSession::written(const call::Outbox::Next& next)
{
    if (next.first_of_turn) step(call::SpeechWritten{std::get<call::Speak>(next.output).turn});
}

void CallSession::carry_out(call::Say& say)
{
    if (voice_) return voice_->say(say.output);
    outbox_.push(std::move(say.output));
}

void CallSession::carry_out(const call::CutSpeech& cut)
{
    if (voice_) return voice_->cut(cut.turn);
    outbox_.cut(cut.turn);
}

void CallSession::carry_out(const call::Think& think)
{
    ++thought_;
    model_late_ = think.late;
    turns_.put(think.turn);
    thinking_.interrupt();
}

void CallSession::carry_out(const call::StopThinking& stop)
{
    ++thought_;
    model_late_ = stop.late;
    turns_.put(no_turn);
    thinking_.interrupt();
}

void CallSession::carry_out(const call::Publish& publish)
{
    events_->publish(publish.event);
}

void CallSession::carry_out(const call::Disconnect&)
{
    if (voice_) return voice_->disconnect();
    disconnecting_ = true;
    outbox_changed_.notify_one();
}

void CallSession::carry_out(call::Answer& answer)
{
    refused_ = std::move(answer.refused);
}

awaitable<bool> CallSession::write(const call::Output& output)
{
    for (const std::string_view frame : codec_->frames(output)) {
        if (co_await socket_.write(frame)) co_return false;
        services_.metrics.frame_sent();
    }
    co_return true;
}

void CallSession::hang_up()
{
    if (replaced_) return finish();
    const bool resumable = !socket_.closed_by_handshake() && !conversation_->is_ending();
    step(call::HungUp{resumable});
    if (resumable)
        services_.calls.hold(
            call_sid_,
            {.memory = conversation_->memory(), .resumed = resumed_, .trace = trace_},
            Clock::now());
    finish();
}

/// A newer session has the call from now on. What is left to this one is to close its socket.
void CallSession::give_up_to(hub::Succession succession)
{
    step(call::HungUp{.our_doing = call::Conversation::taken_over});
    replaced_ = true;
    succession.to->call = {.memory = conversation_->memory(), .resumed = resumed_, .trace = trace_};
    succession.to->events = std::move(events_);
    succession.reply.send(std::nullopt);
    finish();
}

/// It is not the caller's doing that the call ends.
void CallSession::break_off(std::string_view why)
{
    if (replaced_) return finish();
    step(call::HungUp{.our_doing = why});
    finish();
}

/// The call is over: every loop comes to its end.
void CallSession::finish()
{
    finished_ = true;
    turns_.finish();
    thinking_.interrupt();
    orders_.close();
    timer_.cancel();
    outbox_changed_.notify_all();
    outbox_drained_.notify_all();
    if (voice_) voice_->finish();
}

void CallSession::skip_frame(const Error& error)
{
    services_.metrics.frame_malformed();
    if (std::exchange(warned_of_frames_, true)) return;
    log::warn("skipping malformed relay frames", {{"callSid", call_sid_}, {"why", error.detail}});
}

}  // namespace phony::server
