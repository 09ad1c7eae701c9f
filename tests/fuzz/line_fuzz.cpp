#include <phony/speech/line.hpp>

#include <phony/call/spoken_text.hpp>
#include <phony/speech/mu_law.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

using namespace phony;
using namespace std::chrono_literals;

namespace {

constexpr Duration lead = 200ms;
constexpr Duration frame_time = 20ms;

constexpr std::array<std::string_view, 8> texts{
    "Yes. ",
    "We open at nine, and close at five. ",
    " and",
    "1.50 EUR ",
    "\xC3\xA4\xE3\x80\x82",
    " ",
    "",
    "A long sentence that goes on, without coming to any end that one could hear"};

void require(bool holds)
{
    if (!holds) std::abort();
}

Duration time_of(std::size_t bytes)
{
    return std::chrono::duration_cast<Duration>(1s) * static_cast<std::int64_t>(bytes) /
           speech::phone_rate;
}

/// A line between a conversation and a synthesiser that do anything at any time, and a phone that
/// plays what it gets.
class Exchange {
public:
    Exchange(const std::uint8_t* data, std::size_t size) : data_{data}, size_{size} {}

    void run()
    {
        while (at_ < size_) {
            act(next());
            take();
        }
        finish();
    }

private:
    std::uint8_t next() { return at_ < size_ ? data_[at_++] : std::uint8_t{0}; }

    void act(std::uint8_t byte)
    {
        switch (byte % 12) {
        case 0: return say(false);
        case 1: return say(true);
        case 2: return press();
        case 3: return line_.say(call::MakeRoom{}, now_);
        case 4: return line_.cut(turn_);
        case 5: return barge_in();
        case 6: return give_out();
        case 7:
            return with_clause([this](auto id) {
                line_.add_audio(id, std::string(next() * std::size_t{97}, '\x7E'), now_);
            });
        case 8: return end_clause([this](auto id) { line_.end_audio(id, now_); });
        case 9: return with_clause([this](auto id) { line_.take_back_audio(id); });
        case 10: return end_clause([this](auto id) { line_.fail(id, "no voice", now_); });
        default: return wait();
        }
    }

    void say(bool last)
    {
        const std::uint8_t choice = next();
        if (choice >= 128) ++turn_;
        const auto text = texts[choice % texts.size()];
        said_ += call::count_characters(text);
        line_.say(call::Speak{turn_, std::string{text}, last, turn_ % 3 != 0}, now_);
    }

    void press()
    {
        const std::uint8_t choice = next();
        said_ += 3;
        pressed_ = true;
        line_.say(call::PressKeys{"1w#", choice % 2 == 0}, now_);
    }

    void barge_in()
    {
        const auto interrupted = line_.barge_in(now_);
        if (interrupted) heard_ += call::count_characters(interrupted->heard);
    }

    void give_out()
    {
        const auto clause = line_.next_clause();
        if (clause) clauses_.push_back(clause->id);
    }

    template <typename Act>
    void with_clause(Act act)
    {
        if (!clauses_.empty()) act(clauses_[next() % clauses_.size()]);
    }

    template <typename Act>
    void end_clause(Act act)
    {
        if (clauses_.empty()) return;
        const auto clause = clauses_.begin() +
                            static_cast<std::ptrdiff_t>(next() % clauses_.size());
        act(*clause);
        clauses_.erase(clause);
    }

    /// As long as a thread is held up, or from deadline to deadline.
    void wait()
    {
        const std::uint8_t choice = next();
        const TimePoint end = now_ + choice * 7ms;
        for (auto due = line_.deadline(); choice % 2 == 0 && due && *due <= end;
             due = line_.deadline()) {
            now_ = std::max(now_, *due);
            advance();
        }
        now_ = end;
        advance();
    }

    /// Afterwards there is nothing to do for now, or the clock would never get on.
    void advance()
    {
        line_.advance(now_);
        take();
        const auto due = line_.deadline();
        require(!due || *due > now_);
    }

    void take()
    {
        for (const speech::Effect& effect : line_.take_effects()) {
            if (const auto* media = std::get_if<speech::Media>(&effect)) {
                require(!media->audio.empty());
                require(media->audio.size() <= speech::Line::frame_bytes);
                plays_until_ = std::max(plays_until_, now_) + time_of(media->audio.size());
                require(plays_until_ - now_ < lead + frame_time);
            } else if (std::holds_alternative<speech::Clear>(effect)) {
                require(plays_until_ > now_ || pressed_);
                plays_until_ = now_;
            } else if (const auto* report = std::get_if<speech::Report>(&effect)) {
                note(report->input);
            }
        }
    }

    void note(const call::Input& input)
    {
        if (const auto* played = std::get_if<call::Played>(&input))
            heard_ += call::count_characters(played->text);
        if (const auto* speaking = std::get_if<call::AgentSpeaking>(&input)) {
            require(speaking->on || speaking_);
            speaking_ = speaking->on;
        }
        require(heard_ <= said_);
    }

    /// Whatever is still to be said is said, and then the line is quiet.
    void finish()
    {
        ++turn_;
        said_ += 3;
        line_.say(call::Speak{turn_, "End", true, true}, now_);
        for (int step = 0;; ++step) {
            require(step < 1'000'000);
            give_out();
            for (const auto id : clauses_) {
                line_.add_audio(id, std::string(1000, '\x7E'), now_);
                line_.end_audio(id, now_);
            }
            clauses_.clear();
            advance();
            const auto due = line_.deadline();
            if (due) now_ = *due;
            if (!due && !line_.has_clause()) break;
        }
        require(!line_.barge_in(now_));
        require(plays_until_ <= now_);
    }

    const std::uint8_t* data_;
    std::size_t size_;
    std::size_t at_ = 0;
    TimePoint now_{1h};
    TimePoint plays_until_{1h};
    call::Turn turn_ = 1;
    std::size_t said_ = 0;
    std::size_t heard_ = 0;
    bool speaking_ = false;
    bool pressed_ = false;  ///< keys and pauses take time that no frame tells of
    std::vector<speech::Line::ClauseId> clauses_;
    speech::Line line_{{.lead = lead}};
};

}  // namespace

/// Whoever says, synthesises and interrupts what and when: frames are of a size that a phone plays,
/// little is sent ahead of the clock, nothing is heard that was not said, and the line comes to
/// rest.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    Exchange{data, std::min(size, std::size_t{4096})}.run();
    return 0;
}
