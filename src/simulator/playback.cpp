#include "simulator/playback.hpp"

#include <phony/base/text.hpp>

#include <algorithm>
#include <utility>

namespace phony::simulator {

namespace {

constexpr std::string_view whitespace = " \t\r\n";

bool begins_character(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U;
}

std::int64_t characters(std::string_view text)
{
    return std::count_if(text.begin(), text.end(), begins_character);
}

}  // namespace

std::size_t clause_length(std::string_view text, bool complete)
{
    // Recorded: "…about eight seconds, " was cut at its comma (46 characters); nothing shorter was.
    constexpr std::size_t shortest_comma_clause = 40;

    for (std::size_t i = text.find_first_not_of(whitespace); i < text.size(); ++i) {
        const bool at_end = i + 1 == text.size();
        const bool space_follows = !at_end &&
                                   whitespace.find(text[i + 1]) != std::string_view::npos;
        switch (text[i]) {
        case '.':
        case '!':
        case '?':
        case ':':
        case ';':
            if (space_follows) return i + 1;
            break;
        case ',':
            if (space_follows && i + 1 >= shortest_comma_clause) return i + 2;
            break;
        default: break;
        }
    }
    return complete ? text.size() : 0;
}

void Playback::greet(std::string text, Inputs interruptible, TimePoint at)
{
    Item greeting;
    greeting.cycle = ++cycle_;
    greeting.text = std::move(text);
    greeting.complete = true;
    greeting.in_one_piece = true;
    greeting.interruptible = interruptible;
    greeting.ready = at;
    push(std::move(greeting));
}

void Playback::say(std::string_view token, const SpeechFlags& flags, TimePoint now)
{
    advance(now);
    if (discarding_) {
        if (flags.last) discarding_ = cycle_open_ = false;
        return;
    }
    if (!token.empty()) {
        if (!cycle_open_) begin_cycle(now);
        const bool continues = !queue_.empty() && queue_.back().kind == Kind::speech &&
                               queue_.back().cycle == cycle_ && !queue_.back().complete;
        if (!continues) {
            Item item;
            item.cycle = cycle_;
            item.preemptible = flags.preemptible;
            item.interruptible = flags.interruptible;
            item.ready = now + start_delay();
            push(std::move(item));
        }
        Item& item = queue_.back();
        // Starved: these words have to be synthesised before anything can be heard again.
        if (continues && queue_.size() == 1 && !playing_ && is_blank(item.text, whitespace))
            item.ready = now + start_delay();
        item.text += token;
        item.newest_token = now;
    }
    if (flags.last && cycle_open_) {
        complete_open_item();
        cycle_open_ = false;
        if (silent_midway_ && idle()) {
            silent_midway_ = false;
            report(now, CycleEnded{});
        }
    }
    settle(now);
}

void Playback::play_sound(std::string source, int times, const SpeechFlags& flags, TimePoint now)
{
    advance(now);
    if (cycle_open_) {
        complete_open_item();
    } else {
        begin_cycle(now);
        cycle_open_ = false;
    }
    Item item;
    item.kind = Kind::sound;
    item.cycle = cycle_;
    item.text = std::move(source);
    item.complete = true;
    item.preemptible = flags.preemptible;
    item.interruptible = flags.interruptible;
    item.length = pace_.sound * times;
    item.ready = now + start_delay();
    push(std::move(item));
    settle(now);
}

void Playback::send_digits(std::string digits, TimePoint now)
{
    advance(now);
    if (cycle_open_)
        complete_open_item();  // words that follow in the same cycle are spoken behind the digits
    settle(now);
    Item item;
    item.kind = Kind::digits;
    item.length = pace_.digits + pace_.digit_pause * std::count(digits.begin(), digits.end(), 'w');
    item.text = std::move(digits);
    item.complete = true;
    item.ready = now;
    push(std::move(item));
}

bool Playback::idle() const
{
    return !playing_ && std::all_of(queue_.begin(), queue_.end(), [](const Item& item) {
        return item.kind == Kind::speech && is_blank(item.text, whitespace);
    });
}

Playback::Cut Playback::interrupt(TimePoint now)
{
    if (!playing_) return {};
    const Clause clause = std::move(*playing_);
    playing_.reset();
    const Cut cut{heard_of(clause, now), now - clause.began};
    if (!clause.sound) report(now, Played{cut.heard, true, false});

    std::erase_if(queue_, [&](const Item& item) {
        return item.kind != Kind::digits && item.cycle == clause.cycle;
    });
    discarding_ = cycle_open_ && clause.cycle == cycle_;
    front_since_ = now;
    drop_finished_items(now);
    off_at_ = now + pace_.interrupt_lag;
    return cut;
}

void Playback::stop(TimePoint now)
{
    advance(now);
    if (playing_ && !playing_->sound) report(now, Played{heard_of(*playing_, now), true, false});
    playing_.reset();
    queue_.clear();
    off_at_.reset();
}

std::optional<TimePoint> Playback::next_due() const
{
    std::optional<TimePoint> due = playing_ ? std::optional{playing_->ends} : next_start();
    if (off_at_ && (!due || *off_at_ < *due)) due = off_at_;
    return due;
}

void Playback::advance(TimePoint now)
{
    for (auto due = next_due(); due && *due <= now; due = next_due()) {
        if (playing_ && playing_->ends == *due) {
            finish_clause(*due);
        } else if (const auto start = next_start(); !playing_ && start && *start == *due) {
            begin_next(*due);
        } else {
            off_at_.reset();
            speaking_ = false;
            silent_midway_ = cycle_open_ && !discarding_;
            report(*due, SpeakingEnded{.midway = silent_midway_});
        }
    }
}

std::vector<PlaybackEvent> Playback::take_events()
{
    return std::exchange(events_, {});
}

/// A reply begins: what is marked preemptible gives way to it (recording F), the rest is waited
/// for.
void Playback::begin_cycle(TimePoint now)
{
    ++cycle_;
    cycle_open_ = true;
    if (std::erase_if(queue_, [](const Item& item) { return item.preemptible; }) > 0)
        front_since_ = std::max(front_since_, now);
    drop_finished_items(now);
    if (playing_ && playing_->preemptible) {
        playing_->cut = true;
        playing_->ends = std::min(playing_->ends, now + pace_.preemption_lag);
        bridging_ = true;
    }
}

void Playback::complete_open_item()
{
    if (!queue_.empty() && queue_.back().cycle == cycle_) queue_.back().complete = true;
}

std::optional<TimePoint> Playback::next_start() const
{
    if (playing_ || queue_.empty()) return std::nullopt;
    const Item& item = queue_.front();
    const TimePoint earliest = std::max(front_since_, item.ready);
    switch (item.kind) {
    case Kind::digits: return earliest + item.length;
    case Kind::sound: return earliest;
    case Kind::speech: break;
    }
    if (is_blank(item.text, whitespace)) return std::nullopt;
    if (item.in_one_piece || clause_length(item.text, item.complete) > 0) return earliest;
    return std::max(earliest, item.newest_token + pace_.patience);
}

void Playback::begin_next(TimePoint at)
{
    Item& item = queue_.front();
    if (item.kind == Kind::digits) {
        report(at, Played{item.text, false, true});
        queue_.pop_front();
        front_since_ = at;
        drop_finished_items(at);
        return;
    }
    if (!std::exchange(speaking_, true)) report(at, SpeakingBegan{});
    silent_midway_ = false;
    off_at_.reset();
    bridging_ = false;

    Clause clause;
    clause.interruptible = item.interruptible;
    clause.cycle = item.cycle;
    clause.preemptible = item.preemptible;
    clause.sound = item.kind == Kind::sound;
    clause.began = at;
    if (clause.sound) {
        clause.text = std::exchange(item.text, {});
        clause.ends = at + item.length;
    } else {
        std::size_t length = item.in_one_piece ? 0 : clause_length(item.text, item.complete);
        if (length == 0) length = item.text.size();  // in one piece, or out of patience
        clause.text = item.text.substr(0, length);
        item.text.erase(0, length);
        clause.ends = at + pace_.clause_pause + pace_.per_character * characters(clause.text);
    }
    playing_ = std::move(clause);
}

void Playback::finish_clause(TimePoint at)
{
    if (!playing_) return;
    const Clause clause = std::move(*playing_);
    playing_.reset();
    if (!clause.sound)
        report(at, Played{clause.cut ? heard_of(clause, at) : clause.text, clause.cut, false});
    front_since_ = at;
    drop_finished_items(at);

    const auto next = next_start();
    if (next && *next <= at && queue_.front().kind != Kind::digits)
        begin_next(at);
    else if (!bridging_ || queue_.empty())
        off_at_ = at + pace_.silence_lag;
}

/// Whole words, and at least the first: a greeting cut after 22 ms was reported as "This".
std::string Playback::heard_of(const Clause& clause, TimePoint now) const
{
    const std::string_view text = trimmed(clause.text, whitespace);
    const std::int64_t spoken = pace_.per_character.count() > 0
                                    ? (now - clause.began) / pace_.per_character
                                    : characters(clause.text);
    // The space before the first word takes its time, too.
    std::int64_t position = characters(clause.text) - characters(text);
    std::size_t heard = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        const bool word_ends = i == text.size() ||
                               whitespace.find(text[i]) != std::string_view::npos;
        if (word_ends && (heard == 0 || position <= spoken)) heard = i;
        if (i < text.size() && begins_character(text[i])) ++position;
    }
    return std::string{trimmed(text.substr(0, heard), whitespace)};
}

void Playback::push(Item item)
{
    if (queue_.empty() && !playing_) front_since_ = item.ready;
    queue_.push_back(std::move(item));
}

/// After words came, or the end of a cycle: it may turn out to hold no words at all, and what
/// becomes a whole clause only now cannot have begun earlier.
void Playback::settle(TimePoint now)
{
    if (playing_) return;
    drop_finished_items(now);
    if (!queue_.empty() && queue_.front().kind == Kind::speech)
        queue_.front().ready = std::max(queue_.front().ready, now);
    if (bridging_ && queue_.empty()) {
        bridging_ = false;
        off_at_ = now + pace_.silence_lag;
    }
}

void Playback::drop_finished_items(TimePoint at)
{
    while (!queue_.empty() && queue_.front().complete && queue_.front().kind != Kind::digits &&
           is_blank(queue_.front().text, whitespace)) {
        queue_.pop_front();
        front_since_ = std::max(front_since_, at);
    }
}

void Playback::report(TimePoint at, decltype(PlaybackEvent::what) what)
{
    events_.push_back({at, std::move(what)});
}

}  // namespace phony::simulator
