// What a conversation leaves to the next session of its call.

#include "conversation_script.hpp"

#include <optional>

namespace phony::call {
namespace {

using namespace std::chrono_literals;

constexpr bool done = Script::done;
constexpr bool last = Script::last;
constexpr auto new_session = Reconnection::new_session;
constexpr auto same_session = Reconnection::same_session;

Policy with_greeting()
{
    Policy policy;
    policy.greeting = "Welcome.";
    return policy;
}

/// A call in the middle of a reply whose first sentence was reported, and nothing since.
void cut_in_reply(Script& call)
{
    call.setup().hears("go").thinks().model("One two. Three four").speaks("One two. Three four");
    call.speaking_on().played("One two.").hung_up(true).stops_thinking().nothing_more();
}

TEST(Memory, is_what_was_heard_of_a_reply_when_the_relay_forgets_the_rest)
{
    Script call;
    cut_in_reply(call);
    auto next = call.after(1min).resumed(new_session);
    next.setup().nothing_more().remembers({caller("go"), agent("One two")});
    next.hears("and?").thinks().remembers({caller("go"), agent("One two"), caller("and?")});
    EXPECT_EQ(next.event<CallStarted>().from, "+15550001");
    next.model("Five.", done).speaks("Five.", last).nothing_more();
    EXPECT_EQ(next.event<AssistantReply>().turn, 2U);
}

TEST(Memory, goes_by_the_clock_until_the_connection_broke)
{
    Script call;
    call.setup().hears("go").thinks().model("One two three four five six seven eight.", done);
    call.speaking_on().after(1s).hung_up(true);
    auto next = call.after(1min).resumed(new_session);
    next.setup().remembers({caller("go"), agent("One two three four")});
}

TEST(Memory, holds_a_complete_reply_as_heard_when_the_relay_tells_nothing)
{
    Script call{with_greeting()};
    call.setup().hears("go").thinks().model("One two.", done).hung_up(true);
    auto next = call.resumed(new_session);
    next.setup().remembers({agent("Welcome."), caller("go"), agent("One two.")});
}

TEST(Memory, goes_on_with_what_the_relay_still_plays)
{
    Script call;
    cut_in_reply(call);
    auto next = call.resumed(same_session);
    next.setup().nothing_more().played("Three four").hears("and?").thinks();
    next.remembers({caller("go"), agent("One two. Three four"), caller("and?")});
}

TEST(Memory, is_set_right_by_an_interrupt_that_was_kept_back)
{
    Script call;
    call.setup().hears("go").thinks().model("One two. Three four five six seven.", done);
    call.speaking_on().played("One two.").hung_up(true);
    auto next = call.resumed(same_session);
    next.setup().interrupted("Three four").hears("stop").cuts_speech(1).thinks();
    next.remembers({caller("go"), agent("One two. Three four"), caller("stop")});
    EXPECT_EQ(next.event<SpeechInterrupted>().heard, "One two. Three four");
}

TEST(Memory, has_what_nobody_began_to_answer_answered)
{
    Script call;
    call.setup().hears("when?").thinks().hung_up(true).stops_thinking().nothing_more();
    EXPECT_FALSE(call.has_event<Latency>()) << "the turn is not over";
    auto next = call.resumed(new_session);
    next.setup().thinks().remembers({caller("when?")});
    next.model("At nine.", done).speaks("At nine.", last).nothing_more();
    EXPECT_EQ(next.event<AssistantReply>().turn, 1U);
}

TEST(Memory, does_not_ask_again_for_what_was_done_without_a_word)
{
    Policy silent;
    silent.holding_phrase.clear();
    for (const char* command : {"[[press:1]]", "[[request_user:Who?]]"}) {
        Script call{silent};
        call.setup().hears("go").thinks().model(command, done).hung_up(true);
        auto next = call.resumed(new_session);
        next.setup().nothing_more().remembers({caller("go")});
    }
}

TEST(Memory, does_not_ask_again_for_an_end_that_was_called_off)
{
    Script call{with_greeting()};
    call.setup().hears("go").thinks().model("[[end_call]]").step(KeyPressed{'1'});
    EXPECT_TRUE(call.has_event<CommandRejected>());
    call.hung_up(true);
    auto next = call.resumed(new_session);
    next.setup().nothing_more();
}

TEST(Memory, does_not_try_again_what_was_given_up_without_a_word)
{
    Policy silent;
    silent.fallback_sentence.clear();
    Script call{silent};
    call.setup().hears("go").thinks().step(ThinkFailed{1, ModelFailure::refused, "no"});
    call.hung_up(true);
    EXPECT_EQ(call.event<Latency>().turn, 1U);
    auto next = call.resumed(same_session);
    next.setup().nothing_more();
}

TEST(Memory, has_a_turn_accounted_for_by_the_session_that_answers_it)
{
    for (const HungUp& how : {HungUp{.resumable = true},
                              HungUp{.our_doing = Conversation::taken_over},
                              HungUp{.our_doing = "shutdown"}}) {
        Script call;
        call.setup().hears("when?").thinks().step(how);
        EXPECT_FALSE(call.has_event<Latency>()) << how.our_doing;
        auto next = call.resumed(new_session);
        next.setup().thinks().model("At nine.", done).hung_up();
        EXPECT_EQ(next.event<Latency>().turn, 1U) << how.our_doing;
    }
}

TEST(Memory, takes_a_prompt_that_is_repeated_once)
{
    Script call;
    call.setup().hears("when?").thinks().hung_up(true);
    auto next = call.resumed(same_session);
    next.setup().thinks().hears("when?").nothing_more().remembers({caller("when?")});
    EXPECT_FALSE(next.has_event<Transcript>());
    next.hears("when?").stops_thinking().thinks();
    next.remembers({caller("when?"), caller("when?")});
}

TEST(Memory, takes_a_prompt_as_new_that_was_answered_or_is_another)
{
    Script call;
    call.setup().hears("when?").thinks().hung_up(true);
    auto next = call.resumed(same_session);
    next.setup().thinks().hears("hello?").stops_thinking().thinks();
    next.remembers({caller("when?"), caller("hello?")});

    auto answered = call.resumed(same_session);
    answered.setup().thinks().model("At nine.").speaks("At nine.");
    answered.hears("when?").stops_thinking().cuts_speech(1).thinks();
    EXPECT_EQ(answered.event<Transcript>().text, "when?");
}

TEST(Memory, carries_out_what_was_ordered_and_not_done)
{
    Script call;
    call.setup().hears("bye").thinks().model("Goodbye. [[end_call]]").speaks("Goodbye. ");
    call.speaks("", last).hung_up(true).stops_thinking().nothing_more();
    auto next = call.resumed(new_session);
    next.setup().ends_call().nothing_more();
    EXPECT_EQ(next.event<CommandExecuted>().command, "end_call");
    EXPECT_TRUE(next.conversation().is_ending());
}

TEST(Memory, repeats_an_end_that_the_relay_may_not_have_been_told_of)
{
    Script call;
    call.setup().supervisor(TransferNow{"+15550100"}).transfers_to("+15550100").accepts();
    call.step(HungUp{.our_doing = Conversation::taken_over}).nothing_more();
    auto next = call.resumed(same_session);
    next.setup().transfers_to("+15550100").nothing_more();
    EXPECT_FALSE(next.has_event<CommandExecuted>());
    EXPECT_EQ(next.hung_up().event<CallEnded>().reason, "transfer");
}

TEST(Memory, keeps_a_question_and_the_keys_so_far)
{
    Policy policy;
    policy.dtmf_gap = 1500ms;
    Script call{policy};
    call.setup().hears("hi").thinks().model("[[request_user:Which room?]]", done);
    call.key('1').hung_up(true);
    auto next = call.resumed(new_session);
    next.setup().key('2').key('#').thinks();
    EXPECT_EQ(next.conversation().history().back(), caller("[keys] 12#"));
    next.supervisor(Clarify{"Room 5"}).stops_thinking().thinks().accepts();
    EXPECT_EQ(next.conversation().history().back(), caller("[supervisor] Room 5"));
}

TEST(Memory, of_a_session_that_is_taken_over_tells_of_no_end_and_no_beginning)
{
    Script call;
    call.setup().hears("go").thinks().model("One.", done).speaks("One.", last);
    call.after(10s).step(HungUp{.our_doing = Conversation::taken_over});
    EXPECT_FALSE(call.has_event<CallEnded>());
    auto next = call.after(10s).resumed(same_session);
    next.setup();
    EXPECT_FALSE(next.has_event<CallStarted>());
    next.after(10s).hung_up();
    const auto ended = next.event<CallEnded>();
    EXPECT_EQ(ended.reason, "hung_up");
    EXPECT_EQ(ended.metrics, (CallMetrics{30.0, 1, 0, 0}));
}

// ── what is kept beyond the process ──

using Line = RememberedLine;

TEST(Memory, tells_of_each_line_as_it_becomes)
{
    Script call;
    auto& conversation = call.conversation();
    call.setup();
    EXPECT_TRUE(conversation.take_news().empty());
    call.hears("go");
    EXPECT_TRUE(conversation.has_news());
    EXPECT_EQ(conversation.take_news(),
              (std::vector<Line>{{1, Role::user, 1, "go", std::nullopt}}));
    EXPECT_FALSE(conversation.has_news());
    call.model("One two. ");
    EXPECT_FALSE(conversation.has_news()) << "words alone are none";
    call.step(SpeechWritten{1});
    EXPECT_TRUE(conversation.take_news().empty()) << "nor are those that nobody hears yet";
    call.speaking_on();
    EXPECT_EQ(conversation.take_news(),
              (std::vector<Line>{{2, Role::assistant, 1, "One two. ", 0}}));
    call.model("Three four.", done);
    EXPECT_EQ(conversation.take_news(),
              (std::vector<Line>{{2, Role::assistant, 1, "One two. Three four.", 0}}));
    call.played("One two.");
    EXPECT_EQ(conversation.take_news(),
              (std::vector<Line>{{2, Role::assistant, 1, std::nullopt, 7}}));
    call.played("Three four.");
    EXPECT_EQ(conversation.take_news(),
              (std::vector<Line>{{2, Role::assistant, 1, std::nullopt, std::nullopt}}));
    call.speaking_off();
    EXPECT_TRUE(conversation.take_news().empty());
}

TEST(Memory, tells_what_was_heard_of_speech_that_was_cut)
{
    Script call;
    auto& conversation = call.conversation();
    call.setup().hears("go").model("One two. Three four.").speaking_on().played("One two.");
    EXPECT_EQ(conversation.take_news().size(), 2U);
    call.interrupted("Three");
    EXPECT_EQ(conversation.take_news(),
              (std::vector<Line>{{2, Role::assistant, 1, "One two. Three", std::nullopt}}));
}

TEST(Memory, tells_what_was_heard_until_the_call_broke_off)
{
    Script call;
    auto& conversation = call.conversation();
    call.setup().hears("go").model("One two three four five six").speaking_on();
    conversation.take_news();
    call.after(1s).hung_up(true);
    EXPECT_EQ(conversation.take_news(),
              (std::vector<Line>{{2, Role::assistant, 1, std::nullopt, 18}}));
}

TEST(Memory, tells_in_the_end_of_a_reply_that_nobody_could_hear)
{
    Script call;
    auto& conversation = call.conversation();
    call.setup().hears("go").model("]");
    EXPECT_EQ(conversation.take_news().size(), 1U) << "what the caller said";
    call.hung_up(true);
    EXPECT_EQ(conversation.take_news(),
              (std::vector<Line>{{2, Role::assistant, 1, "]", std::nullopt}}));
}

}  // namespace
}  // namespace phony::call
