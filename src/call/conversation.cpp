#include <phony/call/conversation.hpp>

#include <phony/base/text.hpp>
#include <phony/call/model_failure.hpp>
#include <phony/call/spoken_text.hpp>

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

namespace phony::call {
namespace {

using namespace std::chrono_literals;

// The clock's estimate of what was heard is a little early rather than late: half a second more of
// silence is better than a farewell cut short.
constexpr Duration estimate_margin = 500ms;

constexpr std::size_t most_keys = 64;

/// Why a call ended that another process may go on with.
constexpr std::string_view shutdown = "shutdown";

// Messages that no caller spoke (a supervisor's answer is another). User messages, because many
// compatible servers refuse a later system message.
constexpr std::string_view no_answer_prefix = "[no answer] ";
constexpr std::string_view keys_prefix = "[keys] ";

std::string concat(std::string_view prefix, std::string_view text)
{
    std::string joined{prefix};
    joined += text;
    return joined;
}

/// Neither a reply's single words nor how its request goes tell of what was said or heard.
bool may_be_news(const Input& input)
{
    if (const auto* tokens = std::get_if<TokensArrived>(&input)) return tokens->complete;
    return !std::holds_alternative<RequestWritten>(input) &&
           !std::holds_alternative<ResponseStarted>(input);
}

void earliest(std::optional<TimePoint>& due, TimePoint candidate)
{
    if (!due || candidate < *due) due = candidate;
}

}  // namespace

Conversation::Conversation(const Policy& policy)
    : policy_{policy}, history_tokens_{policy.history_tokens}
{
}

Conversation::Conversation(const Policy& policy, Memory before, Reconnection how)
    : Conversation{policy}
{
    resumed_ = how;
    before_ = std::move(before);
    dialogue_ = std::move(before_.dialogue);
    turn_ = before_.turn;
    const auto playing = before_.playback.under_way();
    if (how == Reconnection::same_session) {
        playback_ = std::move(before_.playback);
        cut_ = before_.cut;
        for (const Playback::Id utterance : playing) unsettled_.push_back({.entry = utterance});
        return;
    }
    for (const Playback::Id utterance : playing) {
        // Of a relay that tells nothing, what is complete counts as heard.
        if (before_.playback.is_silent() && utterance != before_.cut) continue;
        dialogue_.revise(utterance, before_.playback.heard_so_far(utterance, before_.lost_at));
    }
}

Memory Conversation::memory() const
{
    Memory memory{.dialogue = dialogue_,
                  .turn = turn_,
                  .playback = playback_,
                  .cut = cut_,
                  .lost_at = lost_at_,
                  .question = question_,
                  .keys = keys_,
                  .farewell = {},
                  .parting = parting_,
                  .started = {},
                  .metrics = {}};
    if (farewell_) memory.farewell = farewell_->command;
    if (end_reason_ == taken_over) {
        memory.started = started_;
        memory.metrics = metrics_;
    }
    return memory;
}

void Conversation::step(const Input& input, TimePoint now, std::vector<Action>& actions)
{
    out_ = &actions;
    now_ = now;
    if (phase_ == Phase::talking) {
        std::visit([this](const auto& what) { on(what); }, input);
        part_when_heard();
        publish_latencies(false);
        news_ = news_ || may_be_news(input);
    } else if (const auto* late = std::get_if<Overridden>(&input)) {
        act(Answer{refusal_after_the_end(late->order)});
    } else if (phase_ == Phase::closing) {
        if (const auto* hung_up = std::get_if<HungUp>(&input)) on(*hung_up);
        if (const auto* failed = std::get_if<PartingFailed>(&input)) on(*failed);
        if (close_due_ && now_ >= *close_due_) {
            close_due_.reset();
            act(Disconnect{});
        }
    }
}

std::optional<TimePoint> Conversation::deadline() const
{
    std::optional<TimePoint> due;
    if (phase_ == Phase::over) return due;
    if (phase_ == Phase::closing) return close_due_;

    if (reply_) {
        earliest(due, reply_->acted ? reply_->token_due : reply_->reply_due);
        if (!reply_->acted && reply_->attempt == 1 && !reply_->answered)
            earliest(due, reply_->attempt_due);
    }
    if (!keys_.empty()) earliest(due, keys_due_);
    if (question_) earliest(due, question_->expires);
    if (farewell_) earliest(due, due_of(*farewell_));
    for (const OpenTurn& turn : open_turns_) {
        if (turn.finished && !playback_.reports(turn.mark))
            earliest(due, playback_.estimated_end(turn.mark) + estimate_margin);
    }
    return due;
}

std::vector<Message> Conversation::history()
{
    dialogue_.trim(history_tokens_);
    return dialogue_.messages();
}

// ── the caller ──

void Conversation::on(const Connected& connected)
{
    if (started_) return;  // a socket that says twice which call it is
    started_ = now_;
    trace_id_ = connected.trace_id;
    const bool audio = connected.carries_audio;
    if (before_.started) {
        started_ = before_.started;
        metrics_ = before_.metrics;
    } else {
        publish(CallStarted{connected.from, connected.to, connected.direction, trace_id_, audio});
    }
    if (resumed_) return go_on();
    // As a rule the relay speaks the greeting by itself.
    const std::string& greeting = audio ? policy_.own_greeting : policy_.greeting;
    if (greeting.empty()) return;
    playback_.begin(dialogue_.add(Role::assistant, greeting), 0, false, now_);
    playback_.append(greeting, now_);
    playback_.close();
    if (audio) say(Speak{.turn = 0, .text = greeting, .last = true});
}

/// What was ordered before is done, and what was said is answered.
void Conversation::go_on()
{
    Memory before = std::exchange(before_, {});
    question_ = std::move(before.question);
    keys_ = std::move(before.keys);
    keys_due_ = now_ + policy_.dtmf_gap;
    if (before.parting) {
        hang_up(std::move(before.parting->how), std::move(before.parting->reason));
    } else if (before.farewell) {
        part(*before.farewell, turn_);
    } else if (const auto question = dialogue_.unanswered()) {
        if (resumed_ == Reconnection::same_session) replayable_ = question;
        answer(*question);
    }
}

/// A relay that reconnects by itself cannot know what had reached us: it may repeat the prompt that
/// is being answered. One that was answered is said anew.
bool Conversation::is_replayed(const Prompted& prompted)
{
    if (!prompted.final) return false;
    const auto question = std::exchange(replayable_, std::nullopt);
    if (!question || !reply_ || reply_->acted || reply_->answers != *question) return false;
    const auto* said = dialogue_.find(*question);
    return said != nullptr && said->content == prompted.text;
}

void Conversation::on(const Prompted& prompted)
{
    if (is_blank(prompted.text) || is_replayed(prompted)) return;
    publish(Transcript{prompted.text, prompted.final});
    if (!prompted.final) return;
    ++metrics_.transcript_count;
    barge_in();
    if (phase_ == Phase::talking) begin_turn(prompted.text);
}

void Conversation::on(const KeyPressed& pressed)
{
    publish(Dtmf{pressed.key});
    barge_in();
    if (phase_ != Phase::talking) return;
    keys_ += pressed.key;
    keys_due_ = now_ + policy_.dtmf_gap;
    if (pressed.key == '#' || policy_.dtmf_gap == Duration::zero() || keys_.size() == most_keys)
        take_keys();
}

void Conversation::take_keys()
{
    barge_in();
    if (phase_ == Phase::talking) begin_turn(concat(keys_prefix, std::exchange(keys_, {})));
}

void Conversation::on(const Interrupted& interrupted)
{
    const auto heard = playback_.interrupted(interrupted.heard, now_);
    if (!heard) return;
    if (cut_ == heard->utterance) cut_.reset();
    dialogue_.revise(heard->utterance, heard->text);
    publish(SpeechInterrupted{heard->turn, heard->text});
    if (OpenTurn* turn = open_turn(heard->turn)) turn->clock.interrupted();
    // A newer reply that is not being played yet goes on: the caller spoke over the older one.
    if (reply_ && reply_->utterance == heard->utterance) abandon_reply();
    act(CutSpeech{heard->turn});
    // Nor is its farewell called off. The interrupt may have come with the very key that it
    // answers.
    if (farewell_ && heard->utterance > farewell_->answers) barge_in();
}

/// The caller goes on talking while an end is pending: it is called off, or a transfer made at
/// once.
void Conversation::barge_in()
{
    if (!farewell_) return;
    const Command command = std::move(farewell_->command);
    const Turn turn = farewell_->turn;
    const Dialogue::Entry question = farewell_->answers;
    farewell_.reset();
    if (std::holds_alternative<Transfer>(command)) {
        part(command, turn);
    } else {
        note_answer(question);
        reject(command, Rejection::barge_in, turn);
    }
}

void Conversation::on(const AgentSpeaking& speaking)
{
    const auto turn = playback_.agent_speaking(speaking.on, now_);
    if (!turn) return;
    if (OpenTurn* open = open_turn(*turn)) open->clock.agent_speaking(now_);
}

void Conversation::on(const Played& played)
{
    if (const auto heard = playback_.played(played.text, now_))
        dialogue_.revise(heard->utterance, heard->text);
}

void Conversation::on(const RelayComplained& complaint)
{
    publish(CallError{"TWILIO_ERROR", complaint.description});
}

void Conversation::on(const HungUp& hung_up)
{
    lost_at_ = now_;
    news_ = true;
    const bool goes_on = hung_up.resumable || hung_up.our_doing == taken_over ||
                         hung_up.our_doing == shutdown;
    // A turn that is answered in the next session is accounted for there.
    if (goes_on && reply_ && !reply_->acted)
        std::erase_if(open_turns_,
                      [this](const OpenTurn& open) { return open.clock.turn() == reply_->turn; });
    if (reply_ && reply_->utterance != 0) cut_ = reply_->utterance;
    abandon_reply();
    publish_latencies(true);
    if (phase_ == Phase::talking && hung_up.resumable) end_reason_ = connection_lost;
    if (!hung_up.our_doing.empty()) end_reason_ = hung_up.our_doing;
    phase_ = Phase::over;
    if (hung_up.our_doing == taken_over) return;
    metrics_.call_duration_seconds =
        std::chrono::duration<double>(now_ - started_.value_or(now_)).count();
    publish(CallEnded{end_reason_, metrics_});
}

// ── the model ──

/// The newest turn wins: a reply that is still being thought is given up, and what the caller said
/// stays in the history either way.
void Conversation::begin_turn(std::string message)
{
    cut_reply();
    // A reply that was generated whole is cut as well when it is still being played, only later: by
    // the first words of the next one.
    if (!cut_) cut_ = playback_.replaceable();
    remember_what_was_heard();
    ++turn_;
    answer(dialogue_.add(Role::user, std::move(message)));
}

void Conversation::answer(Dialogue::Entry question)
{
    open_turns_.push_back({.clock = TurnClock{turn_, now_}, .mark = {}});
    reply_ = Reply{.turn = turn_,
                   .answers = question,
                   .attempt_due = now_ + policy_.first_attempt,
                   .reply_due = now_ + policy_.reply_timeout,
                   .text = {}};
    act(Think{turn_});
}

void Conversation::on(const RequestWritten& written)
{
    if (OpenTurn* turn = open_turn(written.turn)) turn->clock.request_written(now_);
}

void Conversation::on(const ResponseStarted& started)
{
    OpenTurn* const turn = open_turn(started.turn);
    if (turn == nullptr) return;
    turn->clock.response_started(now_);
    turn->clock.answered(started.request_id);
}

void Conversation::on(const TokensArrived& tokens)
{
    if (!reply_ || reply_->turn != tokens.turn) return;
    Reply& reply = *reply_;
    reply.token_due = now_ + policy_.token_gap;
    if (!tokens.text.empty() && !std::exchange(reply.answered, true)) {
        if (OpenTurn* turn = open_turn(tokens.turn)) turn->clock.first_token(now_);
    }

    const auto pieces = parser_.feed(tokens.text);
    if (!tokens.complete && pieces.size() == 1 && std::holds_alternative<Speech>(pieces.front())) {
        speak(reply, std::get<Speech>(pieces.front()).text, false);  // nearly every read ends here
        return;
    }
    std::string words;  // all that one read brought is spoken in one go, between its commands
    take_pieces(reply, pieces, words);
    if (tokens.complete) take_pieces(reply, parser_.finish(), words);
    speak(reply, words, tokens.complete);
    if (tokens.complete) finish_reply(reply);
}

void Conversation::take_pieces(Reply& reply, std::span<const Piece> pieces, std::string& words)
{
    for (const Piece& piece : pieces) {
        if (const auto* speech = std::get_if<Speech>(&piece)) {
            words += speech->text;
            continue;
        }
        speak(reply, std::exchange(words, {}), false);
        if (const auto* rejected = std::get_if<RejectedCommand>(&piece)) {
            publish(CommandRejected{rejected->command,
                                    rejected->value,
                                    std::string{name_of(rejected->reason)},
                                    reply.turn});
        } else if (const auto& command = std::get<Command>(piece); reply.muted) {
            const bool twice = std::holds_alternative<Transfer>(command) && farewell_ &&
                               std::holds_alternative<Transfer>(farewell_->command);
            reject(
                command, twice ? Rejection::second_transfer : Rejection::call_ending, reply.turn);
        } else {
            std::visit([&](const auto& order) { carry_out(order, reply); }, command);
        }
    }
}

void Conversation::speak(Reply& reply, std::string_view words, bool last)
{
    if (reply.muted) return;
    if (reply.utterance == 0) {
        if (is_blank(words)) return;  // nothing to say yet, so nothing to close either
        reply.utterance = open_utterance(reply.turn, true);
    }
    if (words.empty() && !last) return;
    reply.acted = true;
    reply.text += words;
    dialogue_.append(reply.utterance, words);
    playback_.append(words, now_);
    act(Say{Speak{reply.turn, std::string{words}, last, true}});
    if (!words.empty()) publish(AssistantToken{reply.turn, std::string{words}});
}

/// A sentence of our own within a reply.
void Conversation::speak_sentence(Reply& reply, std::string_view sentence, bool last)
{
    const bool joined = !reply.text.empty() && !reply.text.ends_with(' ');
    speak(reply, joined ? concat(" ", sentence) : std::string{sentence}, last);
}

/// Newer speech replaces what is preemptible and still being played.
Playback::Id Conversation::open_utterance(Turn turn, bool preemptible)
{
    remember_what_was_heard();
    cut_.reset();
    if (OpenTurn* open = open_turn(turn)) open->spoke = true;
    const Playback::Id utterance = dialogue_.add(Role::assistant, {});
    const auto replaced = playback_.begin(utterance, turn, preemptible, now_);
    for (const Playback::Heard& heard : replaced) {
        dialogue_.revise(heard.utterance, heard.text);
        publish(SpeechInterrupted{heard.turn, heard.text, SpeechInterrupted::By::newer_speech});
        if (OpenTurn* open = open_turn(heard.turn)) open->clock.interrupted();
    }
    if (!replaced.empty()) say(MakeRoom{});
    return utterance;
}

/// What was done, or given up, without a word: the next session of the call does not ask for it
/// again.
void Conversation::note_answer(Dialogue::Entry question)
{
    if (dialogue_.unanswered() == question) dialogue_.add(Role::assistant, {});
}

/// The model has said all that it will say.
void Conversation::finish_reply(Reply& reply)
{
    if (!reply.acted) {
        retry_or_fail(reply, ModelFailure::cut, "the reply is empty");
        return;
    }
    playback_.close();
    if (!reply.text.empty()) publish(AssistantReply{reply.turn, reply.text});
    if (OpenTurn* turn = open_turn(reply.turn)) {
        turn->clock.reply_complete(now_);
        turn->mark = playback_.mark();
        turn->finished = true;
    }
    reply_.reset();
}

/// The caller must not hear silence: the model failed, or is late.
void Conversation::fail_reply(Reply& reply, ModelFailure failure, std::string_view detail)
{
    act(StopThinking{.late = failure == ModelFailure::timeout});
    parser_.reset();
    if (!reply.muted) {
        std::string message = concat(name_of(failure), ": ");
        message += detail;
        publish(CallError{"OPENAI_ERROR", std::move(message), reply.turn});
        if (OpenTurn* turn = open_turn(reply.turn)) turn->clock.failed();
        speak_sentence(reply, policy_.fallback_sentence, true);
    }
    reply.acted = true;  // even a fallback sentence that is set to nothing ends the reply
    note_answer(reply.answers);
    finish_reply(reply);
}

/// The reply is no longer wanted: its turn was interrupted, replaced, or the call is over.
void Conversation::abandon_reply()
{
    if (!reply_) return;
    act(StopThinking{});
    parser_.reset();
    playback_.close();
    if (OpenTurn* turn = open_turn(reply_->turn)) {
        turn->mark = playback_.mark();
        turn->finished = true;
    }
    reply_.reset();
}

/// Nothing more of the reply is sent. What was sent plays on until newer speech replaces it.
void Conversation::cut_reply()
{
    if (!reply_) return;
    const auto [turn, utterance] = std::pair{reply_->turn, reply_->utterance};
    abandon_reply();
    if (utterance == 0) return;
    act(CutSpeech{turn});
    cut_ = utterance;
}

/// The history is right before the model, or newer speech, goes on from it.
void Conversation::remember_what_was_heard()
{
    if (cut_) dialogue_.revise(*cut_, playback_.heard_so_far(*cut_, now_));
}

std::vector<RememberedLine> Conversation::take_news()
{
    news_ = false;
    for (const Dialogue::Entry changed : dialogue_.take_changed()) {
        if (std::ranges::find(unsettled_, changed, &Unsettled::entry) == unsettled_.end())
            unsettled_.push_back({.entry = changed});
    }
    std::vector<RememberedLine> lines;
    for (Unsettled& known : unsettled_) {
        const Message* line = dialogue_.find(known.entry);
        if (line == nullptr) continue;  // it was trimmed: whoever keeps it knows it as it was
        // Of a reply that still grows, no more is needed than what was heard.
        const bool grows = reply_ && reply_->utterance == known.entry;
        if (grows && !playback_.has_begun(known.entry, now_)) continue;
        const std::size_t length = line->content.size();
        const auto heard = heard_of(known.entry, length);
        const bool suffices = grows && heard && *heard <= known.length;
        const bool same_text = known.told && (known.length == length || suffices);
        if (!same_text || known.heard != heard) {
            lines.push_back({.entry = known.entry,
                             .role = line->role,
                             .turn = turn_,
                             .text = same_text ? std::nullopt : std::optional{line->content},
                             .heard = heard});
        }
        known = {.entry = known.entry,
                 .told = true,
                 .length = same_text ? known.length : length,
                 .heard = heard};
    }
    std::erase_if(unsettled_, [this](const Unsettled& known) {
        const bool settled = known.told && !playback_.is_under_way(known.entry);
        return settled || dialogue_.find(known.entry) == nullptr;
    });
    return lines;
}

/// How much of a line that may still be playing; nothing when it counts as heard.
std::optional<std::size_t> Conversation::heard_of(Dialogue::Entry entry, std::size_t length) const
{
    if (!playback_.is_under_way(entry)) return std::nullopt;
    const bool complete = cut_ != entry && !(reply_ && reply_->utterance == entry);
    if (playback_.is_silent() && complete) return std::nullopt;
    const std::size_t heard = playback_.heard_so_far(entry, now_).size();
    return heard < length ? std::optional{heard} : std::nullopt;
}

void Conversation::on(const ThinkFailed& failed)
{
    if (!reply_ || reply_->turn != failed.turn) return;
    if (OpenTurn* turn = open_turn(failed.turn)) turn->clock.answered(failed.request_id);
    retry_or_fail(*reply_, failed.failure, failed.detail);
}

void Conversation::retry_or_fail(Reply& reply, ModelFailure failure, std::string_view detail)
{
    const bool untouched = !reply.acted && now_ < reply.reply_due;
    if (untouched && failure == ModelFailure::context_too_long && !reply.shortened) {
        reply.shortened = true;
        history_tokens_ /= 2;
        dialogue_.trim(std::min(history_tokens_, dialogue_.estimated_tokens() / 2));
        think_again(reply);
    } else if (untouched && reply.attempt == 1 && is_retryable(failure)) {
        reply.attempt = 2;
        think_again(reply);
    } else {
        fail_reply(reply, failure, detail);
    }
}

void Conversation::think_again(const Reply& reply, bool late)
{
    parser_.reset();
    act(Think{reply.turn, late});
}

void Conversation::on(const SpeechWritten& written)
{
    if (OpenTurn* turn = open_turn(written.turn)) turn->clock.first_frame(now_);
}

/// What cannot be played counts as said, as it does with a relay, which tells nothing of it:
/// whatever waits for it goes on, and viewers read what the caller has missed.
void Conversation::on(const SpeechFailed& failed)
{
    std::string message = concat("speech: ", failed.detail);
    message += "; not spoken: ";
    message += failed.text;
    publish(CallError{"OPENAI_ERROR", std::move(message), failed.turn});
}

// ── time ──

void Conversation::on(const DeadlineReached&)
{
    if (reply_) check_in_time(*reply_);
    if (!keys_.empty() && now_ >= keys_due_) take_keys();
    if (question_ && now_ >= question_->expires) {
        std::string news = concat(no_answer_prefix, "Nobody could answer in time: ");
        news += question_->prompt;
        question_.reset();
        begin_turn(std::move(news));
    }
}

void Conversation::check_in_time(Reply& reply)
{
    if (reply.acted) {
        if (now_ >= reply.token_due) fail_reply(reply, ModelFailure::timeout, "the reply stalled");
    } else if (now_ >= reply.reply_due) {
        fail_reply(reply, ModelFailure::timeout, "no word in time");
    } else if (reply.attempt == 1 && !reply.answered && now_ >= reply.attempt_due) {
        reply.attempt = 2;
        think_again(reply, true);
    }
}

TimePoint Conversation::due_of(const Farewell& farewell) const
{
    if (playback_.reports(farewell.mark)) return farewell.cap;
    return std::min(farewell.cap, playback_.estimated_end(farewell.mark) + estimate_margin);
}

// ── latency ──

/// One event a turn, when the last of its stages is known: its speech was heard to the end, or will
/// never be.
void Conversation::publish_latencies(bool all)
{
    if (!all && std::ranges::none_of(open_turns_, &OpenTurn::finished)) return;
    const auto known_end = [this](const OpenTurn& turn) -> std::optional<TimePoint> {
        if (!turn.finished) return std::nullopt;
        if (playback_.is_over(turn.clock.turn())) return now_;
        if (playback_.reports(turn.mark)) return std::nullopt;
        const TimePoint estimated = playback_.estimated_end(turn.mark);
        if (now_ < estimated + estimate_margin) return std::nullopt;
        return estimated;
    };
    for (OpenTurn& turn : open_turns_) {
        const auto end = known_end(turn);
        if (!end && !all) continue;
        if (end && !all && turn.spoke) turn.clock.playback_ended(*end);
        Latency latency = turn.clock.latency();
        latency.trace_id = trace_id_;
        publish(std::move(latency));
        turn.published = true;
    }
    std::erase_if(open_turns_, [](const OpenTurn& turn) { return turn.published; });
}

Conversation::OpenTurn* Conversation::open_turn(Turn turn)
{
    const auto open =
        std::ranges::find(open_turns_, turn, [](const OpenTurn& t) { return t.clock.turn(); });
    return open == open_turns_.end() ? nullptr : &*open;
}

}  // namespace phony::call
