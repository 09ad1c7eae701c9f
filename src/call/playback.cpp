#include <phony/call/playback.hpp>

#include <phony/call/spoken_text.hpp>

#include <algorithm>
#include <utility>

namespace phony::call {
namespace {

using namespace std::chrono_literals;

// Read off recorded calls: from the first token to `agentSpeaking on` 253 to 449 ms, about 19
// characters a second, and a replaced utterance is reported about 0.1 s later.
constexpr Duration onset = 350ms;
constexpr double characters_per_second = 19.0;
constexpr Duration late_report = 2s;
constexpr Duration soonest_heard = 200ms;  // nothing sooner after it was handed over
constexpr Duration per_digit = 250ms;
constexpr Duration idle_digits = 1900ms;

// Finished segments that are kept so that late reports and marks still find theirs, and the most
// that are kept of a relay that never reports them.
constexpr std::size_t kept_segments = 16;
constexpr std::size_t most_segments = 64;

Duration time_to_speak(std::string_view text)
{
    const std::chrono::duration<double> spoken{static_cast<double>(count_characters(text)) /
                                               characters_per_second};
    return std::chrono::duration_cast<Duration>(spoken);
}

}  // namespace

bool Playback::Segment::heard() const
{
    return digits ? played == text.size() : end_of_speech(text, played) == text.size();
}

std::vector<Playback::Heard> Playback::begin(Id utterance,
                                             Turn turn,
                                             bool preemptible,
                                             TimePoint now)
{
    std::vector<Heard> replaced;
    bool takes_over = false;
    close();
    for (Segment& older : segments_) {
        if (older.over()) continue;
        if (is_silent() && time_played_up_to(older.number + 1) <= now) {
            finish(older, now);
            continue;
        }
        if (older.digits || !older.preemptible) continue;
        const std::size_t position = position_by_clock(older, now);
        if (end_of_speech(older.text, position) == older.text.size()) {
            finish(older, now);
        } else {
            takes_over = takes_over || older.may_be_playing;
            replaced.push_back(
                {older.utterance, older.turn, heard_text(older.utterance, older.number, position)});
            drop(older.utterance, now);
        }
    }

    Segment& segment = add_segment(utterance, turn, now);
    segment.preemptible = preemptible;
    segment.open = true;
    segment.may_be_playing = takes_over;
    return replaced;
}

void Playback::append(std::string_view text, TimePoint now)
{
    if (segments_.empty()) return;
    if (segments_.back().digits) {
        Segment& digits = segments_.back();
        digits.open = false;
        const bool preemptible = digits.preemptible;
        const bool may_be_playing = digits.may_be_playing;
        Segment& more = add_segment(digits.utterance, digits.turn, now);
        more.preemptible = preemptible;
        more.may_be_playing = may_be_playing;
        more.open = true;
    }
    segments_.back().text += text;
    segments_.back().grew_at = now;
}

void Playback::append_digits(std::string_view digits, TimePoint now)
{
    Id utterance = 0;
    Turn turn = 0;
    bool preemptible = false;
    bool may_be_playing = false;
    bool open = false;
    if (!segments_.empty() && segments_.back().open) {
        Segment& speech = segments_.back();
        utterance = speech.utterance;
        turn = speech.turn;
        preemptible = speech.preemptible;
        may_be_playing = speech.may_be_playing;
        open = std::exchange(speech.open, false);
    }
    Segment& segment = add_segment(utterance, turn, now);
    segment.digits = true;
    segment.preemptible = preemptible;
    segment.may_be_playing = may_be_playing;
    segment.open = open;
    segment.text = digits;
}

void Playback::close()
{
    if (!segments_.empty()) segments_.back().open = false;
}

void Playback::restore(
    Id utterance, Turn turn, std::string_view text, std::size_t played, TimePoint now)
{
    Segment& segment = add_segment(utterance, turn, now);
    segment.preemptible = true;
    segment.may_be_playing = true;
    segment.audible = true;
    segment.text = text;
    segment.played = played;
    segment.known_at = now;
    newest_at_on_ = segment.number;
}

std::optional<Turn> Playback::agent_speaking(bool on, TimePoint now)
{
    speaker_events_ = true;
    if (!on) {
        for (Segment& segment : segments_) {
            const bool was_playing = ours_ && !segment.digits && segment.number <= newest_at_on_;
            // The voice ran out of tokens: what has come since will be heard, and reported.
            const bool goes_on = played_events_ && now - segment.grew_at < soonest_heard;
            if (was_playing && !goes_on && !segment.dropped) finish(segment, now);
        }
        return std::nullopt;
    }

    newest_at_on_ = next_segment_ - 1;
    for (Segment& segment : segments_) segment.may_be_playing = true;
    Segment* segment = first_audible();
    ours_ = segment != nullptr;
    if (segment == nullptr || segment->audible) return std::nullopt;
    finish_before(*segment, now);
    segment->audible = true;
    segment->known_at = now;
    return segment->turn;
}

std::optional<Playback::Heard> Playback::played(std::string_view text, TimePoint now)
{
    played_events_ = true;
    if (!ours_) return std::nullopt;

    const bool has_words = end_of_speech(text, 0) < text.size();
    for (Segment& segment : segments_) {
        if (segment.heard()) continue;
        if (segment.digits) {
            if (segment.text != text) continue;
            finish_before(segment, now);
            finish(segment, now);
            return std::nullopt;
        }
        if (!has_words) continue;
        const bool late = segment.settled || now - segment.dropped_at > late_report;
        if (segment.dropped && (!segment.audible || late)) continue;

        const auto end = find_spoken(segment.text, segment.played, text);
        if (!end) continue;
        finish_before(segment, now);
        segment.played = *end;
        segment.known_at = now;
        segment.audible = true;
        segment.may_be_playing = true;
        if (!segment.dropped) {
            newest_at_on_ = std::max(newest_at_on_, segment.number);
            return std::nullopt;
        }
        segment.settled = true;
        return Heard{segment.utterance,
                     segment.turn,
                     heard_text(segment.utterance, segment.number, segment.played)};
    }
    return std::nullopt;
}

std::optional<Playback::Heard> Playback::interrupted(std::string_view fragment, TimePoint now)
{
    const Segment* target = interruptible();
    if (target == nullptr) return std::nullopt;

    // The fragment may stand in a later segment of the same utterance: then the earlier ones are
    // whole.
    const Segment* where = target;
    std::optional<std::size_t> position = locate(*target, fragment, now);
    for (const Segment& later : segments_) {
        if (position) break;
        if (later.number <= target->number || later.utterance != target->utterance || later.digits)
            continue;
        position = find_spoken(later.text, later.played, fragment);
        if (position) where = &later;
    }
    Heard heard{target->utterance,
                target->turn,
                heard_text(target->utterance, where->number, position.value_or(target->played))};
    drop(target->utterance, now);
    // Reports come before the interrupt: the same words in a newer utterance are not a late one.
    for (Segment& segment : segments_)
        segment.settled = segment.settled || segment.utterance == heard.utterance;
    return heard;
}

std::optional<Playback::Id> Playback::replaceable() const
{
    if (is_silent()) return std::nullopt;
    const auto newest =
        std::ranges::find_if(segments_.rbegin(), segments_.rend(), [](const Segment& s) {
            return s.preemptible && !s.digits && !s.over();
        });
    return newest == segments_.rend() ? std::nullopt : std::optional{newest->utterance};
}

bool Playback::has_begun(Id utterance, TimePoint now) const
{
    return std::ranges::any_of(segments_, [&](const Segment& segment) {
        return segment.utterance == utterance && start_of(segment) <= now;
    });
}

std::string Playback::heard_so_far(Id utterance, TimePoint now) const
{
    std::string heard;
    for (const Segment& segment : segments_) {
        if (segment.utterance != utterance || segment.digits) continue;
        const TimePoint until = segment.dropped ? std::min(now, segment.dropped_at) : now;
        const std::size_t position = segment.heard() ? segment.text.size()
                                                     : position_by_clock(segment, until);
        heard.append(segment.text, 0, position);
        if (position < segment.text.size()) break;
    }
    return heard;
}

std::vector<Playback::Id> Playback::under_way() const
{
    std::vector<Id> found;
    for (const Segment& segment : segments_) {
        if (segment.digits || segment.over() || std::ranges::count(found, segment.utterance) > 0)
            continue;
        found.push_back(segment.utterance);
    }
    return found;
}

bool Playback::is_under_way(Id utterance) const
{
    return std::ranges::any_of(segments_, [utterance](const Segment& segment) {
        return segment.utterance == utterance && !segment.digits && !segment.over();
    });
}

Playback::Mark Playback::mark() const
{
    if (segments_.empty()) return {};
    return {segments_.back().number, segments_.back().text.size()};
}

bool Playback::heard_up_to(Mark mark) const
{
    return std::ranges::all_of(segments_, [mark](const Segment& segment) {
        if (segment.number > mark.segment || segment.dropped || segment.heard()) return true;
        return segment.number == mark.segment && !segment.digits &&
               end_of_speech(segment.text, segment.played) >= mark.offset;
    });
}

TimePoint Playback::estimated_end(Mark mark) const
{
    return time_played_up_to(mark.segment + 1);
}

bool Playback::reports(Mark mark) const
{
    if (played_events_ || !speaker_events_) return played_events_;
    return std::ranges::any_of(segments_, [mark](const Segment& segment) {
        return !segment.digits && segment.number <= mark.segment && !segment.dropped &&
               !segment.heard();
    });
}

bool Playback::is_over(Turn turn) const
{
    return std::ranges::all_of(segments_, [turn](const Segment& segment) {
        return segment.turn != turn || segment.over();
    });
}

Playback::Segment& Playback::add_segment(Id utterance, Turn turn, TimePoint now)
{
    forget_old();
    Segment& segment = segments_.emplace_back();
    segment.number = next_segment_++;
    segment.utterance = utterance;
    segment.turn = turn;
    segment.begun = now;
    return segment;
}

/// What the relay plays now, or next: the first speech that is neither dropped nor heard to its
/// end.
Playback::Segment* Playback::first_audible()
{
    const auto segment =
        std::ranges::find_if(segments_, [](const Segment& s) { return !s.digits && !s.over(); });
    return segment == segments_.end() ? nullptr : &*segment;
}

/// What an interrupt stops.
const Playback::Segment* Playback::interruptible()
{
    if (speaker_events_) {
        const Segment* segment = ours_ ? first_audible() : nullptr;
        // When all that was being played is reported to its end, the interrupt came too late to cut
        // anything; what is next has not begun to play.
        const bool waiting = segment != nullptr && played_events_ && !segment->may_be_playing;
        return waiting ? nullptr : segment;
    }
    const auto newest =
        std::ranges::find_if(segments_.rbegin(), segments_.rend(), [](const Segment& s) {
            return !s.digits && !s.dropped;
        });
    return newest == segments_.rend() ? nullptr : &*newest;
}

/// The relay plays in order: what stands before speech that is heard has been played, whether or
/// not it was reported.
void Playback::finish_before(const Segment& heard, TimePoint now)
{
    for (Segment& segment : segments_) {
        if (segment.number >= heard.number) break;
        if (!segment.dropped) finish(segment, now);
    }
}

void Playback::finish(Segment& segment, TimePoint now)
{
    if (segment.heard()) return;
    segment.played = segment.text.size();
    segment.known_at = now;
}

/// How far a segment was played when an interrupt names the fragment of its last clause.
std::optional<std::size_t> Playback::locate(const Segment& segment,
                                            std::string_view fragment,
                                            TimePoint now) const
{
    const std::string_view text = segment.text;
    const bool blank = end_of_speech(fragment, 0) == fragment.size();
    if (blank) return played_events_ ? segment.played : position_by_clock(segment, now);
    if (played_events_) {
        const std::string_view reported = text.substr(0, segment.played);
        if (!reported.empty() && ends_with_spoken(reported, fragment)) return segment.played;
        return find_spoken(text, segment.played, fragment);
    }

    // Nothing was reported: of all places where the fragment occurs, the one nearest to the
    // clock's.
    const std::size_t expected = position_by_clock(segment, now);
    const auto distance = [expected](std::size_t end) {
        return end > expected ? end - expected : expected - end;
    };
    std::optional<std::size_t> nearest;
    for (auto end = find_spoken(text, 0, fragment); end; end = find_spoken(text, *end, fragment)) {
        if (!nearest || distance(*end) < distance(*nearest)) nearest = end;
    }
    return nearest.value_or(expected);
}

std::size_t Playback::position_by_clock(const Segment& segment, TimePoint now) const
{
    const TimePoint start = start_of(segment);
    if (now <= start) return segment.played;
    const double seconds = std::chrono::duration<double>(now - start).count();
    return advance_words(
        segment.text, segment.played, static_cast<std::size_t>(seconds * characters_per_second));
}

/// When the part of a segment that was not yet reported began, or will begin, to be heard.
TimePoint Playback::start_of(const Segment& segment) const
{
    if (segment.audible) return segment.known_at;
    return std::max(segment.begun + onset, time_played_up_to(segment.number));
}

/// When all segments before this one have been played, or will have been by the clock.
TimePoint Playback::time_played_up_to(std::uint32_t number) const
{
    TimePoint end{};
    for (const Segment& segment : segments_) {
        if (segment.number >= number) break;
        if (segment.dropped) continue;
        const TimePoint start = segment.audible ? segment.known_at
                                                : std::max(segment.begun + onset, end);
        const std::string_view rest = std::string_view{segment.text}.substr(segment.played);
        if (segment.heard()) {
            end = std::max(end, segment.known_at);
        } else if (segment.digits) {
            end = start + idle_digits + static_cast<int>(rest.size()) * per_digit;
        } else {
            end = start + time_to_speak(rest);
        }
    }
    return end;
}

/// The utterance up to a position in one of its segments.
std::string Playback::heard_text(Id utterance, std::uint32_t segment, std::size_t position) const
{
    std::string heard;
    for (const Segment& part : segments_) {
        if (part.utterance != utterance || part.digits || part.number > segment) continue;
        heard.append(part.text, 0, part.number == segment ? position : part.text.size());
    }
    return heard;
}

void Playback::drop(Id utterance, TimePoint now)
{
    for (Segment& segment : segments_) {
        if (segment.utterance != utterance || segment.digits) continue;
        segment.open = false;
        if (segment.heard()) continue;
        segment.dropped = true;
        segment.dropped_at = now;
    }
}

void Playback::forget_old()
{
    // Of the newest utterance all is kept: what was heard of it begins with its first segment.
    const auto is_done = [this] {
        return segments_.front().over() &&
               segments_.front().utterance != segments_.back().utterance;
    };
    while (segments_.size() >= most_segments || (segments_.size() > kept_segments && is_done()))
        segments_.erase(segments_.begin());
}

}  // namespace phony::call
