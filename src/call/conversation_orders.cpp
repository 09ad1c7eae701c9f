// What the model and supervisors may order of a conversation; the rest is in conversation.cpp.

#include <phony/call/conversation.hpp>
#include <phony/call/override.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

namespace phony::call {

// ── commands ──

void Conversation::carry_out(const Press& press, Reply& reply)
{
    reply.acted = true;
    playback_.append_digits(press.digits, now_);
    say(PressKeys{press.digits});
    note_answer(reply.answers);
    executed(press, reply.turn);
}

void Conversation::carry_out(const Transfer& transfer, Reply& reply)
{
    if (!policy_.may_transfer_to(transfer.target)) {
        reject(transfer, Rejection::target_not_allowed, reply.turn);
    } else {
        part_after_speech(transfer, reply);
    }
}

void Conversation::carry_out(const EndCall& end_call, Reply& reply)
{
    part_after_speech(end_call, reply);
}

void Conversation::carry_out(const RequestUser& request, Reply& reply)
{
    if (question_) {
        reject(request, Rejection::question_pending, reply.turn);
        return;
    }
    const Duration patience = policy_.clarification_timeout;
    question_ = Question{request.prompt, now_ + patience};
    executed(request, reply.turn);
    publish(
        ClarificationRequested{request.prompt, std::chrono::duration<double>(patience).count()});
    reply.acted = true;
    speak_sentence(reply, policy_.holding_phrase, false);
    note_answer(reply.answers);
}

void Conversation::executed(const Command& command, Turn turn)
{
    ++metrics_.command_count;
    publish(CommandExecuted{std::string{name_of(command)}, std::string{value_of(command)}, turn});
}

void Conversation::reject(const Command& command, Rejection reason, Turn turn)
{
    publish(CommandRejected{std::string{name_of(command)},
                            std::string{value_of(command)},
                            std::string{name_of(reason)},
                            turn});
}

/// The farewell is complete; the rest of the reply would be spoken into a dead line.
void Conversation::part_after_speech(Command command, Reply& reply)
{
    speak(reply, {}, true);
    reply.acted = true;
    reply.muted = true;
    question_.reset();
    farewell_ = Farewell{std::move(command),
                         reply.turn,
                         reply.answers,
                         playback_.mark(),
                         now_ + policy_.farewell_cap};
}

void Conversation::part_when_heard()
{
    if (!farewell_ || phase_ != Phase::talking) return;
    if (!playback_.heard_up_to(farewell_->mark) && now_ < due_of(*farewell_)) return;
    const Command command = std::move(farewell_->command);
    const Turn turn = farewell_->turn;
    farewell_.reset();
    part(command, turn);
}

void Conversation::part(const Command& command, Turn turn)
{
    executed(command, turn);
    if (const auto* transfer = std::get_if<Transfer>(&command)) {
        hang_up(TransferCall{transfer->target}, "transfer");
    } else {
        hang_up(HangUpCall{}, "end_call");
    }
}

void Conversation::hang_up(Output how, std::string reason)
{
    cut_reply();
    farewell_.reset();
    question_.reset();
    keys_.clear();
    parting_ = Memory::Parting{how, reason};
    end_reason_ = std::move(reason);
    close_due_ = now_ + policy_.close_grace;
    phase_ = Phase::closing;
    say(std::move(how));
}

/// Who was not connected is still on the line, and is told by the model; who cannot be hung up on
/// by the network loses the relay.
void Conversation::on(const PartingFailed& failed)
{
    if (phase_ != Phase::closing) return;
    publish(CallError{"TWILIO_ERROR", failed.detail});
    close_due_.reset();
    if (failed.target.empty()) {
        act(Disconnect{});
        return;
    }
    phase_ = Phase::talking;
    parting_.reset();
    end_reason_ = "hung_up";
    begin_turn("[no answer] The call could not be transferred to " + failed.target + ".");
}

// ── supervisors ──

void Conversation::on(const Overridden& overridden)
{
    auto refused = std::visit([this](const auto& order) { return obey(order); }, overridden.order);
    if (!refused) {
        ++metrics_.override_count;
        publish(SupervisorOverride{std::string{action_of(overridden.order)},
                                   value_of(overridden.order),
                                   overridden.supervisor});
    }
    act(Answer{std::move(refused)});
}

std::optional<Error> Conversation::obey(const SayText& order)
{
    cut_reply();
    dialogue_.append(open_utterance(0, false), order.text);
    playback_.append(order.text, now_);
    playback_.close();
    say(Speak{.turn = 0, .text = order.text, .last = true, .preemptible = false});

    // The call is not over while a supervisor speaks; a transfer waits for these words, too.
    if (farewell_ && std::holds_alternative<EndCall>(farewell_->command)) barge_in();
    if (farewell_) farewell_->mark = playback_.mark();
    return std::nullopt;
}

std::optional<Error> Conversation::obey(const SendDigit& order)
{
    playback_.append_digits({&order.digit, 1}, now_);
    say(PressKeys{std::string(1, order.digit), true});
    return std::nullopt;
}

std::optional<Error> Conversation::obey(const EndNow&)
{
    hang_up(HangUpCall{}, "supervisor");
    return std::nullopt;
}

std::optional<Error> Conversation::obey(const TransferNow& order)
{
    if (farewell_ && std::holds_alternative<Transfer>(farewell_->command)) {
        return Error{errc::invalid_request, std::string{name_of(Rejection::second_transfer)}};
    }
    hang_up(TransferCall{order.target}, "transfer");
    return std::nullopt;
}

/// The relay has been told to end the session, and is about to.
Error Conversation::refusal_after_the_end(const Override& order) const
{
    const bool transferred = phase_ == Phase::closing && end_reason_ == "transfer";
    if (transferred && std::holds_alternative<TransferNow>(order)) {
        return {errc::invalid_request, std::string{name_of(Rejection::second_transfer)}};
    }
    return {errc::call_not_found, "the call is over"};
}

std::optional<Error> Conversation::obey(const Clarify& order)
{
    if (!question_) return Error{errc::invalid_request, "no_pending_question"};
    question_.reset();
    begin_turn("[supervisor] " + order.response);
    return std::nullopt;
}

}  // namespace phony::call
