#pragma once

#include <cstddef>
#include <list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace phony::openai {

/// One server-sent event. `type` is empty unless the server names one.
struct SseEvent {
    std::string_view type;
    std::string_view data;  ///< several `data` lines are joined with LF
};

/// Takes an event stream apart as it arrives (WHATWG HTML, "Server-sent events").
///
///     : OPENROUTER PROCESSING
///
///     data: {"choices":[{"index":0,"delta":{"content":"We open"}}]}
///
///     data: [DONE]
///
/// Any split of the input gives the same events; lines may end in CR, LF and CRLF, mixed. Beyond
/// the standard: `finish()` accepts a last event that no blank line follows, because some servers
/// omit it; `id` and `retry` mean nothing here, because a reply is never resumed.
///
/// An event longer than `longest_event` is dropped and counted, and the next one is read as usual,
/// so memory is bounded. Bytes are not checked for UTF-8. Never throws but for memory. One parser
/// reads one stream at a time, on one thread.
class SseParser {
public:
    static constexpr std::size_t longest_event = 1024 * 1024;  ///< bytes, field names included

    /// The events that `bytes` completes. They point into `bytes` where an event lies within it, so
    /// they are valid while `bytes` is, and until the parser is used again.
    std::span<const SseEvent> feed(std::string_view bytes);

    /// The stream has ended: what is held counts as an event, and the parser is ready for another
    /// stream. Valid until the parser is used again.
    std::span<const SseEvent> finish();

    /// Events dropped for their length, over all streams.
    std::size_t dropped_events() const { return dropped_events_; }

private:
    bool take_data_line(std::string_view line);
    void end_event(std::string_view rest);
    void hold(std::string_view rest);
    void read_fields(std::string_view lines);

    std::string held_;        ///< the event that has not ended yet
    std::string straddling_;  ///< the one event of this call that began in an earlier one
    std::list<std::string>
        joined_;  ///< data of several lines; a list, because events point into it
    std::vector<SseEvent> events_;
    std::size_t dropped_events_ = 0;
    bool first_ = true;       ///< a byte order mark may still come
    bool line_empty_ = true;  ///< nothing of the current line has been seen
    bool after_cr_ = false;   ///< an LF now belongs to the CR before it
    bool dropping_ = false;   ///< until the end of an event that is too long
};

}  // namespace phony::openai
