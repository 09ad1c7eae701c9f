#include "simulator/scripted_replies.hpp"

#include <array>

namespace phony::simulator {

namespace {

std::vector<ScriptedLine> write_lines()
{
    return {
        // ── what Phony tells the model ──
        {{"[supervisor]"},
         "door of the apartment",
         "Thank you for waiting. My colleague just told me: {answer} Would you give that a try?"},
        {{"[supervisor]"},
         "",
         "Thank you for waiting. I have asked, and here is the answer: {answer} Is there anything "
         "else that I can do for you?"},
        {{"[no answer]"},
         "",
         "I'm sorry, I could not reach anyone who knows that right now. May we call you back later "
         "today?"},
        {{"[keys]", "5"},
         "survey",
         "Five, wonderful, thank you. Second question: how likely are you to recommend us to a "
         "friend, again from one to five?"},
        {{"[keys]", "4"},
         "survey",
         "Four, noted. And the last one: what is one thing that we could do better? Just tell me "
         "in "
         "your own words."},
        {{"[keys]"},
         "survey",
         "Thank you, I've noted that. And what is one thing that we could do better? Just tell me "
         "in your own words."},
        {{"[keys]", "0"},
         "",
         "One moment please, I'm connecting you with a colleague. [[transfer:{number}]]"},
        {{"[keys]"}, "", "Thank you, I got your keys. How may I help you?"},

        // ── customer_service ──
        {{"coffee grinder", "arrived"},
         "",
         "I'm sorry to hear that, let me look into it right away. Could you read me your order "
         "number, please?"},
        {{"four eight two one"},
         "",
         "Thank you. Order 4 8 2 1 left our warehouse on Tuesday, and it should be with you "
         "tomorrow "
         "before noon. Shall I send the tracking link to this phone?"},
        {{"return it"},
         "",
         "Of course, the link is on its way to you. And yes, you have thirty days to return it "
         "free "
         "of charge, as long as you keep the box."},
        {{"bye"},
         "coffee grinder",
         "You're very welcome. Enjoy your coffee, and goodbye! [[end_call]]"},

        // ── appointment ──
        {{"check up", "doctor lee"},
         "",
         "Gladly. Doctor Lee has time on Thursday at half past nine, or on Friday at two in the "
         "afternoon. Which would suit you better?"},
        {{"friday"}, "doctor lee", "Friday at two it is. And what name may I put that under?"},
        {{"thursday"},
         "doctor lee",
         "Thursday at half past nine it is. And what name may I put that under?"},
        {{"maria gonzalez"},
         "",
         "Thank you, Maria. You're booked with Doctor Lee on Friday at two o'clock. Would you like "
         "a "
         "text message the day before, as a reminder?"},
        {{"bye"},
         "doctor lee",
         "It's all set. We look forward to seeing you on Friday. Goodbye! [[end_call]]"},

        // ── survey ──
        {{"parking"},
         "survey",
         "That's very helpful, and I'll pass it on to the team. That was the last question. Thank "
         "you for your time, and goodbye! [[end_call]]"},
        {{"survey"},
         "",
         "Thank you for calling back! It's just three short questions. First: from one to five, "
         "how "
         "satisfied were you with your last visit? Please use your keypad, and finish with the "
         "pound key."},

        // ── ivr_navigation: words would only confuse the menu ──
        {{"for english press 1"}, "", "[[press:1]]"},
        {{"change an appointment press 3"}, "", "[[press:3]]"},
        {{"member number", "pound key"}, "", "[[press:20481632#]]"},
        {{"to keep it press 1"}, "", "[[press:1]]"},
        {{"your appointment is confirmed"}, "", "Thank you, goodbye. [[end_call]]"},

        // ── transfer ──
        {{"charged twice"},
         "",
         "I'm sorry about that, let me help. Was the second charge for the same amount?"},
        {{"talk to a person"},
         "charged twice",
         "Of course. I'm connecting you with a colleague in billing who can refund that right "
         "away. "
         "One moment, please. [[transfer:{number}]]"},

        // ── interruption ──
        {{"which phone plans"},
         "",
         "I'm happy to explain. We have three plans. The Basic plan costs ten dollars a month and "
         "comes with five gigabytes of data. The Plus plan costs twenty dollars a month and comes "
         "with twenty gigabytes and free calls to Canada. And the Premium plan costs forty dollars "
         "a month, with unlimited data and roaming in more than ninety countries."},
        {{"cheapest"},
         "",
         "Sure! That is the Basic plan: ten dollars a month for five gigabytes, and you can cancel "
         "it at any time. Would you like me to sign you up?"},
        {{"think about it"},
         "phone plans",
         "No problem at all. Call us again whenever you like. Goodbye! [[end_call]]"},

        // ── clarification: the holding phrase is Phony's own ──
        {{"door of the apartment", "code"},
         "",
         "[[request_user:The door code of the caller's apartment does not work. What is the "
         "current "
         "code?]]"},
        {{"open"},
         "door of the apartment",
         "Wonderful. Enjoy your stay, and goodbye! [[end_call]]"},

        // ── everyday requests ──
        {{"goodbye"}, "", "Thank you for calling. Goodbye! [[end_call]]"},
        {{"bye"}, "", "Thank you for calling. Goodbye! [[end_call]]"},
        {{"hang up"}, "", "Of course. Goodbye! [[end_call]]"},
        {{"talk to a person"},
         "",
         "Of course, I'm connecting you with a colleague. One moment, please. "
         "[[transfer:{number}]]"},
        {{"speak to a human"},
         "",
         "Of course, I'm connecting you with a colleague. One moment, please. "
         "[[transfer:{number}]]"},
        {{"transfer me"},
         "",
         "Of course, I'm connecting you now. One moment, please. [[transfer:{number}]]"},
        {{"supervisor"},
         "",
         "[[request_user:The caller asks for a supervisor. What shall I say?]]"},
        {{"when", "open"},
         "",
         "We're open from nine to six, Monday to Saturday. Can I help you with anything else?"},
        {{"are you", "robot"},
         "",
         "I'm Phony, a voice assistant, and right now I speak from a script. How may I help you?"},
        {{"who are you"},
         "",
         "I'm Phony, a voice assistant, and right now I speak from a script. How may I help you?"},
        {{"thank"}, "", "You're very welcome. Is there anything else that I can do for you?"},
        {{"hello"}, "", "Hello! This is Phony. How may I help you today?"},
        {{"hi"}, "", "Hi there! This is Phony. How may I help you today?"},
    };
}

}  // namespace

std::span<const ScriptedLine> scripted_lines()
{
    static const std::vector<ScriptedLine> lines = write_lines();
    return lines;
}

std::span<const std::string_view> small_talk()
{
    static constexpr std::array<std::string_view, 3> replies{
        "I see. Could you tell me a little more about that?",
        "Thank you, I've made a note of it. Is there anything else?",
        "Understood. I'm only a scripted model, but I'm listening. What else can I do for you?"};
    return replies;
}

}  // namespace phony::simulator
