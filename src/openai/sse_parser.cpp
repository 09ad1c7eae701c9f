#include <phony/openai/sse_parser.hpp>

#include <algorithm>
#include <utility>

namespace phony::openai {
namespace {

/// Finds the ends of lines. It remembers where the next LF and the next CR are: otherwise a text of
/// many of one and few of the other would be searched over and over.
class LineEnds {
public:
    explicit LineEnds(std::string_view text)
        : text_{text}, next_lf_{text.find('\n')}, next_cr_{text.find('\r')}
    {
    }

    /// Position of the first CR or LF at or behind `from`, or npos.
    std::size_t next(std::size_t from)
    {
        if (next_lf_ < from)
            next_lf_ = text_.substr(from).starts_with('\n')  // a blank line
                           ? from
                           : text_.find('\n', from);
        if (next_cr_ < from) next_cr_ = text_.find('\r', from);
        return std::min(next_cr_, next_lf_);
    }

private:
    std::string_view text_;
    std::size_t next_lf_;
    std::size_t next_cr_;
};

}  // namespace

std::span<const SseEvent> SseParser::feed(std::string_view bytes)
{
    events_.clear();
    joined_.clear();

    LineEnds ends{bytes};
    std::size_t begin = 0;                      // of the event
    std::size_t last = std::string_view::npos;  // where its last line begins
    std::size_t at = 0;
    while (at < bytes.size()) {
        if (std::exchange(after_cr_, false) && bytes[at] == '\n') {
            ++at;
            last = std::string_view::npos;  // a line with a CR at its end is not taken as it is
            if (begin + 1 == at && held_.empty()) begin = at;
            continue;
        }
        const std::size_t end = ends.next(at);
        if (end == std::string_view::npos) {
            line_empty_ = false;
            break;
        }
        after_cr_ = bytes[end] == '\r';
        if (line_empty_ && end == at) {
            const bool one_line = last == begin && bytes[at - 1] == '\n';
            if (!one_line || !take_data_line(bytes.substr(begin, at - 1 - begin)))
                end_event(bytes.substr(begin, end - begin));
            begin = end + 1;
        }
        line_empty_ = true;
        last = at;
        at = end + 1;
    }
    hold(bytes.substr(begin));
    return events_;
}

std::span<const SseEvent> SseParser::finish()
{
    events_.clear();
    joined_.clear();
    end_event({});
    first_ = true;
    line_empty_ = true;
    after_cr_ = false;
    return events_;
}

/// Nearly every event is one line, which need not be searched for anything: `data: …`
bool SseParser::take_data_line(std::string_view line)
{
    constexpr std::string_view field = "data: ";
    if (first_ || dropping_ || !held_.empty() || line.size() >= longest_event) return false;
    if (!line.starts_with(field)) return false;
    events_.push_back({.type = {}, .data = line.substr(field.size())});
    return true;
}

/// A blank line: what is held and `rest` make an event.
void SseParser::end_event(std::string_view rest)
{
    if (!dropping_ && held_.size() + rest.size() > longest_event) {
        ++dropped_events_;
        held_.clear();
        dropping_ = true;
    }
    if (std::exchange(dropping_, false)) {
        first_ = false;
        return;
    }
    if (held_.empty()) return read_fields(rest);
    held_ += rest;
    straddling_.swap(held_);  // its event is read by our caller while the next one is held
    held_.clear();
    read_fields(straddling_);
}

void SseParser::hold(std::string_view rest)
{
    if (dropping_) return;
    if (held_.size() + rest.size() > longest_event) {
        ++dropped_events_;
        held_.clear();
        dropping_ = true;
        return;
    }
    held_ += rest;
}

/// `lines` may contain blank ones, namely the LF of a CRLF and what follows a byte order mark.
void SseParser::read_fields(std::string_view lines)
{
    if (std::exchange(first_, false) && lines.starts_with("\xEF\xBB\xBF")) lines.remove_prefix(3);

    SseEvent event;
    bool has_data = false;
    std::string* joined = nullptr;
    LineEnds ends{lines};
    for (std::size_t at = 0; at < lines.size();) {
        const std::size_t end = std::min(ends.next(at), lines.size());
        const std::string_view line = lines.substr(at, end - at);
        at = end + 1;

        const std::size_t colon = std::min(line.find(':'), line.size());
        const std::string_view name = line.substr(0, colon);
        std::string_view value = line.substr(std::min(colon + 1, line.size()));
        if (value.starts_with(' ')) value.remove_prefix(1);

        if (name == "event") event.type = value;
        if (name != "data") continue;
        if (!std::exchange(has_data, true)) {
            event.data = value;
            continue;
        }
        if (joined == nullptr) joined = &joined_.emplace_back(event.data);
        *joined += '\n';
        *joined += value;
        event.data = *joined;
    }
    if (has_data) events_.push_back(event);
}

}  // namespace phony::openai
