#include "server/voice.hpp"

#include "log/log.hpp"
#include <phony/async/together.hpp>
#include <phony/async/with_deadline.hpp>
#include <phony/base/text.hpp>
#include <phony/call/model_failure.hpp>
#include <phony/speech/phone_audio.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>
#include <variant>

namespace phony::server {
namespace {

using namespace boost::asio::experimental::awaitable_operators;
using async::as_result;
using async::awaitable;
using speech::Line;
using Clock = std::chrono::steady_clock;

constexpr int attempts = 2;

}  // namespace

Voice::Voice(
    Core& core, WebSocket& socket, twilio::ReferenceRelay& codec, std::string call_sid, Step step)
    : core_{core},
      services_{core.services},
      socket_{socket},
      codec_{codec},
      call_sid_{std::move(call_sid)},
      step_{std::move(step)},
      line_{{.lead = services_.speech_lead}},
      timer_{core.executor},
      has_clause_{core.executor},
      line_changed_{core.executor},
      has_parting_{core.executor},
      next_ping_{Clock::now() + services_.limits.viewer_ping}
{
    socket_.leave_silence_to_us();
    core_.speech.warm();
}

/// Two clauses are synthesised at a time: the next one while this one still comes.
awaitable<void> Voice::run()
{
    // What is played is reported from the first word on: nothing needs to be estimated.
    step_(call::Played{});
    co_await async::together(play(), synthesise(), synthesise(), part(), record());
}

// ── from the session ──

void Voice::say(const call::Output& output)
{
    line_.say(output, Clock::now());
    parting_ordered_ = parting_ordered_ || std::holds_alternative<call::HangUpCall>(output) ||
                       std::holds_alternative<call::TransferCall>(output);
    changed();
}

void Voice::cut(call::Turn turn)
{
    line_.cut(turn);
    changed();
}

void Voice::disconnect()
{
    disconnecting_ = true;
    changed();
}

void Voice::finish()
{
    finished_ = true;
    if (asker_) asker_->send(std::nullopt);  // the line is gone, as was ordered
    services_.audio.end(call_sid_);
    if (recording_) recording_->finish();
    changed();
    has_parting_.notify_all();
}

void Voice::hear(const call::Input& input)
{
    if (!codec_.heard().empty()) {
        services_.metrics.audio_received(codec_.heard().size());
        services_.audio.publish(call_sid_, speech::Track::caller, codec_.heard());
    }
    const auto* prompted = std::get_if<call::Prompted>(&input);
    if (prompted == nullptr || is_blank(prompted->text)) return;
    if (const auto interrupted = line_.barge_in(Clock::now())) step_(*interrupted);
    changed();
}

/// Whoever waits for the line looks at it again, through the event loop.
void Voice::changed()
{
    timer_.cancel();
    has_clause_.notify_all();
    line_changed_.notify_all();
}

// ── what is sent ──

awaitable<void> Voice::play()
{
    const auto& limits = services_.limits;
    while (!finished_) {
        line_.advance(Clock::now());
        if (!co_await carry_out_effects()) co_return;  // listen learns of it, too
        if (line_.underruns() != told_underruns_) {
            services_.metrics.speech_underran(line_.underruns() - told_underruns_);
            told_underruns_ = line_.underruns();
        }
        if (disconnecting_) co_return co_await socket_.close(CloseCode::normal, "the call is over");
        if (!co_await keep_alive()) co_return;
        if (finished_) co_return;
        if (line_.has_clause()) has_clause_.notify_all();
        if (line_.has_effects()) continue;  // they came while something was written

        auto due = std::min(next_ping_, socket_.last_heard() + limits.viewer_silence);
        if (const auto next = line_.deadline()) due = std::min(due, *next);
        timer_.expires_at(due);
        co_await timer_.async_wait(as_result);
    }
}

/// Also what reports cause in turn. False when the socket takes nothing more.
awaitable<bool> Voice::carry_out_effects()
{
    for (auto effects = line_.take_effects(); !effects.empty(); effects = line_.take_effects()) {
        for (speech::Effect& effect : effects) {
            if (finished_) co_return false;
            if (const auto* media = std::get_if<speech::Media>(&effect)) {
                services_.metrics.audio_sent(media->audio.size());
                services_.audio.publish(call_sid_, speech::Track::agent, media->audio);
                if (!co_await write(codec_.media(media->audio))) co_return false;
            } else if (std::holds_alternative<speech::Clear>(effect)) {
                services_.audio.publish(call_sid_, speech::Track::agent, {});
                if (!co_await write(twilio::ReferenceRelay::clear)) co_return false;
            } else if (const auto* digit = std::get_if<speech::Digit>(&effect)) {
                const call::Output press = call::PressKeys{std::string(1, digit->key)};
                for (const auto frame : codec_.frames(press)) {
                    if (!co_await write(frame)) co_return false;
                }
            } else if (const auto* report = std::get_if<speech::Report>(&effect)) {
                step_(report->input);
            } else {
                parting_ = std::move(std::get<speech::Part>(effect).how);
                has_parting_.notify_one();
            }
        }
    }
    co_return !finished_;
}

awaitable<bool> Voice::write(std::string_view frame)
{
    services_.metrics.frame_sent();
    if (socket_.takes_now()) {
        socket_.write_now(frame);
        co_return !socket_.needs_flush() || !co_await socket_.flush();
    }
    if (socket_.needs_flush() && co_await socket_.flush()) co_return false;
    co_return !co_await socket_.write(frame);
}

/// The reference's heartbeat, and WebSocket's, which a library answers by itself. False when there
/// was no sign of life.
awaitable<bool> Voice::keep_alive()
{
    const auto now = Clock::now();
    if (now >= socket_.last_heard() + services_.limits.viewer_silence) {
        log::warn("the relay is silent", {{"callSid", call_sid_}});
        co_await socket_.close(CloseCode::policy, "no sign of life");
        co_return false;
    }
    if (now < next_ping_) co_return true;
    next_ping_ = now + services_.limits.viewer_ping;
    if (!co_await write(twilio::ReferenceRelay::ping)) co_return false;
    co_return !co_await socket_.ping();
}

awaitable<void> Voice::record()
{
    if (services_.recordings_directory.empty()) co_return;
    recording_.emplace(core_, call_sid_);
    if (finished_) recording_->finish();
    co_await recording_->run();
}

// ── what is synthesised ──

awaitable<void> Voice::synthesise()
{
    while (!finished_) {
        if (auto clause = line_.next_clause()) {
            co_await speak_clause(std::move(*clause));
        } else {
            co_await has_clause_.wait();
        }
    }
}

awaitable<void> Voice::speak_clause(Line::Clause clause)
{
    const auto id = clause.id;
    co_await (stream_clause(std::move(clause)) || until_unwanted(id));
}

/// Fails only when it is cancelled, so that `||` can rely on it.
awaitable<void> Voice::until_unwanted(Line::ClauseId clause)
{
    while (!finished_ && line_.wants(clause)) co_await line_changed_.wait();
}

/// One retry, while nothing of the clause was played. Never throws, so that `||` can rely on it.
awaitable<void> Voice::stream_clause(Line::Clause clause)
{
    std::string why;
    try {
        for (int attempt = 1; attempt <= attempts; ++attempt) {
            auto failed = co_await stream_once(clause);
            if (finished_ || !line_.wants(clause.id)) co_return;
            services_.metrics.speech_requested(failed ? "failed" : "ok");
            if (!failed) {
                line_.end_audio(clause.id, Clock::now());
                timer_.cancel();
                co_return;
            }
            why = std::move(*failed);
            if (!line_.take_back_audio(clause.id)) break;
        }
    } catch (const std::exception& error) {
        if (finished_ || !line_.wants(clause.id)) co_return;  // cancelled
        why = error.what();
    }
    log::warn("a clause was not spoken", {{"callSid", call_sid_}, {"why", why}});
    line_.fail(clause.id, why, Clock::now());
    timer_.cancel();
}

/// Why the clause could not be synthesised, or nothing.
awaitable<std::optional<std::string>> Voice::stream_once(const Line::Clause& clause)
{
    const auto failure = [](const openai::Failure& failed) {
        return std::string{name_of(failed.reason)} + ": " + failed.detail;
    };
    const auto spoken = core_.speech.ask();
    const auto& limits = services_.limits;
    auto started = co_await async::with_deadline(spoken->start(clause.text), limits.first_audio);
    if (!started) co_return "timeout: no audio in time";
    if (!*started) co_return failure(started->error());

    speech::PhoneAudio audio;
    std::string mu_law;
    for (bool complete = false; !complete;) {
        auto pcm = co_await async::with_deadline(spoken->read(), limits.audio_gap);
        if (!pcm) co_return "timeout: the audio stalled";
        if (!*pcm) co_return failure(pcm->error());
        complete = (*pcm)->empty();
        if (complete) {
            audio.finish(mu_law);
        } else {
            audio.feed(**pcm, mu_law);
        }
        line_.add_audio(clause.id, mu_law, Clock::now());
        mu_law.clear();
        timer_.cancel();  // play() may have waited for it
    }
    co_await spoken->finish();
    co_return std::nullopt;
}

// ── what only the network can do ──

awaitable<void> Voice::part()
{
    while (!finished_) {
        if (!parting_) {
            co_await has_parting_.wait();
            continue;
        }
        const call::Output how = *parting_;
        const auto outcome = co_await ask_network(how);
        parting_.reset();
        parting_ordered_ = outcome.has_value();
        if (asker_) {
            asker_->send(outcome ? std::nullopt : std::optional{outcome.error()});
            asker_.reset();
        }
        if (!finished_) carry_out_parting(how, outcome);
    }
}

awaitable<Result<void>> Voice::ask_network(const call::Output& how)
{
    const auto* transfer = std::get_if<call::TransferCall>(&how);
    if (core_.telephone == nullptr) {
        if (transfer == nullptr) co_return Result<void>{};
        co_return Error{errc::twilio_error,
                        "without TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN no call is transferred"};
    }
    if (transfer == nullptr) co_return co_await core_.telephone->hang_up(call_sid_);
    co_return co_await core_.telephone->transfer(call_sid_, transfer->target);
}

void Voice::carry_out_parting(const call::Output& how, const Result<void>& outcome)
{
    const auto* transfer = std::get_if<call::TransferCall>(&how);
    if (!outcome) {
        log::warn("Twilio did not part with the call",
                  {{"callSid", call_sid_}, {"why", outcome.error().detail}});
        step_(call::PartingFailed{transfer ? transfer->target : std::string{},
                                  outcome.error().detail});
    } else if (core_.telephone == nullptr) {
        disconnect();  // the end of the socket is the end of the call
    }
}

}  // namespace phony::server
