#include <phony/speech/line.hpp>

#include <phony/call/spoken_text.hpp>
#include <phony/speech/mu_law.hpp>

#include <algorithm>
#include <utility>

namespace phony::speech {
namespace {

using namespace std::chrono_literals;

constexpr Duration per_digit = 200ms;  ///< a tone and the silence behind it
constexpr Duration per_wait = 500ms;   ///< `w`
constexpr double characters_per_second = 15;

constexpr Duration time_of(std::size_t bytes)
{
    return std::chrono::duration_cast<Duration>(std::chrono::seconds{1}) *
           static_cast<std::int64_t>(bytes) / phone_rate;
}

std::size_t bytes_in(Duration duration)
{
    if (duration <= Duration::zero()) return 0;
    const std::chrono::duration<double> seconds = duration;
    return static_cast<std::size_t>(seconds.count() * phone_rate);
}

}  // namespace

// ── from the conversation ──

void Line::say(const call::Output& output, TimePoint now)
{
    if (const auto* words = std::get_if<call::Speak>(&output)) {
        speak(*words);
    } else if (const auto* keys = std::get_if<call::PressKeys>(&output)) {
        press(*keys);
    } else if (std::holds_alternative<call::MakeRoom>(output)) {
        drop(now, [](const Item& item) { return item.preemptible && !item.digits(); });
    } else {
        part(output, now);
    }
}

void Line::speak(const call::Speak& speak)
{
    if (!open_ || speak.turn != newest_turn_) {
        if (speak.text.empty()) return;  // the end of what was cut
        flush_clauses();
        ++newest_;
        newest_turn_ = speak.turn;
        newest_preemptible_ = speak.preemptible;
        open_ = true;
    }
    add_clauses(cutter_.feed(speak.text));
    if (speak.last) {
        flush_clauses();
        open_ = false;
    }
}

/// Digits keep their place among the words, unless they do not wait for any.
void Line::press(const call::PressKeys& press)
{
    flush_clauses();
    Item& item = items_.emplace_back();
    item.text = press.digits;
    item.turn = open_ ? newest_turn_ : 0;
    if (!press.at_once) return;
    for (const char key : press.digits) act(Digit{key});
    item.sent_ahead = true;
}

void Line::add_clauses(std::vector<std::string> clauses)
{
    for (std::string& clause : clauses) {
        Item& item = items_.emplace_back();
        item.id = next_id_++;
        item.utterance = newest_;
        item.turn = newest_turn_;
        item.preemptible = newest_preemptible_;
        item.text = std::move(clause);
    }
}

void Line::flush_clauses()
{
    add_clauses(cutter_.finish());
}

void Line::part(const call::Output& how, TimePoint now)
{
    cutter_.reset();
    open_ = false;
    drop(now, [](const Item&) { return true; });
    begun_ = 0;
    act(Part{how});
}

void Line::cut(call::Turn turn)
{
    if (turn == 0) return;
    std::erase_if(items_, [turn](const Item& item) {
        return item.turn == turn && !item.digits() && item.sent == 0;
    });
    if (newest_turn_ != turn) return;
    cutter_.reset();
    open_ = false;
}

std::optional<call::Interrupted> Line::barge_in(TimePoint now)
{
    report_played(now);
    if (!is_playing()) return std::nullopt;
    // Of a newer one some may have been sent already.
    const auto playing = std::ranges::find_if(
        items_, [](const Item& item) { return !item.digits() && item.sent > 0; });
    const Utterance stopped = playing == items_.end() ? begun_ : playing->utterance;
    const auto bytes = played(now);
    call::Interrupted interrupted;
    for (std::size_t at = 0; at < items_.size(); ++at) {
        if (items_[at].utterance != stopped) continue;
        interrupted.heard = heard_text(items_[at], bytes[at]);
        break;
    }
    if (newest_ == stopped) {
        cutter_.reset();
        open_ = false;
    }
    begun_ = 0;
    drop(now, [stopped](const Item& item) { return item.utterance == stopped; });
    return interrupted;
}

// ── from synthesis ──

std::optional<Line::Clause> Line::next_clause()
{
    const std::size_t at = waiting_item();
    if (at == items_.size()) return std::nullopt;
    items_[at].given_out = true;
    return Clause{items_[at].id, items_[at].text};
}

/// The place of the clause that is to be synthesised next; behind all when none is.
std::size_t Line::waiting_item() const
{
    std::size_t ahead = 0;
    for (std::size_t at = 0; at < items_.size() && ahead <= bytes_in(enough_ahead); ++at) {
        const Item& item = items_[at];
        if (item.digits()) continue;
        if (!item.given_out) return at;
        ahead += item.audio.size() - item.sent;
    }
    return items_.size();
}

void Line::add_audio(ClauseId id, std::string_view mu_law, TimePoint now)
{
    Item* const item = find(id);
    if (item == nullptr) return;
    if (!item->has_frame()) item->ready = now;
    item->audio += mu_law;
}

void Line::end_audio(ClauseId id, TimePoint now)
{
    Item* const item = find(id);
    if (item == nullptr) return;
    if (!item->has_frame()) item->ready = now;
    item->complete = true;
    if (item->all_sent()) item->ends = line_ends_;
}

bool Line::take_back_audio(ClauseId id)
{
    Item* const item = find(id);
    if (item == nullptr || item->sent > 0) return false;
    item->audio.clear();
    return true;
}

void Line::fail(ClauseId id, std::string_view why, TimePoint now)
{
    const Item* const item = find(id);
    if (item == nullptr) return;
    report(call::SpeechFailed{item->turn, item->text, std::string{why}});
    end_audio(id, now);
}

// ── the clock ──

void Line::advance(TimePoint now)
{
    report_played(now);
    while (send_next(now)) report_played(now);
}

/// Sends one frame, or one digit, if it is due.
bool Line::send_next(TimePoint now)
{
    const auto next =
        std::ranges::find_if(items_, [](const Item& item) { return !item.all_sent(); });
    if (next == items_.end()) return false;
    return next->digits() ? send_digit(*next, now) : send_audio(*next, now);
}

bool Line::send_audio(Item& item, TimePoint now)
{
    if (!item.has_frame()) return false;
    const Duration ahead = line_ends_ - now;
    if (ahead >= settings_.lead) topping_up_ = false;
    if (ahead <= settings_.lead / 2) topping_up_ = true;
    if (!topping_up_) return false;

    if (begun_ != item.utterance) begin_utterance(item);
    if (flowing_ && line_ends_ < now && item.ready < line_ends_) ++underruns_;
    const std::size_t size = std::min(item.audio.size() - item.sent, frame_bytes);
    act(Media{item.audio.substr(item.sent, size)});
    item.sent += size;
    line_ends_ = std::max(line_ends_, now) + time_of(size);
    flowing_ = true;
    if (item.all_sent()) item.ends = line_ends_;
    return true;
}

void Line::begin_utterance(const Item& item)
{
    begun_ = item.utterance;
    flowing_ = false;
    if (item.turn != 0 && std::exchange(written_, item.turn) != item.turn)
        report(call::SpeechWritten{item.turn});
    report(call::AgentSpeaking{true});
}

/// Digits come when all before them has been played.
bool Line::send_digit(Item& item, TimePoint now)
{
    if (item.sent_ahead) {
        item.sent = item.text.size();
        item.ends = line_ends_;
        return true;
    }
    if (line_ends_ > now) return false;
    const char key = item.text[item.sent++];
    if (key != 'w') act(Digit{key});
    line_ends_ = now + (key == 'w' ? per_wait : per_digit);
    flowing_ = false;
    if (item.all_sent()) item.ends = line_ends_;
    return true;
}

void Line::report_played(TimePoint now)
{
    while (!items_.empty() && items_.front().all_sent() && items_.front().ends <= now) {
        report(call::Played{std::move(items_.front().text)});
        items_.pop_front();
    }
    const bool over = is_playing() && !open_ && line_ends_ <= now &&
                      std::ranges::all_of(items_, &Item::digits);
    if (!over) return;
    begun_ = 0;
    flowing_ = false;
    report(call::AgentSpeaking{false});
}

std::optional<TimePoint> Line::deadline() const
{
    std::optional<TimePoint> due;
    const auto earliest = [&due](TimePoint candidate) {
        if (!due || candidate < *due) due = candidate;
    };
    if (!items_.empty() && items_.front().all_sent()) earliest(items_.front().ends);
    if (is_playing() && !open_ && items_.empty()) earliest(line_ends_);
    const auto next =
        std::ranges::find_if(items_, [](const Item& item) { return !item.all_sent(); });
    if (next == items_.end()) return due;
    if (next->digits()) {
        earliest(line_ends_);
    } else if (next->has_frame()) {
        earliest(line_ends_ - settings_.lead / 2);
    }
    return due;
}

std::vector<Effect> Line::take_effects()
{
    return std::exchange(effects_, {});
}

// ── what was heard ──

std::vector<std::size_t> Line::played(TimePoint now) const
{
    std::vector<std::size_t> bytes(items_.size());
    std::size_t unplayed = bytes_in(line_ends_ - now);  // the last that was sent
    for (std::size_t at = items_.size(); at-- > 0;) {
        const Item& item = items_[at];
        if (item.digits()) continue;
        const std::size_t waiting = std::min(item.sent, unplayed);
        unplayed -= waiting;
        bytes[at] = item.sent - waiting;
    }
    return bytes;
}

/// The words of a clause that its first bytes spoke.
std::string Line::heard_text(const Item& item, std::size_t played) const
{
    if (played == 0) return {};
    const auto characters = static_cast<double>(call::count_characters(item.text));
    double whole = static_cast<double>(item.audio.size());
    if (!item.complete) whole = std::max(whole, characters / characters_per_second * phone_rate);
    const auto spoken = static_cast<std::size_t>(characters * static_cast<double>(played) / whole);
    return item.text.substr(0, call::advance_words(item.text, 0, spoken));
}

template <typename Unwanted>
void Line::drop(TimePoint now, Unwanted unwanted)
{
    report_played(now);
    const auto bytes = played(now);
    bool clear = false;
    for (std::size_t at = 0; at < items_.size(); ++at) {
        const Item& item = items_[at];
        if (item.digits() || !unwanted(item)) continue;
        clear = clear || item.sent > bytes[at];
        // Newer speech replaces it: what was heard is told now, as it will never be played whole.
        if (bytes[at] > 0 && is_playing()) report(call::Played{heard_text(item, bytes[at])});
    }
    if (clear) {
        act(Clear{});
        line_ends_ = now;
        flowing_ = false;
        for (std::size_t at = 0; at < items_.size(); ++at) {
            if (!items_[at].digits()) items_[at].sent = bytes[at];
        }
    }
    std::erase_if(items_, [&](const Item& item) { return unwanted(item); });
    if (std::ranges::none_of(items_, [this](const Item& i) { return i.utterance == begun_; }))
        begun_ = 0;
    topping_up_ = true;
}

const Line::Item* Line::find(ClauseId id) const
{
    const auto item = std::ranges::find_if(
        items_, [id](const Item& each) { return !each.digits() && each.id == id; });
    return item == items_.end() ? nullptr : &*item;
}

Line::Item* Line::find(ClauseId id)
{
    return const_cast<Item*>(std::as_const(*this).find(id));  // NOLINT(*-const-cast): ours
}

}  // namespace phony::speech
