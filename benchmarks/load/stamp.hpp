#pragma once

#include <phony/base/timestamp.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// Moments that travel through a server as words of a conversation, so that whoever hears them
/// knows when they were due, without any table that caller and model would have to share:
///
///     caller   "Tell me more. @0k3Zx9"      model   " ~0k3a-_" " ~0k3aBc" …
///
/// Six characters of 64, in microseconds on the clock that all processes of this machine share,
/// modulo 19 hours. Nothing in them is escaped in JSON, cut from a sentence or taken for a command.
namespace phony::bench {

enum class StampKind : char { prompt = '@', token = '~' };

inline constexpr std::size_t stamp_size = 7;
using StampText = std::array<char, stamp_size>;

/// Schedules are made in whole microseconds, so that a stamp tells its moment exactly.
TimePoint whole_microseconds(TimePoint moment);

StampText write_stamp(StampKind kind, TimePoint moment);
/// Of the six characters behind the mark; `now` is at most 19 hours later. Empty when they are not
/// a stamp.
std::optional<TimePoint> read_stamp(std::string_view characters, TimePoint now);

/// The last stamp of a text. Dialogues repeat what was said before; the newest is at their end.
std::optional<TimePoint> last_stamp(std::string_view text, StampKind kind, TimePoint now);

/// Finds stamps in a text that comes in pieces, cut anywhere:
///
///     scanner.feed(R"(" ~0k3a)", now, found);  scanner.feed(R"(-_ ~0k3aBc")", now, found);
///
/// `found` is called with the moment of each, in order.
class StampScanner {
public:
    explicit StampScanner(StampKind kind) : mark_{static_cast<char>(kind)} {}

    template <typename Found>
    void feed(std::string_view text, TimePoint now, const Found& found)
    {
        while (!begun_.empty() && !text.empty()) {  // what the piece before has left
            begun_ += text.front();
            text.remove_prefix(1);
            if (begun_.size() == stamp_size) {
                report(begun_, now, found);
                begun_.clear();
            }
        }
        for (auto at = text.find(mark_); at != text.npos; at = text.find(mark_)) {
            text.remove_prefix(at);
            if (text.size() < stamp_size) {
                begun_ = text;
                return;
            }
            report(text, now, found);
            text.remove_prefix(1);
        }
    }

    /// What has begun has no end: the next piece is of something else.
    void reset() { begun_.clear(); }

private:
    template <typename Found>
    static void report(std::string_view text, TimePoint now, const Found& found)
    {
        if (const auto moment = read_stamp(text.substr(1, stamp_size - 1), now)) found(*moment);
    }

    char mark_;
    std::string begun_;  ///< begins with the mark; at most six characters
};

}  // namespace phony::bench
