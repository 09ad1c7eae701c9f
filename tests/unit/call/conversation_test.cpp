#include "conversation_script.hpp"

namespace phony::call {
namespace {

using namespace std::chrono_literals;

constexpr bool done = Script::done;
constexpr bool last = Script::last;

Policy with_greeting(std::string greeting)
{
    Policy policy;
    policy.greeting = std::move(greeting);
    return policy;
}

Policy transfers_allowed()
{
    Policy policy;
    policy.transfer_allow = {"+1555"};
    return policy;
}

// ── turns ──

TEST(Conversation, answers_a_final_prompt_token_by_token)
{
    Script call;
    call.setup().hears("when are you open").thinks();
    call.model("We open")
        .speaks("We open")
        .model(" at nine.", done)
        .speaks(" at nine.", last)
        .nothing_more();
    EXPECT_EQ(call.event<Transcript>().text, "when are you open");
    EXPECT_EQ(call.event<AssistantReply>().text, "We open at nine.");
}

TEST(Conversation, closes_a_reply_whose_end_comes_alone)
{
    Script{}
        .setup()
        .hears("hi")
        .thinks()
        .model("Hello.")
        .speaks("Hello.")
        .model("", done)
        .speaks("", last)
        .nothing_more();
}

TEST(Conversation, starts_no_turn_on_partial_or_blank_prompts)
{
    Script call;
    call.setup().hears_partly("when").hears_partly("when are").hears("  ").nothing_more();
    EXPECT_FALSE(call.event<Transcript>().final);
}

TEST(Conversation, answers_two_prompts_in_a_row_once_by_the_newer)
{
    Script call;
    call.setup()
        .hears("when are")
        .thinks()
        .after(50ms)
        .hears("when are you open")
        .stops_thinking()
        .thinks();
    call.model_of(1, "late words of the first").nothing_more();
    call.model("At nine.", done).speaks("At nine.", last).nothing_more();
    call.remembers({caller("when are"), caller("when are you open"), agent("At nine.")});
}

TEST(Conversation, cuts_a_reply_in_progress_when_a_newer_turn_begins)
{
    Script call;
    call.setup().hears("one").thinks().model("The first reply").speaks("The first reply");
    call.after(10ms).hears("two").stops_thinking().cuts_speech(1).thinks();
    call.remembers({caller("one"), caller("two")});  // not a word can have been heard within 10 ms
    call.model("Second.", done).makes_room().speaks("Second.", last).nothing_more();
}

TEST(Conversation, says_nothing_for_blank_tokens_before_the_first_word)
{
    Script{}
        .setup()
        .hears("hi")
        .thinks()
        .model("\n\n")
        .nothing_more()
        .model("Hello.", done)
        .speaks("Hello.", last);
}

TEST(Conversation, gathers_what_one_read_brought_into_one_frame_between_commands)
{
    Script call;
    call.setup().hears("menu").thinks();
    call.model("Press[ing] one. [[press:1]] Done [[press:2]]ok", done);
    call.speaks("Press[ing] one. ")
        .presses("1")
        .speaks(" Done ")
        .presses("2")
        .speaks("ok", last)
        .nothing_more();
}

// ── what the caller heard ──

TEST(Conversation, remembers_a_reply_as_heard_in_full_when_nothing_cut_it)
{
    Script call;
    call.setup()
        .hears("hi")
        .thinks()
        .model("Hello. How can I help?", done)
        .speaks("Hello. How can I help?", last);
    call.remembers({caller("hi"), agent("Hello. How can I help?")});
}

TEST(Conversation, remembers_the_clauses_played_and_the_fragment_of_the_interrupt)  // recording A
{
    Script call;
    call.setup().key('1').after(2s).thinks();
    call.model(
        "Sentence 1 of twelve: the quick fox. Sentence 2 of twelve: the quick fox. Sentence 3 of "
        "twelve.",
        done);
    call.speaks(
        "Sentence 1 of twelve: the quick fox. Sentence 2 of twelve: the quick fox. Sentence 3 of "
        "twelve.",
        last);
    call.after(330ms).speaking_on().after(1200ms).played("Sentence 1 of twelve:");
    call.after(4500ms)
        .played(" the quick fox.")
        .after(700ms)
        .played("Sentence 2 of")
        .interrupted("Sentence 2 of");
    call.cuts_speech(1).speaking_off().nothing_more();
    call.remembers(
        {caller("[keys] 1"), agent("Sentence 1 of twelve: the quick fox. Sentence 2 of")});
    const auto cut = call.event<SpeechInterrupted>();
    EXPECT_EQ(cut.heard, "Sentence 1 of twelve: the quick fox. Sentence 2 of");
    EXPECT_EQ(cut.by, SpeechInterrupted::By::caller);
}

TEST(Conversation, looks_for_a_fragment_behind_what_was_played_and_not_at_its_first_occurrence)
{
    Script call;
    call.setup().hears("go").thinks().model("the fox runs. The fox sleeps. The fox wakes.", done);
    call.speaks("the fox runs. The fox sleeps. The fox wakes.", last);
    call.speaking_on().played("the fox runs.").interrupted("the fox");
    call.remembers({caller("go"), agent("the fox runs. The fox")});
}

TEST(Conversation, lets_an_interrupt_of_the_greeting_pass_by_the_reply_behind_it)  // recording B
{
    Script call{with_greeting("This is the spike. Say something.")};
    call.setup().after(245ms).speaking_on().hears("9").thinks();
    call.model("Key 9.", done).speaks("Key 9.", last);
    call.played("This").interrupted("This").cuts_speech(0).speaking_off().nothing_more();
    call.after(390ms).speaking_on().played("Key 9.").speaking_off().nothing_more();
    call.remembers({agent("This"), caller("9"), agent("Key 9.")});
}

TEST(Conversation, ignores_an_interrupt_of_a_greeting_it_knows_nothing_of)
{
    Script call;
    call.setup()
        .after(245ms)
        .speaking_on()
        .hears("9")
        .thinks()
        .model("This is key 9.")
        .speaks("This is key 9.");
    call.played("This").interrupted("This").nothing_more();
    call.model(" Yes.", done)
        .speaks(" Yes.", last)
        .remembers({caller("9"), agent("This is key 9. Yes.")});
}

TEST(Conversation, stops_the_model_when_its_reply_is_interrupted)
{
    Script call;
    call.setup()
        .hears("tell me")
        .thinks()
        .model("Once upon a time there was")
        .speaks("Once upon a time there was");
    call.speaking_on()
        .played("Once upon")
        .interrupted("Once upon")
        .stops_thinking()
        .cuts_speech(1)
        .nothing_more();
    call.model_of(1, " a king.", done).nothing_more();
    call.remembers({caller("tell me"), agent("Once upon")});
}

TEST(Conversation, forgets_a_reply_of_which_nothing_was_heard)
{
    Script call;
    call.setup().hears("hi").thinks().model("Hello.").speaks("Hello.").after(20ms).interrupted("");
    call.stops_thinking().cuts_speech(1).remembers({caller("hi")});
}

TEST(Conversation, learns_from_a_late_report_what_was_heard_of_a_replaced_reply)  // recording F
{
    Script call;
    call.setup().hears("go").thinks().model(
        "Sentence 1 of twelve: the quick brown fox jumps over the dog.", done);
    call.speaks("Sentence 1 of twelve: the quick brown fox jumps over the dog.", last);
    call.after(317ms).speaking_on().after(1226ms).played("Sentence 1 of twelve:").after(1475ms);
    call.supervisor(SayText{"Replacing the marked message."});
    call.makes_room().speaks("Replacing the marked message.", last).accepts();
    EXPECT_EQ(call.event<SpeechInterrupted>().by, SpeechInterrupted::By::newer_speech);
    call.after(98ms).played("the quick brown fox jumps over the");
    call.after(2s).played("Replacing the marked message.").speaking_off().nothing_more();
    call.remembers({caller("go"),
                    agent("Sentence 1 of twelve: the quick brown fox jumps over the"),
                    agent("Replacing the marked message.")});
}

TEST(Conversation, takes_a_whole_reply_for_heard_while_the_relay_reports_nothing)
{
    Script call;
    call.setup().hears("one").thinks().model("A whole reply.", done).speaks("A whole reply.", last);
    call.hears("two").thinks().remembers({caller("one"), agent("A whole reply."), caller("two")});
}

TEST(Conversation, shows_the_model_only_what_was_heard_of_a_whole_reply_by_then)  // recording F
{
    Script call;
    call.setup().hears("go").thinks().model("One two three. Four five six. Seven.", done);
    call.speaks("One two three. Four five six. Seven.", last).after(317ms).speaking_on();
    call.after(900ms).played("One two three.").after(600ms).hears("hm").thinks();
    call.remembers({caller("go"), agent("One two three. Four five"), caller("hm")});

    // The next reply has no words, so this one is heard to its end all the same.
    call.model("[[press:1]]", done).presses("1").after(500ms).played("Four five six. Seven.");
    call.speaking_off().hears("and?").thinks().nothing_more().remembers(
        {caller("go"),
         agent("One two three. Four five six. Seven."),
         caller("hm"),
         caller("and?")});
}

TEST(Conversation, remembers_a_cut_reply_that_was_heard_before_the_next_one_spoke)
{
    Script call;
    call.setup().hears("one").thinks().model("First.").speaks("First.").after(10ms);
    call.hears("two").stops_thinking().cuts_speech(1).thinks().remembers(
        {caller("one"), caller("two")});
    call.after(3s).model("Second.", done).speaks("Second.", last).nothing_more();
    call.remembers({caller("one"), agent("First."), caller("two"), agent("Second.")});
}

TEST(Conversation, remembers_a_cut_reply_that_no_other_replaced)
{
    Script call;
    call.setup().hears("one").thinks().model("First. [[press:1]]").speaks("First. ").presses("1");
    call.hears("two").stops_thinking().cuts_speech(1).thinks().model("[[press:2]]", done);
    call.presses("2").after(5s).hears("three").thinks().nothing_more();
    call.remembers({caller("one"), agent("First. "), caller("two"), caller("three")});
}

TEST(Conversation, does_not_call_a_farewell_off_for_the_key_that_it_answers)  // like recording B
{
    Policy policy = with_greeting("Welcome. Press any key to leave.");
    policy.dtmf_gap = 0ms;
    Script call{policy};
    call.setup().after(245ms).speaking_on().after(21ms).key('9').thinks();
    call.model("Bye. [[end_call]]", done).speaks("Bye. ").speaks("", last);
    call.after(1ms).played("Welcome").interrupted("Welcome").cuts_speech(0).speaking_off();
    call.nothing_more().after(390ms).speaking_on().after(600ms).played("Bye.").ends_call();
}

TEST(Conversation, goes_on_thinking_when_older_speech_is_interrupted)
{
    Script call;
    call.setup().hears("one").thinks().model("A long first reply.", done);
    call.speaks("A long first reply.", last).after(300ms).speaking_on().after(500ms);
    call.hears("two").thinks().played("A long").interrupted("A long").cuts_speech(1).nothing_more();
    call.model("Second.", done).speaks("Second.", last).nothing_more();
    call.remembers({caller("one"), agent("A long"), caller("two"), agent("Second.")});
}

// ── commands ──

TEST(Conversation, hangs_up_only_after_the_farewell_was_played)
{
    Script call;
    call.setup()
        .hears("bye")
        .thinks()
        .model("Goodbye! [[end_call]]", done)
        .speaks("Goodbye! ")
        .speaks("", last);
    call.nothing_more()
        .after(300ms)
        .speaking_on()
        .nothing_more()
        .after(900ms)
        .played("Goodbye!")
        .ends_call();
    EXPECT_EQ(call.event<CommandExecuted>().command, "end_call");
    call.hung_up();
    EXPECT_EQ(call.event<CallEnded>().reason, "end_call");
}

TEST(Conversation, takes_silence_after_the_farewell_for_its_end)
{
    Script call;
    call.setup()
        .hears("bye")
        .thinks()
        .model("Goodbye! [[end_call]]", done)
        .speaks("Goodbye! ")
        .speaks("", last);
    call.speaking_on().nothing_more().speaking_off().ends_call();
}

TEST(Conversation, does_not_take_the_end_of_earlier_speech_for_the_end_of_the_farewell)
{
    Script call{with_greeting("Welcome.")};
    call.setup().speaking_on().hears("bye").thinks().model("Goodbye! [[end_call]]", done);
    call.speaks("Goodbye! ").speaks("", last).speaking_off().nothing_more();
    call.speaking_on().speaking_off().ends_call();
}

TEST(Conversation, estimates_the_farewell_when_the_relay_reports_nothing)
{
    Script call;
    call.setup().hears("bye").thinks().model("Goodbye, and thank you. [[end_call]]", done);
    call.speaks("Goodbye, and thank you. ")
        .speaks("", last)
        .after(1200ms)
        .nothing_more()
        .after(2s)
        .ends_call();
}

TEST(Conversation, hangs_up_at_the_latest_after_the_cap)
{
    Script call;
    call.setup().speaking_on().speaking_off().hears("bye").thinks().model("Bye.[[end_call]]", done);
    call.speaks("Bye.").speaks("", last).after(14s).nothing_more().after(1500ms).ends_call();
}

TEST(Conversation, waits_for_digits_queued_before_the_end)  // recording E
{
    Script call;
    call.setup()
        .hears("go")
        .thinks()
        .model("One. [[press:1234#]][[end_call]]", done)
        .speaks("One. ")
        .presses("1234#");
    call.speaks("", last).speaking_on().played("One.").speaking_off().nothing_more().after(1900ms);
    call.played("1234#").ends_call();
}

TEST(Conversation, hangs_up_at_once_when_nothing_is_left_to_hear)
{
    Script{}.setup().hears("bye").thinks().model("[[end_call]]", done).ends_call();
}

TEST(Conversation, calls_an_end_off_when_the_caller_talks_over_the_farewell)
{
    Script call;
    call.setup()
        .hears("bye")
        .thinks()
        .model("Goodbye then. [[end_call]]", done)
        .speaks("Goodbye then. ")
        .speaks("", last);
    call.speaking_on()
        .played("Goodbye")
        .interrupted("Goodbye")
        .cuts_speech(1)
        .hears("wait")
        .thinks()
        .nothing_more();
    EXPECT_EQ(call.event<CommandRejected>().reason, "barge_in");
}

TEST(Conversation, calls_an_end_off_when_the_caller_presses_a_key)
{
    Script call;
    call.setup().hears("bye").thinks().model("Goodbye then. [[end_call]]", done);
    call.speaks("Goodbye then. ").speaks("", last).speaking_on().key('1').nothing_more();
    EXPECT_EQ(call.event<CommandRejected>().reason, "barge_in");
    call.speaking_off().after(2s).thinks().remembers(
        {caller("bye"), agent("Goodbye then. "), caller("[keys] 1")});
}

TEST(Conversation, waits_for_digits_by_the_clock_when_only_silence_is_reported)
{
    Script call;
    call.setup().hears("go").thinks().model("One. [[press:12]][[end_call]]", done);
    call.speaks("One. ").presses("12").speaks("", last).speaking_on().after(600ms).speaking_off();
    call.after(2s).nothing_more().after(1s).ends_call();
}

TEST(Conversation, transfers_at_once_when_the_caller_talks_over_the_announcement)
{
    Script call{transfers_allowed()};
    call.setup().hears("a human").thinks().model("I'll put you through. [[transfer:+15550009]]",
                                                 done);
    call.speaks("I'll put you through. ").speaks("", last).nothing_more();
    call.speaking_on()
        .played("I'll")
        .interrupted("I'll")
        .cuts_speech(1)
        .transfers_to("+15550009")
        .nothing_more();
}

TEST(Conversation, transfers_only_where_it_may)
{
    Script call{transfers_allowed()};
    call.setup().hears("a human").thinks().model("Sure. [[transfer:+4912345678]] Or not.", done);
    call.speaks("Sure. ").speaks(" Or not.", last).nothing_more();
    const auto rejected = call.event<CommandRejected>();
    EXPECT_EQ(rejected.reason, "target_not_allowed");
    EXPECT_EQ(rejected.value, "+4912345678");
}

TEST(Conversation, refuses_a_second_transfer)
{
    Script call{transfers_allowed()};
    call.setup().hears("a human").thinks().model(
        "Bye. [[transfer:+15550001]][[transfer:+15550002]]", done);
    call.speaks("Bye. ").speaks("", last);
    EXPECT_EQ(call.event<CommandRejected>().reason, "second_transfer");
    call.supervisor(TransferNow{"+15550003"}).refuses(errc::invalid_request, "second_transfer");
    call.speaking_on().speaking_off().transfers_to("+15550001").nothing_more();
}

TEST(Conversation, speaks_nothing_that_is_written_behind_the_end)
{
    Script call;
    call.setup().hears("bye").thinks().model("Bye. [[end_call]] And another thing [[press:1]]",
                                             done);
    call.speaks("Bye. ").speaks("", last).nothing_more();
    EXPECT_EQ(call.event<CommandRejected>().reason, "call_ending");
}

TEST(Conversation, never_speaks_a_command_and_says_why_it_did_nothing)
{
    Script call;
    call.setup()
        .hears("go")
        .thinks()
        .model("A [[pres:1]]B [[press:x]]C [[end_ca", done)
        .speaks("A ")
        .speaks("B ")
        .speaks("C ");
    call.speaks("", last).nothing_more();
    EXPECT_EQ(call.event<CommandRejected>().reason, "unknown_command");
    EXPECT_EQ(call.event<CommandRejected>().reason, "bad_digits");
    EXPECT_EQ(call.event<CommandRejected>().reason, "unfinished");
}

TEST(Conversation, closes_the_socket_itself_when_the_relay_does_not)
{
    Script call;
    call.setup()
        .hears("bye")
        .thinks()
        .model("[[end_call]]", done)
        .ends_call()
        .after(2900ms)
        .nothing_more();
    call.after(200ms).disconnects();
}

// ── questions to a supervisor ──

TEST(Conversation, asks_a_supervisor_and_hands_the_answer_to_the_model)
{
    Script call;
    call.setup().hears("my balance?").thinks().model("[[request_user:What is the balance?]]", done);
    call.speaks(Policy{}.holding_phrase).speaks("", last).after(5s).nothing_more();
    EXPECT_EQ(call.event<ClarificationRequested>().prompt, "What is the balance?");
    call.supervisor(Clarify{"42 dollars"}).thinks().accepts().nothing_more();
    call.remembers(
        {caller("my balance?"), agent(Policy{}.holding_phrase), caller("[supervisor] 42 dollars")});
    call.supervisor(Clarify{"43 dollars"}).refuses(errc::invalid_request, "no_pending_question");
}

TEST(Conversation, tells_the_model_when_nobody_answers)
{
    Script call;
    call.setup().hears("my balance?").thinks().model("[[request_user:What is the balance?]]", done);
    call.speaks(Policy{}.holding_phrase)
        .speaks("", last)
        .after(59s)
        .nothing_more()
        .after(2s)
        .thinks();
    EXPECT_EQ(call.conversation().history().back(),
              caller("[no answer] Nobody could answer in time: What is the balance?"));
    call.supervisor(Clarify{"42"}).refuses(errc::invalid_request, "no_pending_question");
}

TEST(Conversation, asks_one_question_at_a_time)
{
    Script call;
    call.setup()
        .hears("a")
        .thinks()
        .model("[[request_user:one?]]", done)
        .speaks(Policy{}.holding_phrase)
        .speaks("", last);
    call.hears("b")
        .thinks()
        .model("Hm. [[request_user:two?]]", done)
        .makes_room()
        .speaks("Hm. ")
        .speaks("", last);
    EXPECT_EQ(call.event<CommandRejected>().reason, "question_pending");
}

// ── failure ──

TEST(Conversation, asks_once_more_and_then_says_the_fallback_sentence)
{
    Script call;
    call.setup()
        .hears("hi")
        .thinks()
        .fails(ModelFailure::server)
        .thinks()
        .fails(ModelFailure::server);
    call.stops_thinking().speaks(Policy{}.fallback_sentence, last).nothing_more();
    EXPECT_EQ(call.event<CallError>().code, "OPENAI_ERROR");
    call.hears("again").thinks().nothing_more();
}

TEST(Conversation, does_not_ask_again_what_was_refused)
{
    Script{}
        .setup()
        .hears("hi")
        .thinks()
        .fails(ModelFailure::refused)
        .stops_thinking()
        .speaks(Policy{}.fallback_sentence, last);
}

TEST(Conversation, asks_once_more_when_no_token_comes_and_speaks_within_the_reply_timeout)
{
    Script call;
    call.setup().hears("hi").thinks().after(3900ms).nothing_more().after(200ms).thinks();
    call.after(1800ms).nothing_more().after(200ms).stops_thinking().speaks(
        Policy{}.fallback_sentence, last);
    call.model_of(1, "too late", done).nothing_more();
}

TEST(Conversation, finishes_a_broken_reply_with_the_fallback_sentence_in_the_same_breath)
{
    Script call;
    call.setup().hears("hi").thinks().model("We open").speaks("We open").fails(ModelFailure::cut);
    call.stops_thinking().speaks(" " + Policy{}.fallback_sentence, last).nothing_more();
}

TEST(Conversation, gives_a_stalled_reply_up)
{
    Script call;
    call.setup()
        .hears("hi")
        .thinks()
        .model("We open")
        .speaks("We open")
        .after(4900ms)
        .nothing_more()
        .after(200ms);
    call.stops_thinking().speaks(" " + Policy{}.fallback_sentence, last).nothing_more();
}

TEST(Conversation, sends_a_shorter_history_once_when_the_model_finds_it_too_long)
{
    Script call;
    call.setup();
    for (int turn = 0; turn < 4; ++turn) {
        call.hears("question " + std::to_string(turn) + std::string(400, 'q')).thinks();
        call.model("Answer.", done);
        if (turn > 0) call.makes_room();
        call.speaks("Answer.", last);
    }
    const auto before = call.hears("last").thinks().conversation().history().size();
    call.fails(ModelFailure::context_too_long).thinks();
    EXPECT_LT(call.conversation().history().size(), before);
    call.fails(ModelFailure::context_too_long)
        .stops_thinking()
        .makes_room()
        .speaks(Policy{}.fallback_sentence, last);
}

TEST(Conversation, treats_an_empty_reply_as_a_failure)
{
    Script call;
    call.setup().hears("hi").thinks().model("", done).thinks().model("", done);
    call.stops_thinking().speaks(Policy{}.fallback_sentence, last).nothing_more();
}

// ── keys ──

TEST(Conversation, gathers_keys_until_the_pound_key)
{
    Script call;
    call.setup().key('1').key('2').nothing_more().key('#').thinks().remembers(
        {caller("[keys] 12#")});
    EXPECT_EQ(call.event<Dtmf>().digit, '1');
}

TEST(Conversation, gathers_keys_until_a_pause)
{
    Script{}
        .setup()
        .key('1')
        .after(1s)
        .key('2')
        .after(1400ms)
        .nothing_more()
        .after(200ms)
        .thinks()
        .remembers({caller("[keys] 12")});
}

TEST(Conversation, takes_each_key_at_once_when_so_configured)
{
    Policy policy;
    policy.dtmf_gap = 0ms;
    Script{policy}.setup().key('1').thinks().key('2').stops_thinking().thinks();
}

// ── supervisors ──

TEST(Conversation, speaks_a_supervisors_text_in_place_of_the_models)
{
    Script call;
    call.setup()
        .hears("hi")
        .thinks()
        .model("Hello, I am")
        .speaks("Hello, I am")
        .supervisor(SayText{"Hold on."});
    call.stops_thinking()
        .cuts_speech(1)
        .makes_room()
        .speaks("Hold on.", last)
        .accepts()
        .nothing_more();
    call.model_of(1, " the model", done)
        .nothing_more()
        .remembers({caller("hi"), agent("Hold on.")});
    const auto event = call.event<SupervisorOverride>();
    EXPECT_EQ(event.action, "text");
    EXPECT_EQ(event.supervisor, "ada");
}

TEST(Conversation, carries_out_a_supervisors_end_at_once_and_only_once)
{
    Script call;
    call.setup().hears("hi").thinks().supervisor(EndNow{}).stops_thinking().ends_call().accepts();
    call.supervisor(EndNow{}).refuses(errc::call_not_found, "the call is over");
    call.hung_up();
    const auto ended = call.event<CallEnded>();
    EXPECT_EQ(ended.reason, "supervisor");
    EXPECT_EQ(ended.metrics.override_count, 1U);
}

TEST(Conversation, lets_supervisors_press_and_transfer_without_waiting)
{
    Script call;
    call.setup().supervisor(SendDigit{'5'}).presses("5").accepts();
    call.supervisor(TransferNow{"+4930123456"})
        .transfers_to("+4930123456")
        .accepts()
        .nothing_more();
    call.supervisor(TransferNow{"+4930654321"}).refuses(errc::invalid_request, "second_transfer");
    call.supervisor(SayText{"Hi"}).refuses(errc::call_not_found, "the call is over");
}

TEST(Conversation, says_when_it_was_us_who_broke_it_off)
{
    Script call;
    call.setup().step(HungUp{.our_doing = "shutdown"});
    EXPECT_EQ(call.event<CallEnded>().reason, "shutdown");
}

TEST(Conversation, does_not_hang_up_while_a_supervisor_speaks)
{
    Script call;
    call.setup()
        .hears("bye")
        .thinks()
        .model("Bye. [[end_call]]", done)
        .speaks("Bye. ")
        .speaks("", last);
    call.supervisor(SayText{"Wait!"})
        .makes_room()
        .speaks("Wait!", last)
        .accepts()
        .after(20s)
        .nothing_more();
}

// ── clocks and counts ──

TEST(Conversation, reports_one_latency_a_turn_with_every_stage)
{
    Script call;
    call.setup()
        .hears("hi")
        .thinks()
        .after(1ms)
        .step(RequestWritten{1})
        .after(99ms)
        .step(ResponseStarted{1});
    call.after(200ms)
        .model("Hello.", done)
        .speaks("Hello.", last)
        .after(1ms)
        .step(SpeechWritten{1});
    call.after(300ms).speaking_on().after(800ms).played("Hello.").speaking_off();
    const auto latency = call.event<Latency>();
    EXPECT_EQ(latency.turn, 1U);
    EXPECT_EQ(latency.transcript_to_gpt_ms, 1.0);
    EXPECT_EQ(latency.response_headers_ms, 99.0);
    EXPECT_EQ(latency.gpt_first_token_ms, 299.0);
    EXPECT_EQ(latency.first_frame_ms, 301.0);
    EXPECT_EQ(latency.agent_speaking_ms, 601.0);
    EXPECT_EQ(latency.first_audio_playback_ms, 601.0);
    EXPECT_EQ(latency.reply_complete_ms, 300.0);
    EXPECT_EQ(latency.playback_ended_ms, 1401.0);
    EXPECT_FALSE(call.has_event<Latency>());
}

TEST(Conversation, reports_the_latency_of_a_turn_that_never_spoke)
{
    Script call;
    call.setup().hears("one").thinks().hears("two").stops_thinking().thinks().hung_up();
    EXPECT_EQ(call.event<Latency>().turn, 1U);
    EXPECT_EQ(call.event<Latency>().turn, 2U);
}

TEST(Conversation, tells_which_trace_it_is_part_of_and_which_request_answered_a_turn)
{
    Script call;
    call.step(Connected{.call_sid = "CA1", .trace_id = "4bf9"});
    EXPECT_EQ(call.event<CallStarted>().trace_id, "4bf9");
    call.hears("hi")
        .thinks()
        .step(ThinkFailed{1, ModelFailure::server, "as scripted", "req_1"})
        .thinks()
        .step(ResponseStarted{1, "req_2"})
        .model("Hello.", done)
        .speaks("Hello.", last);
    call.hears("and?").thinks().step(ThinkFailed{2, ModelFailure::refused, "", "req_3"});
    EXPECT_EQ(call.event<CallError>().turn, 2U);
    call.hung_up();
    const auto first = call.event<Latency>();
    EXPECT_EQ(first.trace_id, "4bf9");
    EXPECT_EQ(first.request_id, "req_2");
    EXPECT_EQ(call.event<Latency>().request_id, "req_3") << "support asks for the refused one";
}

TEST(Conversation, estimates_the_end_of_playback_when_the_relay_does_not_tell)
{
    Script call;
    call.setup().hears("hi").thinks().model("Hello.", done).speaks("Hello.", last);
    call.after(1min).step(DeadlineReached{});
    const auto latency = call.event<Latency>();
    EXPECT_GT(latency.playback_ended_ms, 0.0);
    EXPECT_LT(latency.playback_ended_ms, 3000.0) << "not when it was noticed";
}

TEST(Conversation, reports_no_end_of_playback_for_a_turn_that_never_spoke)
{
    Script call;
    call.setup().hears("one").thinks().after(50ms).hears("two").stops_thinking().thinks();
    const auto latency = call.event<Latency>();
    EXPECT_EQ(latency.turn, 1U);
    EXPECT_FALSE(latency.playback_ended_ms);
}

TEST(Conversation, begins_once_though_the_relay_says_twice_which_call_it_is)
{
    Script call{with_greeting("Welcome.")};
    call.setup().after(1s).setup().remembers({agent("Welcome.")});
    call.hung_up();
    call.event<CallStarted>();
    EXPECT_FALSE(call.has_event<CallStarted>());
    EXPECT_EQ(call.event<CallEnded>().metrics.call_duration_seconds, 1.0);
}

// ── a voice of our own ──

TEST(Conversation, greets_where_the_relay_does_not)
{
    Policy policy = with_greeting("Not spoken here.");
    policy.own_greeting = "Welcome.";
    Script call{policy};
    call.step(Connected{.call_sid = "CA1", .carries_audio = true})
        .speaks("Welcome.", last)
        .remembers({agent("Welcome.")})
        .nothing_more();
}

TEST(Conversation, tells_what_could_not_be_spoken_and_goes_on)
{
    Script call;
    call.setup().hears("hi").thinks().model("Hello.", done).speaks("Hello.", last);
    call.step(SpeechFailed{1, "Hello.", "HTTP 500"}).played("Hello.").nothing_more();
    const auto error = call.event<CallError>();
    EXPECT_EQ(error.code, "OPENAI_ERROR");
    EXPECT_EQ(error.message, "speech: HTTP 500; not spoken: Hello.");
    EXPECT_EQ(error.turn, 1U);
}

TEST(Conversation, goes_on_with_a_caller_who_could_not_be_transferred)
{
    Script call;
    call.setup().supervisor(TransferNow{"+15550100"}).transfers_to("+15550100").accepts();
    call.step(PartingFailed{"+15550100", "Twilio answered 404"}).thinks();
    call.model("I am sorry.", done).speaks("I am sorry.", last).nothing_more();
    EXPECT_EQ(call.event<CallError>().code, "TWILIO_ERROR");
    EXPECT_FALSE(call.conversation().is_ending());
    call.supervisor(TransferNow{"+15550100"}).transfers_to("+15550100").accepts();
}

TEST(Conversation, leaves_a_call_that_the_network_does_not_end)
{
    Script call;
    call.setup().supervisor(EndNow{}).ends_call().accepts();
    call.step(PartingFailed{{}, "Twilio did not answer in time"}).disconnects().nothing_more();
    EXPECT_EQ(call.event<CallError>().code, "TWILIO_ERROR");
}

TEST(Conversation, counts_the_reference_metrics)
{
    Script call;
    call.setup()
        .hears_partly("pre")
        .hears("press")
        .thinks()
        .model("[[press:1]]", done)
        .supervisor(SendDigit{'2'});
    call.after(10s).hung_up(true);
    const auto ended = call.event<CallEnded>();
    EXPECT_EQ(ended.reason, "connection_lost");
    EXPECT_EQ(ended.metrics, (CallMetrics{10.0, 1, 1, 1}));
    EXPECT_FALSE(call.conversation().deadline());
}

}  // namespace
}  // namespace phony::call
